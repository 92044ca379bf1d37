//! `sc-reclaim-delete`: the models go with their claim.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "sc-reclaim-delete",
    severity: Severity::Info,
    summary: "the models go with their claim",
    versions: Versions::All,
    docs: include_str!("sc_reclaim_delete.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, class) in scope.model_classes() {
        if class.reclaim_policy.as_deref().is_none_or(|policy| policy == "Delete") {
            findings.add(
                item,
                "reclaimPolicy",
                "the volume is deleted with its claim: a removed release or a pruned file takes the models along",
                "set reclaimPolicy: Retain where a new pull takes long",
            );
        }
    }
}
