//! `rollout-rwo-surge-unclear`: a rollout starts a second pod on a volume that may be a disk of one node.

use super::rollout_rwo_surge::{HELP, also_mounted, is_known, surging};
use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "rollout-rwo-surge-unclear",
    severity: Severity::Warning,
    summary: "a rollout starts a second pod on a volume that may be a disk of one node",
    versions: Versions::All,
    docs: include_str!("rollout_rwo_surge_unclear.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, claimed) in surging(scope).into_iter().filter(|(_, claimed)| !is_known(scope, claimed)) {
        let name = claimed.item.name();
        let message =
            format!("if `{name}` is a disk, the new pod of a rollout may wait for it on another node than the old one");
        also_mounted(findings.add(item, "spec.strategy", message, HELP), &claimed, "mounted by one node");
    }
}
