//! `cache-type-attention`: a quantised cache needs the flash attention that is turned off.

use super::{Findings, Rule, Severity, Versions};
use crate::facts::{Release, needs_flash_attention};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "cache-type-attention",
    severity: Severity::Error,
    summary: "a quantised cache needs the flash attention that is turned off",
    versions: Versions::All,
    docs: include_str!("cache_type_attention.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        for seat in workload.servers() {
            if seat.image().release().is_some_and(|release| release < Release::LLAMA_SERVER) {
                continue;
            }
            let variables = scope.variables(workload, seat);
            let of = |name: &str| variables.iter().find(|own| own.name == name);
            let (Some(cache), Some(attention)) = (of("OLLAMA_KV_CACHE_TYPE"), of("OLLAMA_FLASH_ATTENTION")) else {
                continue;
            };
            let kind = cache.value.unwrap_or_default().trim().trim_matches(['"', '\'']);
            let is_off = matches!(
                attention.value.unwrap_or_default().trim().trim_matches(['"', '\'']),
                "0" | "f" | "F" | "false" | "FALSE" | "False"
            );
            if is_off && needs_flash_attention(kind) == Some(true) {
                findings
                    .add(
                        cache.item,
                        cache.path(seat),
                        format!("a cache of type {kind} needs flash attention, which is off: every request gets 500"),
                        "leave OLLAMA_FLASH_ATTENTION out, or set OLLAMA_KV_CACHE_TYPE: f16",
                    )
                    .also(attention.item, attention.path(seat), "turned off");
            }
        }
    }
}
