//! `route-timeout-order`: a request may not end before the attempt to answer it.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Scope, timeouts};

pub(super) const RULE: Rule = Rule {
    id: "route-timeout-order",
    severity: Severity::Error,
    summary: "a request may not end before the attempt to answer it",
    versions: Versions::All,
    docs: include_str!("route_timeout_order.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let routes = scope.custom("HTTPRoute", "gateway.networking.k8s.io/");
    for (item, _) in routes.filter(|(item, _)| scope.concerns_ollama(*item)) {
        let timeouts = timeouts(item);
        for pair in timeouts.windows(2) {
            let [request, backend] = pair else { continue };
            if request.rule == backend.rule && request.milliseconds > 0 && backend.milliseconds > request.milliseconds {
                findings
                    .add(
                        item,
                        backend.at.clone(),
                        format!(
                            "the API refuses the route: backendRequest {} is longer than request {}",
                            backend.text, request.text
                        ),
                        format!("set timeouts: {{request: {0}, backendRequest: {0}}}", backend.text),
                    )
                    .also(item, request.at.clone(), "shorter");
            }
        }
    }
}
