//! `fixed-sleep`: a script sleeps where it should wait for the server.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::shell::{Simple, Statement};
use crate::scope::{Moment, Scope};

pub(super) const RULE: Rule = Rule {
    id: "fixed-sleep",
    severity: Severity::Info,
    summary: "a script sleeps where it should wait for the server",
    versions: Versions::All,
    docs: include_str!("fixed_sleep.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for ran in scope.programs().filter(|ran| matches!(ran.program.moment, Moment::Main | Moment::PostStart)) {
        let statements = ran.program.script.statements();
        let mut slept: Option<&Statement<'_>> = None;
        for statement in &statements {
            let simple = statement.simple;
            if statement.inside.repeated || statement.inside.condition || statement.inside.function {
                break;
            }
            if simple.brings() || simple.posts_pull() {
                if let Some(sleep) = slept {
                    findings.add_in(
                        ran.program,
                        sleep.simple,
                        format!(
                            "`{}` is a guess: `{}` fails where the server takes longer",
                            sleep.simple.said(),
                            simple.said()
                        ),
                        format!("wait for it: {}", wait_for(simple)),
                    );
                }
                break;
            }
            if simple.runs("sleep") {
                slept = slept.or(Some(statement));
            } else if simple.ollama().is_some() && !simple.serves() || simple.runs("curl") {
                break;
            }
        }
    }
}

/// A loop that waits for the server with the program that pulls, as its image may have no other.
fn wait_for(pull: &Simple) -> String {
    let address = pull.words.iter().find_map(|word| word.text.split_once("/api/pull")).map_or("", |(before, _)| before);
    let asks = match pull.program() {
        Some(("curl", _)) => format!("curl -sf {address}/ >/dev/null"),
        Some(("wget", _)) => format!("wget -qO- {address}/ >/dev/null"),
        _ => "ollama list >/dev/null 2>&1".to_owned(),
    };
    format!("for i in $(seq 60); do {asks} && break; sleep 1; done")
}
