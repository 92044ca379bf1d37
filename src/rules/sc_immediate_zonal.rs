//! `sc-immediate-zonal`: a volume is made in a zone before a pod says where it runs.

use super::{Findings, Rule, Severity, Versions};
use crate::facts;
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "sc-immediate-zonal",
    severity: Severity::Warning,
    summary: "a volume is made in a zone before a pod says where it runs",
    versions: Versions::All,
    docs: include_str!("sc_immediate_zonal.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, class) in scope.model_classes() {
        let parameters = class.parameters.iter().flatten().map(|(key, value)| (key.as_str(), value.as_str()));
        let parameters: Vec<_> = parameters.collect();
        let zonal = facts::provisioner(&class.provisioner).is_some_and(|row| row.is_zonal(&parameters));
        let waits = class.volume_binding_mode.as_deref() == Some("WaitForFirstConsumer");
        if zonal && !waits && class.allowed_topologies.is_none() {
            findings.add(
                item,
                "volumeBindingMode",
                "the disk is made in some zone, before anybody asks in which zone the pod can run",
                "set volumeBindingMode: WaitForFirstConsumer (a class cannot be changed: delete it and make it again)",
            );
        }
    }
}
