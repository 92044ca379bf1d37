//! `run-as-root-false`: the image runs as root, and the pod forbids it.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Image, Scope, Workload};

pub(super) const RULE: Rule = Rule {
    id: "run-as-root-false",
    severity: Severity::Error,
    summary: "the image runs as root, and the pod forbids it",
    versions: Versions::All,
    docs: include_str!("run_as_root_false.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads() {
        let pod = workload.pod.security_context.as_ref();
        for seat in &workload.seats {
            let own = seat.container.security_context.as_ref();
            let forbids =
                own.and_then(|context| context.run_as_non_root).or(pod.and_then(|context| context.run_as_non_root));
            let user = seat.user(workload.pod);
            if forbids != Some(true) || user.is_some_and(|user| user != 0) {
                continue;
            }
            if user == Some(0) {
                let is_own = own.is_some_and(|context| context.run_as_user.is_some());
                let at = if is_own { seat.path.as_str() } else { workload.at };
                findings.add(
                    workload.item,
                    format!("{at}.securityContext.runAsUser"),
                    format!("`{}` never starts: runAsUser is 0, which is root, and root is forbidden", seat.name()),
                    "set runAsUser: 1000, and runAsGroup and fsGroup as well; HOME and OLLAMA_MODELS must be on volumes",
                );
                continue;
            }
            if !is_root(seat.image()) || has_user_of_its_own(scope, workload) {
                continue;
            }
            let at = if own.is_some_and(|context| context.run_as_non_root.is_some()) {
                format!("{}.securityContext.runAsNonRoot", seat.path)
            } else {
                format!("{}.securityContext.runAsNonRoot", workload.at)
            };
            findings.add(
                workload.item,
                at,
                format!("`{}` never starts: its image names no user, and root is forbidden", seat.name()),
                "add runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000, and HOME and OLLAMA_MODELS on volumes",
            );
        }
    }
}

/// Whether an image runs as root where nobody says otherwise. Source: the Dockerfile of ollama v0.34.2 has no USER.
fn is_root(image: Image<'_>) -> bool {
    image.repository == "ollama/ollama" || image.repository == "docker.io/ollama/ollama"
}

/// Whether the platform gives each pod a user of its own, as `OpenShift` does.
fn has_user_of_its_own(scope: &Scope<'_>, workload: &Workload<'_>) -> bool {
    let kinds = ["Route", "SecurityContextConstraints", "DeploymentConfig"];
    let is_openshift = |kind: &&str| scope.custom(kind, "").any(|(item, _)| item.is_near(workload.item));
    let constraints = workload.annotations.and_then(|all| all.get("openshift.io/required-scc"));
    kinds.iter().any(is_openshift) || constraints.is_some_and(|name| name.starts_with("restricted"))
}
