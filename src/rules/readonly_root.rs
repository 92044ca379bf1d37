//! `readonly-root`: the root is read-only, and the server has nowhere to write its key.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Env, Scope};

pub(super) const RULE: Rule = Rule {
    id: "readonly-root",
    severity: Severity::Error,
    summary: "the root is read-only, and the server has nowhere to write its key",
    versions: Versions::All,
    docs: include_str!("readonly_root.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        for seat in workload.servers().filter(|seat| seat.image().is_official()) {
            let context = seat.container.security_context.as_ref();
            let user = seat.user(workload.pod).unwrap_or(0);
            // What another user than root lacks is told by `nonroot-home`.
            if user != 0
                || context.and_then(|context| context.read_only_root_filesystem) != Some(true)
                || seat.may_use("HOME=")
            {
                continue;
            }
            let home = match scope.env(workload, seat, "HOME") {
                Env::Text(home) => home.trim_end_matches('/'),
                Env::Absent => "/root",
                Env::Unknown => continue,
            };
            let has = |path: &str| workload.mount_of(seat, path).is_some();
            if !has(home) && !has(&format!("{home}/.ollama")) {
                findings.add(
                    workload.item,
                    format!("{}.securityContext.readOnlyRootFilesystem", seat.path),
                    format!("the server ends at once: it cannot write its key to {home}/.ollama"),
                    format!("mount a volume at {home}/.ollama, an emptyDir: {{}} if the models are elsewhere"),
                );
            }
        }
    }
}
