//! `selector-hits-job`: a Service or a budget takes the pods of a Job for servers.

use super::{Findings, Rule, Severity, pods};
use crate::bundle::{Bundle, Object};

pub(super) const RULE: Rule = Rule {
    id: "selector-hits-job",
    severity: Severity::Error,
    summary: "a Service or a budget takes the pods of a Job for servers",
    docs: include_str!("selector_hits_job.md"),
    check,
};

fn check(bundle: &Bundle, findings: &mut Findings) {
    for object in bundle.iter() {
        let selector = match object {
            Object::Service(service) => service.spec.as_ref().and_then(|spec| spec.selector.as_ref()),
            Object::PodDisruptionBudget(budget) => {
                budget.spec.as_ref().and_then(|spec| spec.selector.as_ref()?.match_labels.as_ref())
            }
            _ => None,
        };
        let Some(selector) = selector.filter(|selector| !selector.is_empty()) else { continue };
        let job = bundle.workloads().find(|workload| {
            let meta = workload.template.metadata.as_ref();
            let same = object.metadata().namespace == workload.object.metadata().namespace;
            same && matches!(workload.object, Object::Job(_))
                && pods::selects(selector, meta.and_then(|meta| meta.labels.as_ref()))
        });
        if let Some(job) = job {
            findings.add(
                object,
                "spec.selector",
                format!("it chooses the pods of {} as well", job.object.reference()),
                "add a label that only the servers have, such as app.kubernetes.io/component: server",
            );
        }
    }
}
