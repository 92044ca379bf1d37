//! `cache-type-unknown`: llama-server has no such type of cache.

use super::{Findings, Rule, Severity, Versions};
use crate::facts::{KV_CACHE_TYPES, Release, needs_flash_attention};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "cache-type-unknown",
    severity: Severity::Error,
    summary: "llama-server has no such type of cache",
    versions: Versions::All,
    docs: include_str!("cache_type_unknown.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        for seat in workload.servers() {
            if seat.image().release().is_some_and(|release| release < Release::LLAMA_SERVER) {
                continue;
            }
            for own in scope.variables(workload, seat) {
                let value = own.value.map(|value| value.trim().trim_matches(['"', '\''])).unwrap_or_default();
                if own.name != "OLLAMA_KV_CACHE_TYPE" || value.is_empty() || needs_flash_attention(value).is_some() {
                    continue;
                }
                let all: Vec<&str> = KV_CACHE_TYPES.iter().map(|(name, _)| *name).collect();
                findings.add(
                    own.item,
                    own.path(seat),
                    format!(
                        "there is no type of cache `{value}`: every request gets 500, and nothing shows at the start"
                    ),
                    format!("write f16, q8_0 or q4_0; there are {}", all.join(", ")),
                );
            }
        }
    }
}
