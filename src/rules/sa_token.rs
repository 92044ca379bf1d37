//! `sa-token`: the pod has a key to the cluster that it never uses.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::ServiceAccount;
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "sa-token",
    severity: Severity::Info,
    summary: "the pod has a key to the cluster that it never uses",
    versions: Versions::All,
    docs: include_str!("sa_token.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        let name = workload.pod.service_account_name.as_deref().unwrap_or("default");
        let account = scope.find::<ServiceAccount>(workload.item, name);
        let of_account = account.and_then(|(_, account)| account.automount_service_account_token);
        let token = workload.pod.automount_service_account_token.or(of_account);
        let is_alone = workload.seats.iter().all(|seat| seat.image().is_ollama());
        if token.is_none() && is_alone {
            findings.add(
                workload.item,
                format!("{}.automountServiceAccountToken", workload.at),
                "a token for the cluster's API lies in the pod, and Ollama never uses it",
                "set automountServiceAccountToken: false",
            );
        }
    }
}
