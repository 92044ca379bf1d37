//! `selector-hits-job`: a Service or a budget takes the pods of a Job for servers.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::{PodDisruptionBudget, Service};
use crate::scope::{About, Item, Scope, Workload};

pub(super) const RULE: Rule = Rule {
    id: "selector-hits-job",
    severity: Severity::Error,
    summary: "a Service or a budget takes the pods of a Job for servers",
    versions: Versions::All,
    docs: include_str!("selector_hits_job.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, service) in scope.all::<Service>() {
        let selector = service.spec.as_ref().and_then(|spec| spec.selector.as_ref());
        if let Some(selector) = selector.filter(|selector| !selector.is_empty()) {
            say(item, &scope.selected(item, selector), findings);
        }
    }
    for (item, budget) in scope.all::<PodDisruptionBudget>() {
        if let Some(selector) = budget.spec.as_ref().and_then(|spec| spec.selector.as_ref()) {
            say(item, &scope.selected_by(item, selector), findings);
        }
    }
}

fn say(item: Item<'_>, chosen: &[&Workload<'_>], findings: &mut Findings) {
    if chosen.iter().all(|workload| workload.about == About::Other) {
        return;
    }
    let near = chosen.iter().filter(|workload| workload.item.is_near(item) || item.namespace().is_some());
    if let Some(job) = near.into_iter().find(|workload| workload.job().is_some()) {
        findings
            .add(
                item,
                "spec.selector",
                format!("it chooses the pods of {} as well", job.item.object.reference()),
                "add a label that only the servers have, such as app.kubernetes.io/component: server",
            )
            .also(job.item, format!("{}.metadata.labels", job.at.trim_end_matches(".spec")), "chosen");
    }
}
