//! `provisioner-misspelt`: the provisioner of a class is spelt otherwise.

use super::{Findings, Rule, Severity, Versions};
use crate::facts;
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "provisioner-misspelt",
    severity: Severity::Warning,
    summary: "the provisioner of a class is spelt otherwise",
    versions: Versions::All,
    docs: include_str!("provisioner_misspelt.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, class) in scope.model_classes() {
        let name = class.provisioner.as_str();
        if facts::provisioner(name).is_some() || name.contains(['$', '{', '<']) {
            continue;
        }
        let is_near = |known: &&str| name.len() >= 10 && strsim::osa_distance(known, name) <= 2;
        let mut near = facts::PROVISIONERS.iter().map(|row| row.name).filter(is_near);
        let Some(meant) = near.next().filter(|_| near.next().is_none()) else { continue };
        let message = format!("no provisioner is called `{name}`: no volume is made, and the claim stays Pending");
        findings.add(item, "provisioner", message, format!("write {meant}"));
    }
}
