//! `variable-not-expanded`: a variable stands where Kubernetes does not replace any.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Scope, Workload, hooks};

pub(super) const RULE: Rule = Rule {
    id: "variable-not-expanded",
    severity: Severity::Error,
    summary: "a variable stands where Kubernetes does not replace any",
    versions: Versions::All,
    docs: include_str!("variable_not_expanded.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads() {
        let mut fields = Vec::new();
        for (number, volume) in workload.pod.volumes.iter().flatten().enumerate() {
            let at = format!("{}.volumes[{number}]", workload.at);
            if let Some(claim) = &volume.persistent_volume_claim {
                fields.push((format!("{at}.persistentVolumeClaim.claimName"), claim.claim_name.as_str(), CLAIM));
            }
            if let Some(host) = &volume.host_path {
                fields.push((format!("{at}.hostPath.path"), host.path.as_str(), SUB_PATH));
            }
        }
        for seat in &workload.seats {
            for (number, mount) in seat.container.volume_mounts.iter().flatten().enumerate() {
                let path = format!("{}.volumeMounts[{number}].subPath", seat.path);
                fields.push((path, mount.sub_path.as_deref().unwrap_or_default(), SUB_PATH));
            }
        }
        for seat in &workload.seats {
            for (name, hook) in hooks(seat.container) {
                let words = hook.exec.as_ref().and_then(|exec| exec.command.as_ref());
                for (at, word) in words.into_iter().flatten().enumerate() {
                    fields.push((format!("{}.lifecycle.{name}.exec.command[{at}]", seat.path), word.as_str(), HOOK));
                }
            }
        }
        for (path, text, help) in fields {
            let Some(name) = variable(text).filter(|name| is_of_a_pod(workload, name)) else { continue };
            if scope.kustomizations().any(|node| node.get("vars").is_some()) {
                return;
            }
            let message = format!("`$({name})` stays as it is: variables are replaced in command, args and env only");
            findings.add(workload.item, path, message, help);
        }
    }
}

const CLAIM: &str = "use a StatefulSet with volumeClaimTemplates, which makes a claim for each pod";
const HOOK: &str = "write ${NAME}, which the shell of the hook replaces: $(NAME) is a command to it";
const SUB_PATH: &str = "write subPathExpr, in which variables of env are replaced";

/// The name in `$(NAME)`.
fn variable(text: &str) -> Option<&str> {
    let (name, _) = text.split_once("$(")?.1.split_once(')')?;
    let fits = !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    fits.then_some(name)
}

/// Whether the pod itself is meant, and not a pipeline that fills the text in.
fn is_of_a_pod(workload: &Workload<'_>, name: &str) -> bool {
    ["POD_NAME", "POD_INDEX", "POD_IP", "POD_NAMESPACE", "HOSTNAME", "NODE_NAME", "ORDINAL"].contains(&name)
        || workload.seats.iter().any(|seat| seat.variable(name).is_some())
}
