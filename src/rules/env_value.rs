//! `env-value`: the server cannot read the value of a variable, or reads it as something else.

use super::{Findings, Rule, Severity, Versions};
use crate::facts::{VariableKind, variable};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "env-value",
    severity: Severity::Warning,
    summary: "the server cannot read the value of a variable, or reads it as something else",
    versions: Versions::All,
    docs: include_str!("env_value.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        for seat in workload.servers() {
            for own in scope.variables(workload, seat) {
                let Some(value) =
                    own.value.map(|value| value.trim().trim_matches(['"', '\''])).filter(|value| !value.is_empty())
                else {
                    continue;
                };
                let Some((does, help)) = misread(own.name, value) else { continue };
                findings.add(own.item, own.path(seat), format!("{}: `{value}` {does}", own.name), help);
            }
        }
    }
}

/// What the server, or llama-server below it, makes of a value that it cannot read; and what to write.
fn misread(name: &str, value: &str) -> Option<(String, &'static str)> {
    const NUMBERS: [&str; 4] =
        ["LLAMA_ARG_CACHE_RAM", "LLAMA_ARG_THREADS", "LLAMA_ARG_THREADS_HTTP", "LLAMA_ARG_CTX_CHECKPOINTS"];
    if NUMBERS.contains(&name) {
        let digits = value.strip_prefix('-').unwrap_or(value);
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        return match &digits[..end] {
            "" => Some(("is no number: llama-server ends, and each request gets 500".into(), "write a number")),
            _ if end == digits.len() => None,
            number => Some((
                format!("is read as {number}: what stands behind the digits does not count"),
                "write a number; memory in MiB",
            )),
        };
    }
    if name.starts_with("HSA_OVERRIDE_GFX_VERSION") {
        let is_version = value.split('.').count() == 3 && value.split('.').all(|part| part.parse::<u8>().is_ok());
        let help = "write the version with dots, as in \"11.0.0\" for gfx1100";
        return (!is_version).then(|| ("is no version: ROCm does not take the GPU for another one".into(), help));
    }
    let row = variable(name).filter(|row| row.removed.is_empty())?;
    if name == "OLLAMA_DEBUG" {
        let is_read = VariableKind::Bool.reads(value) || value.parse::<i64>().is_ok();
        return (!is_read).then(|| {
            ("is neither a bool nor a number: the log stays as it is".into(), "write \"1\" for debug, \"2\" for trace")
        });
    }
    if row.kind.reads(value) {
        let seconds = value.parse::<u64>().ok().filter(|seconds| (1..60).contains(seconds))?;
        // A bare number is seconds; what people mean by so few are minutes or hours.
        return (row.kind == VariableKind::Duration && matches!(name, "OLLAMA_KEEP_ALIVE" | "OLLAMA_LOAD_TIMEOUT"))
            .then(|| (format!("means {seconds} seconds"), "write it with its unit, as in \"24h\" or \"30m\""));
    }
    match row.kind {
        VariableKind::Bool => {
            let no = ["off", "no", "n", "none", "disable", "disabled", "auto", "-1", "never"];
            let is_no = no.iter().any(|word| value.eq_ignore_ascii_case(word));
            is_no.then(|| ("counts as true, as all that is no bool".into(), "write \"false\", or leave it out"))
        }
        VariableKind::Uint => {
            let default = if matches!(row.default, "" | "0") { "the default" } else { row.default };
            Some((format!("is no whole number from 0 on: {default} holds"), "write a whole number, or leave it out"))
        }
        VariableKind::Duration => Some((
            format!("is no duration: {} holds, without a word", row.default),
            "write it as in \"24h\" or \"30m\", or \"-1\" for ever",
        )),
        _ => None,
    }
}
