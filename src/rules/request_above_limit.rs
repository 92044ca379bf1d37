//! `request-above-limit`: a request above its own limit.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Scope, milli};

pub(super) const RULE: Rule = Rule {
    id: "request-above-limit",
    severity: Severity::Error,
    summary: "a request above its own limit",
    versions: Versions::All,
    docs: include_str!("request_above_limit.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads() {
        for seat in &workload.seats {
            let requests = seat.container.resources.as_ref().and_then(|resources| resources.requests.as_ref());
            for (key, request) in requests.into_iter().flatten().filter(|(key, _)| !key.contains('/')) {
                let Some(limit) = seat.limit(key) else { continue };
                let (Some(more), Some(less)) = (milli(request), milli(limit)) else { continue };
                if more > less {
                    findings
                        .add(
                            workload.item,
                            format!("{}.resources.requests.{key}", seat.path),
                            format!(
                                "`{}` requests {} of {key}, and may take {} at most",
                                seat.name(),
                                request.0,
                                limit.0
                            ),
                            format!("set limits.{key} to {} or more, or lower the request", request.0),
                        )
                        .also(workload.item, format!("{}.resources.limits.{key}", seat.path), "less than the request");
                }
            }
        }
    }
}
