//! `service-name-missing`: the pods of a `StatefulSet` get no names of their own.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::Service;
use crate::scope::{Likeness, Scope, likeness};

pub(super) const RULE: Rule = Rule {
    id: "service-name-missing",
    severity: Severity::Info,
    summary: "the pods of a StatefulSet get no names of their own",
    versions: Versions::All,
    docs: include_str!("service_name_missing.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers().filter(|workload| workload.replicas > 1 && !workload.is_piece()) {
        let Some(name) = workload.stateful_set().and_then(|set| set.service_name.as_deref()) else { continue };
        let Some(labels) = workload.labels.filter(|_| !name.is_empty() && !name.contains('$')) else { continue };
        if scope.candidates(workload.item, "Service", name).next().is_some() {
            let Some((item, service)) = scope.find::<Service>(workload.item, name) else { continue };
            let address = service.spec.as_ref().and_then(|spec| spec.cluster_ip.as_deref());
            if address != Some("None") {
                let message = format!(
                    "the Service `{name}` is not headless, so the pods get no names such as {}-0.{name}",
                    workload.item.name()
                );
                let help = format!("write a Service with clusterIP: None beside `{name}`, and name it here");
                findings.add(workload.item, "spec.serviceName", message, help).also(item, "spec", "this Service");
            }
            continue;
        }
        let mut served =
            scope.all::<Service>().filter(|(item, _)| item.is_near(workload.item)).filter(|(_, service)| {
                let selector = service.spec.as_ref().and_then(|spec| spec.selector.as_ref());
                selector.is_some_and(|wanted| {
                    !wanted.is_empty() && wanted.iter().all(|(key, value)| labels.get(key) == Some(value))
                })
            });
        // `reference-misspelt` tells what is spelt nearly so.
        let found = served
            .next()
            .filter(|(item, _)| !matches!(likeness(item.name(), name), Some(Likeness::Slip | Likeness::Word)));
        if let Some((item, _)) = found {
            findings
                .add(
                    workload.item,
                    "spec.serviceName",
                    format!(
                        "there is no Service `{name}`, so the pods get no names such as {}-0.{name}",
                        workload.item.name()
                    ),
                    format!("write a Service `{name}` with clusterIP: None"),
                )
                .also(item, "metadata.name", "the Service that chooses them");
        }
    }
}
