//! `pdb-overlap`: two disruption budgets choose the same pods.

use std::collections::HashMap;

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::PodDisruptionBudget;
use crate::scope::{About, Item, Scope};

pub(super) const RULE: Rule = Rule {
    id: "pdb-overlap",
    severity: Severity::Error,
    summary: "two disruption budgets choose the same pods",
    versions: Versions::All,
    docs: include_str!("pdb_overlap.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let mut first: HashMap<usize, Item<'_>> = HashMap::new();
    for (item, budget) in scope.all::<PodDisruptionBudget>() {
        let Some(selector) = budget.spec.as_ref().and_then(|spec| spec.selector.as_ref()) else { continue };
        let chosen = scope.selected_by(item, selector);
        for workload in chosen.into_iter().filter(|workload| workload.about != About::Other) {
            let Some(other) = first.insert(workload.item.number, item) else { continue };
            if other.name() == item.name() || !other.is_near(item) || !other.may_meet(item) {
                continue;
            }
            let message =
                format!("{} has a budget already: none of its pods can be evicted", workload.item.object.reference());
            findings.add(item, "spec.selector", message, "keep one budget for each pod").also(
                other,
                "spec.selector",
                "chooses them as well",
            );
            break;
        }
    }
}
