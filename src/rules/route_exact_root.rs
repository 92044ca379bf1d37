//! `route-exact-root`: only the path / itself is sent to the server.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Scope, Way};
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "route-exact-root",
    severity: Severity::Error,
    summary: "only the path / itself is sent to the server",
    versions: Versions::All,
    docs: include_str!("route_exact_root.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let doors = scope.doors();
    // Where it is not alone, another may have the paths of the API.
    let [door] = &doors[..] else { return };
    let has_pattern = |at: &str| door.item.written(at).and_then(Node::text).is_some_and(|text| text.contains("Regexp"));
    let is_root = |way: &Way<'_>| {
        way.is_exact && matches!(way.path, Some("/" | "")) && !way.is_rewritten && !has_pattern(&way.at)
    };
    if let Some(first) = door.ways.first().filter(|_| door.ways.iter().all(is_root)) {
        findings.add(
            door.item,
            &first.at,
            "only `/` itself is sent on, where Ollama says that it runs: /api and /v1 get 404",
            "write Prefix (of an HTTPRoute: PathPrefix) in place of Exact",
        );
    }
}
