//! `rwx-no-noprune`: servers that share a store remove what others download.

use super::{Findings, Rule, Severity, Versions};
use crate::bundle::Object;
use crate::scope::{Env, Held, Runs, Scope, Workload, is_shared};
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "rwx-no-noprune",
    severity: Severity::Warning,
    summary: "servers that share a store remove what others download",
    versions: Versions::All,
    docs: include_str!("rwx_no_noprune.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        // An init container that starts a server to pull removes as much.
        for seat in workload.seats.iter().filter(|seat| seat.runs == Runs::Server) {
            let Some(store) = scope.store(workload, seat).filter(|store| !store.read_only) else { continue };
            let Held::Claim(name) = store.held else { continue };
            if name.contains("$(") {
                continue;
            }
            let keeps = match scope.env(workload, seat, "OLLAMA_NOPRUNE") {
                Env::Absent => true,
                Env::Text(text) => matches!(text.trim(), "" | "0" | "f" | "F" | "false" | "False" | "FALSE"),
                Env::Unknown => false,
            };
            // What one node alone can mount is another fault.
            let claimed = scope.claim_of(workload, &store);
            if !keeps || claimed.as_ref().is_some_and(|claimed| !is_shared(claimed.claim)) {
                continue;
            }
            let users = scope.users_of_name(workload.item, name);
            let others = users.iter().filter(|user| user.item.number != workload.item.number);
            let near = others.filter(|user| user.item.is_beside(workload.item) && user.item.may_meet(workload.item));
            let others = near.filter(|user| user.servers().next().is_some()).count();
            let Some(count) = pods(scope, workload, claimed.is_some(), others) else { continue };
            findings.add(
                workload.item,
                format!("{}.env", seat.path),
                format!("{count} share `{name}`: each one that starts removes what another one downloads for more than an hour"),
                "set the variable OLLAMA_NOPRUNE: \"1\"",
            );
        }
    }
}

/// How many servers share the store, in words; nothing where it is one.
fn pods(scope: &Scope<'_>, workload: &Workload<'_>, is_known: bool, others: usize) -> Option<String> {
    if matches!(workload.item.object, Object::DaemonSet(_)) {
        return Some("the servers of all nodes".into());
    }
    let scaler = scope.scaler(workload.item).filter(|scaler| scaler.is_near(workload.item));
    let scaler = scaler.filter(|_| is_known);
    let of = |key: &str| scaler.and_then(|item| item.at(&["spec", key])).and_then(Node::text)?.parse::<i32>().ok();
    let most = of("maxReplicas").or_else(|| of("maxReplicaCount")).unwrap_or(0).max(workload.replicas);
    let count = usize::try_from(most).unwrap_or(0).saturating_add(others);
    (count > 1 && most > 0).then(|| format!("{count} servers"))
}
