//! `probe-liveness-no-startup`: liveness counts while the server is not started yet.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::shell::Statement;
use crate::scope::{Moment, Runs, Scope, patience};

pub(super) const RULE: Rule = Rule {
    id: "probe-liveness-no-startup",
    severity: Severity::Warning,
    summary: "liveness counts while the server is not started yet",
    versions: Versions::All,
    docs: include_str!("probe_liveness_no_startup.md"),
    check,
};

/// Seconds within which nobody installs anything for certain.
const SLOW: u64 = 300;

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for ran in scope
        .programs()
        .filter(|ran| ran.must_stay() && ran.program.moment == Moment::Main && ran.seat.runs == Runs::Server)
    {
        let container = ran.seat.container;
        let Some(liveness) = container.liveness_probe.as_ref().filter(|_| container.startup_probe.is_none()) else {
            continue;
        };
        let statements = ran.program.script.statements();
        let before = statements.iter().take_while(|statement| !statement.simple.serves());
        let Some(slow) = before.clone().find(|statement| is_slow(statement)) else { continue };
        let seconds = patience(liveness);
        if before.count() < statements.len() && seconds < SLOW {
            findings.add(
                ran.workload.item,
                format!("{}.livenessProbe", ran.seat.path),
                format!(
                    "`{}` runs at every start before the server, and liveness kills the container after {seconds} s",
                    slow.simple.said()
                ),
                "set startupProbe: {httpGet: {path: /, port: 11434}, periodSeconds: 10, failureThreshold: 180}",
            );
        }
    }
}

/// Whether a command fetches or builds something.
fn is_slow(statement: &Statement<'_>) -> bool {
    let Some((program, words)) = statement.simple.program() else { return false };
    let has = |verb: &str| words.iter().any(|word| word.text == verb);
    let fetches = match program {
        "apt-get" | "apt" | "yum" | "dnf" | "pip" | "pip3" | "npm" => has("install") || has("update"),
        "apk" => has("add"),
        "git" => has("clone"),
        "aws" | "gsutil" | "rclone" | "gcloud" => has("cp") || has("sync") || has("copy") || has("rsync"),
        "wget" | "huggingface-cli" | "hf" | "make" => true,
        _ => false,
    };
    fetches && !statement.inside.background && !statement.inside.function
}
