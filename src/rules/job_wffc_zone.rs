//! `job-wffc-zone`: a Job may tie the volume of a server to a node where the server cannot run.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Scope, Workload, is_shared};

pub(super) const RULE: Rule = Rule {
    id: "job-wffc-zone",
    severity: Severity::Warning,
    summary: "a Job may tie the volume of a server to a node where the server cannot run",
    versions: Versions::All,
    docs: include_str!("job_wffc_zone.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for job in scope.workloads().filter(|workload| workload.job().is_some() && is_free(workload)) {
        for claimed in scope.claims(job).into_iter().filter(|claimed| !is_shared(claimed.claim)) {
            let users = scope.users(claimed.item);
            let server = users.iter().find(|user| {
                user.job().is_none() && user.about == crate::scope::About::Server && needs(user).is_some()
            });
            let Some((server, key)) = server.and_then(|server| Some((server, needs(server)?))) else { continue };
            findings
                .add(
                    job.item,
                    format!("{}.nodeSelector", job.at),
                    format!(
                        "the Job may run on any node and bind `{}` there, and {} needs a node with `{key}`",
                        claimed.item.name(),
                        server.item.object.reference()
                    ),
                    "give the Job the nodeSelector, affinity and tolerations of the server",
                )
                .also(server.item, format!("{}.nodeSelector", server.at), "the nodes of the server");
        }
    }
}

/// Whether a pod may run anywhere.
fn is_free(workload: &Workload<'_>) -> bool {
    let pod = workload.pod;
    pod.node_name.is_none() && pod.affinity.is_none() && pod.node_selector.iter().flatten().next().is_none()
}

/// A label that the nodes of a pod must have, and not every node has.
fn needs<'a>(workload: &Workload<'a>) -> Option<&'a str> {
    let usual = |key: &&String| !key.starts_with("kubernetes.io/os") && !key.starts_with("kubernetes.io/arch");
    workload.pod.node_selector.as_ref()?.keys().find(usual).map(String::as_str)
}
