//! `provisioner-misspelt`: the provisioner of a class is spelt otherwise.

use super::{Findings, Rule, Severity, Versions};
use crate::facts;
use crate::scope::{Scope, closest};

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
        // Who makes two of one kind gives the second a number.
        let letters =
            |text: &str| text.trim_end_matches(|c: char| c == '-' || c.is_ascii_digit()).replace(char::is_numeric, "");
        let known = facts::PROVISIONERS.iter().map(|row| row.name);
        let Some(meant) = closest(name, known.filter(|known| letters(known) != letters(name)), 1) else { continue };
        let message = format!("no provisioner is called `{name}`: no volume is made, and the claim stays Pending");
        findings.add(item, "provisioner", message, format!("write {meant}"));
    }
}
