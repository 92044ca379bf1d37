//! `gpu-request-only`: a GPU is requested without the same limit.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Scope, is_variable, milli};

pub(super) const RULE: Rule = Rule {
    id: "gpu-request-only",
    severity: Severity::Error,
    summary: "a GPU is requested without the same limit",
    versions: Versions::All,
    docs: include_str!("gpu_request_only.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads() {
        for seat in &workload.seats {
            let requests = seat.container.resources.as_ref().and_then(|resources| resources.requests.as_ref());
            for (key, request) in requests.into_iter().flatten() {
                if !key.contains('/') || is_variable(&request.0) {
                    continue;
                }
                let limit = seat.limit(key);
                if limit.is_some_and(|limit| is_variable(&limit.0) || milli(limit) == milli(request)) {
                    continue;
                }
                let name = seat.name();
                let message = match limit {
                    None => format!(
                        "`{name}` requests {} of {key} and has no limit of it, which the API server refuses",
                        request.0
                    ),
                    Some(limit) => format!(
                        "`{name}` requests {} of {key} and has a limit of {}: both must be the same",
                        request.0, limit.0
                    ),
                };
                findings.add(
                    workload.item,
                    format!("{}.resources.requests.{key}", seat.path),
                    message,
                    format!("set resources.limits: {{{key}: {}}}; the request follows it", request.0),
                );
            }
        }
    }
}
