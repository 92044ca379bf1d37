//! `pdb-blocks-drain`: a disruption budget never lets a pod go.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::{IntOrString, PodDisruptionBudget, PodDisruptionBudgetSpec};
use crate::scope::{About, Scope};

pub(super) const RULE: Rule = Rule {
    id: "pdb-blocks-drain",
    severity: Severity::Error,
    summary: "a disruption budget never lets a pod go",
    versions: Versions::All,
    docs: include_str!("pdb_blocks_drain.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, budget) in scope.all::<PodDisruptionBudget>() {
        let Some(spec) = &budget.spec else { continue };
        let Some(selector) = &spec.selector else { continue };
        let mut chosen = scope.selected_by(item, selector);
        chosen.retain(|workload| workload.job().is_none());
        let is_ours = chosen.iter().any(|workload| workload.about != About::Other);
        let is_unclear =
            chosen.iter().any(|workload| workload.is_on_each_node() || scope.sets_replicas(workload.item.name()));
        let total = chosen.iter().fold(0, |sum: i32, workload| sum.saturating_add(workload.replicas));
        if !is_ours || is_unclear || total <= 0 || scope.is_scaled(&chosen) {
            continue;
        }
        let Some(field) = blocking(spec, total) else { continue };
        let message = match total {
            1 => "the only pod may never be away, so a drain of its node never ends".to_owned(),
            _ => format!("none of {total} pods may ever be away, so a drain of their nodes never ends"),
        };
        let help = "set maxUnavailable: 1, or leave the budget out for a single pod";
        findings.add(item, format!("spec.{field}"), message, help);
    }
}

/// The field that lets none of so many pods go. Both round a share up to whole pods.
fn blocking(spec: &PodDisruptionBudgetSpec, pods: i32) -> Option<&'static str> {
    let number = |amount: &IntOrString| match amount {
        IntOrString::Int(number) => Some(i64::from(*number)),
        IntOrString::String(share) => {
            let percent: i64 = share.strip_suffix('%')?.parse().ok()?;
            Some(percent.saturating_mul(pods.into()).saturating_add(99).div_euclid(100))
        }
    };
    match (&spec.max_unavailable, &spec.min_available) {
        (Some(most), _) => (number(most)? == 0).then_some("maxUnavailable"),
        (None, Some(least)) => (number(least)? >= pods.into()).then_some("minAvailable"),
        (None, None) => None,
    }
}
