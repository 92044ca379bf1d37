//! `probe-ready-without-model`: readiness says nothing about the model.

use super::{Findings, Rule, Severity, pods};
use crate::bundle::{Bundle, Object};
use crate::k8s::Container;

pub(super) const RULE: Rule = Rule {
    id: "probe-ready-without-model",
    severity: Severity::Warning,
    summary: "readiness says nothing about the model",
    docs: include_str!("probe_ready_without_model.md"),
    check,
};

fn check(bundle: &Bundle, findings: &mut Findings) {
    for workload in bundle.workloads().filter(|workload| !matches!(workload.object, Object::Job(_))) {
        let Some(spec) = pods::spec(workload.template) else { continue };
        for (at, container) in spec.containers.iter().enumerate().filter(|(_, container)| serves(container)) {
            let probe = container.readiness_probe.as_ref();
            let path = probe.and_then(|probe| probe.http_get.as_ref()).and_then(|get| get.path.as_deref());
            if path.is_some_and(|path| path.starts_with("/v1/models/"))
                || probe.is_some_and(|probe| probe.exec.is_some())
            {
                continue;
            }
            let asks = path.map_or("nothing asks whether".to_owned(), |path| format!("`{path}` answers before"));
            findings.add(
                workload.object,
                format!("spec.template.spec.containers[{at}].readinessProbe"),
                format!("{asks} a model is there: the Service sends requests that get 404"),
                "readinessProbe: {httpGet: {path: /v1/models/NAME, port: 11434}}",
            );
        }
    }
}

fn serves(container: &Container) -> bool {
    container.image.as_deref().is_some_and(|image| image.contains("ollama/ollama"))
}
