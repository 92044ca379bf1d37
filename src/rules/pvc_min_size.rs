//! `pvc-min-size`: a claim asks for less than the least volume of its class.

use super::{Findings, Rule, Severity, Versions};
use crate::facts;
use crate::scope::{Class, Scope};
use crate::units::Bytes;

pub(super) const RULE: Rule = Rule {
    id: "pvc-min-size",
    severity: Severity::Info,
    summary: "a claim asks for less than the least volume of its class",
    versions: Versions::All,
    docs: include_str!("pvc_min_size.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for claimed in scope.model_claims() {
        let Class::Own(item, class) = claimed.class(scope) else { continue };
        let parameters = class.parameters.iter().flatten().map(|(key, value)| (key.as_str(), value.as_str()));
        let parameters: Vec<_> = parameters.collect();
        let Some(row) = facts::minimum(&class.provisioner, &parameters) else { continue };
        let (Some(size), least) = (claimed.size(), Bytes(row.bytes)) else { continue };
        if size < least {
            findings
                .add(
                    claimed.item,
                    claimed.path("spec.resources.requests.storage"),
                    format!("{size} are asked for, and a volume of {least} is made and paid"),
                    format!("set storage: {least}, or a class with a smaller least size"),
                )
                .also(item, format!("parameters.{}", row.parameter), "the class");
        }
    }
}
