//! `pss-restricted`: a pod does not meet the Pod Security level of its namespace.

use super::{Findings, Rule, Severity, pods};
use crate::bundle::{Bundle, Object};
use crate::k8s::{Container, PodSpec};

pub(super) const RULE: Rule = Rule {
    id: "pss-restricted",
    severity: Severity::Error,
    summary: "a pod does not meet the Pod Security level of its namespace",
    docs: include_str!("pss_restricted.md"),
    check,
};

fn check(bundle: &Bundle, findings: &mut Findings) {
    let restricted: Vec<&str> = bundle
        .iter()
        .filter_map(|object| match object {
            Object::Namespace(namespace) => {
                let labels = namespace.metadata.labels.as_ref()?;
                (labels.get("pod-security.kubernetes.io/enforce")? == "restricted").then_some(())?;
                namespace.metadata.name.as_deref()
            }
            _ => None,
        })
        .collect();
    for workload in bundle.workloads() {
        let namespace = workload.object.metadata().namespace.as_deref().unwrap_or("default");
        let Some(spec) = pods::spec(workload.template).filter(|_| restricted.contains(&namespace)) else { continue };
        for (at, container) in pods::containers(spec) {
            for (field, fault) in faults(spec, container) {
                findings.add(
                    workload.object,
                    format!("spec.template.spec.{at}.securityContext"),
                    format!("the namespace refuses the pod: `{}` {fault}", container.name),
                    format!("set securityContext.{field}"),
                );
            }
        }
    }
}

/// What the level asks of a container, and this one lacks.
fn faults(spec: &PodSpec, container: &Container) -> Vec<(&'static str, &'static str)> {
    let own = container.security_context.as_ref();
    let pod = spec.security_context.as_ref();
    let non_root = own.and_then(|c| c.run_as_non_root).or(pod.and_then(|c| c.run_as_non_root));
    let user = own.and_then(|c| c.run_as_user).or(pod.and_then(|c| c.run_as_user));
    let seccomp = own.and_then(|c| c.seccomp_profile.as_ref()).or(pod.and_then(|c| c.seccomp_profile.as_ref()));
    let dropped = own.and_then(|c| c.capabilities.as_ref()).and_then(|c| c.drop.as_ref());
    let mut faults = Vec::new();
    if own.and_then(|c| c.allow_privilege_escalation) != Some(false) {
        faults.push(("allowPrivilegeEscalation: false", "may gain privileges"));
    }
    if !dropped.is_some_and(|all| all.iter().any(|name| name == "ALL")) {
        faults.push(("capabilities: {drop: [ALL]}", "keeps capabilities"));
    }
    if non_root != Some(true) || user == Some(0) {
        faults.push(("runAsNonRoot: true, and runAsUser above 0", "may run as root"));
    }
    if seccomp.is_none_or(|profile| profile.type_ == "Unconfined") {
        faults.push(("seccompProfile: {type: RuntimeDefault}", "may make any system call"));
    }
    faults
}
