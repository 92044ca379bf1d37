//! `script-swallows-pull`: a script hides that a pull failed.

use super::script_ends_server::always_fails;
use super::{Findings, Rule, Severity, Versions};
use crate::scope::shell::{Loss, Lost};
use crate::scope::{Moment, Ran, Runs, Scope, asks_for_model};

pub(super) const RULE: Rule = Rule {
    id: "script-swallows-pull",
    severity: Severity::Warning,
    summary: "a script hides that a pull failed",
    versions: Versions::All,
    docs: include_str!("script_swallows_pull.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for ran in scope.programs() {
        let program = ran.program;
        let stays =
            program.moment == Moment::PostStart || program.moment == Moment::Main && ran.seat.runs == Runs::Server;
        if !ran.must_end() && (!stays || ran.seat.container.readiness_probe.as_ref().is_some_and(asks_for_model)) {
            continue;
        }
        let mut lost = program.script.lost(program.errexit);
        if !ran.must_end() {
            lost.retain(|lost| lost.loss != Loss::Or { told: true });
        }
        let Some(first) = lost.first() else { continue };
        let more = match lost.len() - 1 {
            0 => String::new(),
            more => format!(" (or one of {more} more)"),
        };
        let message = format!("{}: {}", how(first, &more), what_then(scope, ran));
        findings.add_in(program, first.simple, message, help(ran, first));
    }
}

fn how(lost: &Lost<'_>, more: &str) -> String {
    let said = lost.simple.said();
    match lost.loss {
        Loss::GoesOn => format!("the script goes on when `{said}`{more} fails"),
        Loss::Or { .. } => format!("`||` takes the failure of `{said}`{more} away"),
        Loss::Background => format!("nobody waits for `{said}`{more}, or sees that it fails"),
        Loss::Round => format!("only the last round of the loop counts when `{said}`{more} fails"),
        Loss::Pipe => format!("the failure of `{said}`{more} is lost in its pipeline"),
        Loss::Answer => format!("`{said}`{more} ends with 0 when the pull fails, as only the answer tells it"),
    }
}

fn help(ran: Ran<'_, '_>, lost: &Lost<'_>) -> String {
    let statements = ran.program.script.statements();
    let stops = ran.program.errexit
        || statements.iter().any(|statement| {
            let simple = statement.simple;
            simple.runs("set") && (simple.option("errexit", 'e') || simple.has("errexit"))
        });
    if !ran.must_end() {
        let is_taken_away = stops && matches!(lost.loss, Loss::Or { .. });
        let how = if is_taken_away {
            "leave out the || and what stands after it: set -e then ends the script"
        } else {
            "pull in an init container or a Job, in a script that begins with set -e"
        };
        return how.to_owned();
    }
    let how = match lost.loss {
        Loss::Answer if lost.simple.runs("wget") => "send \"stream\": false",
        Loss::Answer => "send \"stream\": false with curl --fail",
        Loss::Or { .. } => "leave out the || and what stands after it, or end that with exit 1",
        Loss::Background => "run it in the foreground",
        Loss::Pipe => "do not pipe it, or use bash with set -o pipefail",
        Loss::GoesOn | Loss::Round => {
            return "begin the script with set -e, or write || exit 1 after each pull".to_owned();
        }
    };
    if stops { how.to_owned() } else { format!("begin the script with set -e, and {how}") }
}

fn what_then(scope: &Scope<'_>, ran: Ran<'_, '_>) -> &'static str {
    match (ran.must_end(), ran.seat.is_init) {
        (true, true) if always_fails(scope, ran) => {
            "once its end is mended, the init container may end well without the model"
        }
        (true, true) => "the init container may end well without the model",
        (true, false) if always_fails(scope, ran) => "once its end is mended, the Job may end well without the model",
        (true, false) => "the Job may end well without the model",
        (false, _) => "the server may run without the model",
    }
}
