//! `origins-any`: every web page may call the server.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "origins-any",
    severity: Severity::Info,
    summary: "every web page may call the server",
    versions: Versions::All,
    docs: include_str!("origins_any.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        for seat in workload.servers() {
            for own in scope.variables(workload, seat) {
                let is_any = |value: &str| {
                    value
                        .split(',')
                        .any(|part| matches!(part.trim().trim_matches(['"', '\'']), "*" | "http://*" | "https://*"))
                };
                if own.name == "OLLAMA_ORIGINS" && own.value.is_some_and(is_any) {
                    findings.add(
                        own.item,
                        own.path(seat),
                        "any web page that somebody inside opens may call the server through the browser",
                        "set OLLAMA_ORIGINS: \"https://chat.example.com\", the pages that call it; other programs need no origin",
                    );
                }
            }
        }
    }
}
