//! `route-timeout`: the route cuts answers that take longer than its timeout.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Scope, route_timeouts};

pub(super) const RULE: Rule = Rule {
    id: "route-timeout",
    severity: Severity::Warning,
    summary: "the route cuts answers that take longer than its timeout",
    versions: Versions::All,
    docs: include_str!("route_timeout.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for door in scope.doors() {
        for timeout in route_timeouts(&door) {
            if timeout.milliseconds == 0 || timeout.milliseconds >= 300_000 {
                continue;
            }
            findings.add(
                door.item,
                timeout.at.clone(),
                format!(
                    "after {} the whole answer is cut, tokens or not: load, prompt and answer take longer",
                    timeout.text
                ),
                "set timeouts: {request: 0s, backendRequest: 0s}, or an hour",
            );
            break;
        }
    }
}
