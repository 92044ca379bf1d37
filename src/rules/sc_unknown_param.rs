//! `sc-unknown-param`: a class has a parameter that its provisioner does not know.

use super::{Findings, Rule, Severity, Versions};
use crate::facts;
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "sc-unknown-param",
    severity: Severity::Warning,
    summary: "a class has a parameter that its provisioner does not know",
    versions: Versions::All,
    docs: include_str!("sc_unknown_param.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, class) in scope.model_classes() {
        let Some(row) = facts::provisioner(&class.provisioner) else { continue };
        for key in class.parameters.iter().flatten().map(|(key, _)| key) {
            if row.knows(key) != Some(false) || key.contains("${") {
                continue;
            }
            let near = |known: &&str| strsim::jaro_winkler(known, key);
            let nearest =
                row.parameters().max_by(|a, b| near(a).total_cmp(&near(b))).filter(|known| near(known) > 0.85);
            let help = nearest.map_or("take it out".to_owned(), |nearest| format!("write {nearest}, or take it out"));
            findings.add(
                item,
                format!("parameters.{key}"),
                format!("{} knows no parameter `{key}`: it is passed over, or no volume is made", row.name),
                help,
            );
        }
    }
}
