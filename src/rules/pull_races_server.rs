//! `pull-races-server`: a pull begins together with its server.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::shell::{Join, Statement};
use crate::scope::{Moment, Runs, Scope, Shell};

pub(super) const RULE: Rule = Rule {
    id: "pull-races-server",
    severity: Severity::Warning,
    summary: "a pull begins together with its server",
    versions: Versions::All,
    docs: include_str!("pull_races_server.md"),
    check,
};

const WAIT: &str = "for i in $(seq 60); do ollama list >/dev/null 2>&1 && break; sleep 1; done";

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for ran in scope.programs() {
        let hook = ran.program.moment == Moment::PostStart && ran.seat.runs == Runs::Server;
        if !hook && ran.program.moment != Moment::Main || !scope.asks_itself(ran) {
            continue;
        }
        let statements = ran.program.script.statements();
        let mut starts = hook;
        for statement in &statements {
            if statement.simple.serves() {
                starts = statement.inside.background && !statement.inside.function;
            } else if starts && statement.simple.brings() {
                let inside = statement.inside;
                if !(inside.repeated || inside.condition || inside.function) && statement.behind != Join::Or {
                    let said = statement.simple.said();
                    findings.add_in(
                        ran.program,
                        statement.simple,
                        format!(
                            "`{said}` begins together with the server, and fails if the server is not listening yet"
                        ),
                        if ran.program.shell == Shell::None {
                            format!("wait first: [sh, -c, \"{WAIT}; {said}\"]")
                        } else {
                            format!("wait first: {WAIT}")
                        },
                    );
                }
                break;
            } else if !is_instant(statement) {
                break;
            }
        }
    }
}

/// Whether a command takes no time and waits for nothing.
fn is_instant(statement: &Statement<'_>) -> bool {
    let instant = ["echo", "printf", "set", "export", "trap", "mkdir", "date", "touch", "[", "test", "cd", "true", ":"];
    statement.simple.program().is_none_or(|(program, _)| instant.contains(&program)) && !statement.inside.repeated
}
