//! `pdb-blocks-drain`: a disruption budget never lets a pod go.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::{IntOrString, PodDisruptionBudget, PodDisruptionBudgetSpec};
use crate::scope::{About, Item, Scaler, Scope};

pub(super) const RULE: Rule = Rule {
    id: "pdb-blocks-drain",
    severity: Severity::Error,
    summary: "a disruption budget never lets a pod go",
    versions: Versions::All,
    docs: include_str!("pdb_blocks_drain.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for guard in guards(scope) {
        let Some(field) = blocking(guard.spec, guard.most) else { continue };
        if guard.least != guard.most && blocking(guard.spec, guard.least.max(1)).is_none() {
            continue;
        }
        let message = match guard.most {
            1 => "the only pod may never be away, so a drain of its node never ends".to_owned(),
            _ if guard.scaler.is_some() => {
                "however many pods there are, none may ever be away, so a drain of their nodes never ends".to_owned()
            }
            total => format!("none of {total} pods may ever be away, so a drain of their nodes never ends"),
        };
        let help = "set maxUnavailable: 1, or leave the budget out for a single pod";
        findings.add(guard.item, format!("spec.{field}"), message, help);
    }
}

/// A disruption budget and how many pods it may choose.
pub(super) struct Guard<'a> {
    /// The budget.
    pub(super) item: Item<'a>,
    pub(super) spec: &'a PodDisruptionBudgetSpec,
    /// The fewest pods and the most; the same where nothing scales them.
    pub(super) least: i32,
    pub(super) most: i32,
    /// What scales them.
    pub(super) scaler: Option<Scaler<'a>>,
}

/// The budgets of pods that have to do with Ollama, where the manifests say how many there are.
pub(super) fn guards<'a>(scope: &Scope<'a>) -> Vec<Guard<'a>> {
    let mut found = Vec::new();
    for (item, budget) in scope.all::<PodDisruptionBudget>() {
        let Some(spec) = &budget.spec else { continue };
        let Some(selector) = &spec.selector else { continue };
        let mut chosen = scope.selected_by(item, selector);
        chosen.retain(|workload| workload.job().is_none());
        let is_ours = chosen.iter().any(|workload| workload.about != About::Other);
        let is_unclear =
            chosen.iter().any(|workload| workload.is_on_each_node() || scope.may_set_replicas(workload.item));
        if !is_ours || is_unclear {
            continue;
        }
        let (least, most, scaler) = if scope.is_scaled(&chosen) {
            let [target] = chosen[..] else { continue };
            let Some(scaler) = scope.scaler(target.item).and_then(Scaler::of) else { continue };
            let Some((least, most)) = bounds(&scaler) else { continue };
            (least, most, Some(scaler))
        } else {
            let total = chosen.iter().fold(0, |sum: i32, workload| sum.saturating_add(workload.replicas));
            (total, total, None)
        };
        if most > 0 && least <= most {
            found.push(Guard { item, spec, least, most, scaler });
        }
    }
    found
}

/// The fewest and the most pods of a scaler; `HorizontalPodAutoscaler`s have one where nothing is written, KEDA none.
fn bounds(scaler: &Scaler<'_>) -> Option<(i32, i32)> {
    let usual = i64::from(!scaler.is_keda());
    let is_unsaid = scaler.item.at(&["spec", scaler.least().0]).is_none();
    let least = if is_unsaid { usual } else { scaler.least().1? };
    Some((i32::try_from(least).ok()?, i32::try_from(scaler.most().1?).ok()?))
}

/// The field that lets none of so many pods go. Both round a share up to whole pods.
pub(super) fn blocking(spec: &PodDisruptionBudgetSpec, pods: i32) -> Option<&'static str> {
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
