//! `pdb-dangling`: a disruption budget protects no pod.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::PodDisruptionBudget;
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "pdb-dangling",
    severity: Severity::Warning,
    summary: "a disruption budget protects no pod",
    versions: Versions::All,
    docs: include_str!("pdb_dangling.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let mut guarded = vec![false; scope.items().len()];
    let mut idle = Vec::new();
    for (item, budget) in scope.all::<PodDisruptionBudget>() {
        let selector = budget.spec.as_ref().and_then(|spec| spec.selector.as_ref());
        let chosen = selector.map(|selector| scope.selected_by(item, selector)).unwrap_or_default();
        for workload in &chosen {
            guarded[workload.item.number] = true;
        }
        if chosen.is_empty() {
            idle.push((item, selector));
        }
    }
    if idle.is_empty() {
        return;
    }
    let alone: Vec<_> = scope.servers().filter(|server| !guarded[server.item.number] && !server.is_piece()).collect();
    let elsewhere = scope.pairs_elsewhere();
    for (item, selector) in idle {
        let mut labels = selector.iter().flat_map(|selector| selector.match_labels.iter().flatten());
        let is_unclear = labels.any(|(key, value)| {
            value.contains(['$', '{']) || scope.adds_label(key) || elsewhere.contains(&(key.as_str(), value.as_str()))
        });
        let meant = alone.iter().find(|server| {
            server.item.is_near(item) && server.item.may_meet(item) && item.name().contains(server.item.name())
        });
        let Some(server) = meant.filter(|_| !is_unclear) else { continue };
        let own = server.selector().and_then(|own| own.match_labels.as_ref()).or(server.labels);
        let Some((key, value)) = own.and_then(|own| own.iter().next()) else { continue };
        let message = format!("it chooses no pod: those of {} have `{key}: {value}`", server.item.object.reference());
        findings.add(item, "spec.selector", message, format!("set selector: {{matchLabels: {{{key}: {value}}}}}"));
    }
}
