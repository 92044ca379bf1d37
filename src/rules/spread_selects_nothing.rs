//! `spread-selects-nothing`: a spread counts other pods than its own.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Scope, chooses};

pub(super) const RULE: Rule = Rule {
    id: "spread-selects-nothing",
    severity: Severity::Warning,
    summary: "a spread counts other pods than its own",
    versions: Versions::All,
    docs: include_str!("spread_selects_nothing.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers().filter(|workload| !workload.is_piece()) {
        for (at, spread) in workload.pod.topology_spread_constraints.iter().flatten().enumerate() {
            let path = format!("{}.topologySpreadConstraints[{at}].labelSelector", workload.at);
            let Some(selector) = &spread.label_selector else {
                let message = "without a selector it counts no pods: nothing is spread";
                findings.add(workload.item, path, message, "add labelSelector with the labels of these pods");
                continue;
            };
            let has_keys = spread.match_label_keys.as_ref().is_some_and(|keys| !keys.is_empty());
            if !has_keys && !chooses(selector, workload.labels) && !scope.adds_labels_to_pods() {
                let message = "it counts pods that have other labels than these: nothing is spread";
                findings.add(workload.item, path, message, "write the labels of these pods");
            }
        }
    }
}
