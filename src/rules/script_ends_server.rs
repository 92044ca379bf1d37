//! `script-ends-server`: a script ends its server in a way that ends in an error.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::shell::{Join, Script, Simple, Statement};
use crate::scope::{Env, Ran, Runs, Scope, Shell};

pub(super) const RULE: Rule = Rule {
    id: "script-ends-server",
    severity: Severity::Error,
    summary: "a script ends its server in a way that ends in an error",
    versions: Versions::All,
    docs: include_str!("script_ends_server.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for ran in scope.programs().filter(|ran| ran.program.shell != Shell::None) {
        let statements = ran.program.script.statements();
        let Some(start) = statements.iter().find(|statement| leaves_server(statement)) else { continue };
        let (at, message, help) = if ran.must_end() {
            let Some(End { simple, what, then, help }) = fault(scope, ran, &statements) else { continue };
            let who = if ran.seat.is_init { "the init container" } else { "the Job" };
            (simple, format!("{what}: {who} {then}"), help)
        } else if ran.must_stay() && ran.seat.runs == Runs::Server && ends(ran, &statements) {
            let message =
                "the script comes to its end, and the server ends with it: the container is started again and again";
            let Some(last) = statements.last() else { continue };
            let is_own = start.simple.serves() && !start.inside.subshell;
            let help = if is_own {
                "end the script with wait"
            } else {
                "start the server by `ollama serve &` alone, without a shell of its own, and end the script with wait"
            };
            (last.simple, message.to_owned(), help)
        } else {
            continue;
        };
        findings.add_in(ran.program, at, message, help);
    }
}

/// Whether a script that should end certainly ends with an error, or not at all.
pub(super) fn always_fails(scope: &Scope<'_>, ran: Ran<'_, '_>) -> bool {
    let statements = ran.program.script.statements();
    let starts = statements.iter().any(leaves_server);
    ran.program.shell != Shell::None && starts && fault(scope, ran, &statements).is_some()
}

const BY_NUMBER: &str = "keep the number of the server, server=$! after `ollama serve &`, and end with kill $server";

const FAILS: &str = "fails although the model is there";

/// A command that spoils the end of a script.
struct End<'s> {
    simple: &'s Simple,
    /// What is wrong with it.
    what: String,
    /// What becomes of the container.
    then: &'static str,
    /// What to write instead.
    help: &'static str,
}

/// What is wrong with the end of a script.
fn fault<'s>(scope: &Scope<'_>, ran: Ran<'_, '_>, statements: &[Statement<'s>]) -> Option<End<'s>> {
    let last = statements.len().checked_sub(1)?;
    let is_dash = ran.program.shell == Shell::Dash;
    let mut errexit = ran.program.errexit;
    let mut forced = false;
    let mut spared = None;
    for (at, statement) in statements.iter().enumerate() {
        let simple = statement.simple;
        let Some((program, words)) = simple.program() else { continue };
        let words: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        let inside = statement.inside;
        errexit |= program == "set"
            && (words.iter().any(|word| word.starts_with('-') && word.contains('e')) || words.contains(&"errexit"));
        let decides = (at == last || errexit && statement.behind == Join::Next)
            && statement.behind != Join::Or
            && !(inside.background || inside.branch || inside.condition || inside.repeated || inside.function);
        let said = simple.said();
        let fails = |what: String| Some(End { simple, what, then: FAILS, help: BY_NUMBER });
        match program {
            "kill" if is_dash && !inside.pipe && words.iter().any(|word| word.starts_with('%')) => {
                if decides {
                    return fails(format!(
                        "`{said}` ends with 1 in the sh of Ollama's image, where jobs of a script have no process group"
                    ));
                }
                spared = Some(simple);
            }
            "kill" if is_dash && decides && !inside.pipe && words.iter().any(|word| word.starts_with("$(jobs")) => {
                return fails(format!("`{said}` ends with 2, as the sh of Ollama's image lists no jobs there"));
            }
            "kill" => {
                forced |= words.iter().any(|word| matches!(*word, "-9" | "-KILL" | "-SIGKILL" | "KILL" | "9"));
                let unset =
                    words.iter().find_map(|word| variable(word)).filter(|name| !is_set(scope, ran, statements, name));
                if let Some(name) = unset.filter(|_| decides && !inside.pipe) {
                    return fails(format!("`{said}` ends with an error, as nothing sets {name}"));
                }
            }
            "wait" if forced && decides && words.iter().any(|word| word.starts_with('$')) => {
                let what = format!("`{said}` ends with 137, the status of a server that was killed by force");
                let help = "write kill without -9, which lets the server end with 0";
                return Some(End { simple, what, then: FAILS, help });
            }
            "wait" if at == last && words.is_empty() && !inside.background => {
                if let Some(kill) = spared {
                    let what = format!(
                        "`{}` stops nothing in the sh of Ollama's image, where jobs of a script have no process group",
                        kill.said()
                    );
                    let then = "waits for its server for ever";
                    return Some(End { simple: kill, what, then, help: BY_NUMBER });
                }
            }
            _ => {}
        }
    }
    None
}

/// The name in `$name`, `"$name"` or `${name}`.
fn variable(word: &str) -> Option<&str> {
    let name = word.strip_prefix('$')?;
    let name = name.strip_prefix('{').and_then(|name| name.strip_suffix('}')).unwrap_or(name);
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_name.then_some(name)
}

fn is_set(scope: &Scope<'_>, ran: Ran<'_, '_>, statements: &[Statement<'_>], name: &str) -> bool {
    scope.env(ran.workload, ran.seat, name) != Env::Absent
        || statements.iter().any(|statement| {
            let simple = statement.simple;
            simple.assignments.iter().any(|(assigned, _)| assigned == name)
                || simple.words.iter().any(|word| {
                    word.text == name || word.text.strip_prefix(name).is_some_and(|rest| rest.starts_with('='))
                })
                || [".", "source", "eval"].iter().any(|program| simple.runs(program))
        })
}

/// Whether a command leaves a server in the background, by itself or by a shell that it calls.
fn leaves_server(statement: &Statement<'_>) -> bool {
    let is_left = |inner: &Statement<'_>| inner.simple.serves() && inner.inside.background;
    is_left(statement) || inner(statement.simple).is_some_and(|script| script.statements().iter().any(is_left))
}

/// The script of a shell that is called with `-c`.
fn inner(simple: &Simple) -> Option<Script> {
    let (_, words) = simple.program().filter(|(program, _)| matches!(*program, "sh" | "bash"))?;
    let at = words.iter().position(|word| word.text.starts_with('-') && word.text.ends_with('c'))?;
    Script::read(&words.get(at + 1)?.text)
}

/// Programs that end by themselves, whatever their words.
#[rustfmt::skip]
const SHORT: [&str; 59] = [
    "[", "[[", "apt-get", "awk", "basename", "break", "cat", "cd", "chmod", "chown", "command", "continue", "cp",
    "curl", "cut", "date", "declare", "df", "dirname", "disown", "du", "echo", "exit", "export", "expr", "false", "find",
    "grep", "head", "hostname", "id", "jobs", "jq", "kill", "ln", "local", "ls", "mkdir", "mv", "pgrep", "pkill",
    "printf", "ps", "return", "rm", "sed", "seq", "set", "shift", "sort", "sync", "tee", "test", "touch", "tr", "trap",
    "unset", "wc", "wget",
];

/// Whether a script that should stay comes to its end: every command of it is known to end.
fn ends(ran: Ran<'_, '_>, statements: &[Statement<'_>]) -> bool {
    let container = ran.seat.container;
    if container.tty == Some(true) || container.stdin == Some(true) {
        return false;
    }
    let monitored = ran.program.shell == Shell::Bash
        && statements.iter().any(|statement| {
            statement.simple.runs("set") && (statement.simple.has("-m") || statement.simple.has("monitor"))
        });
    all_end(statements, &ran.program.script.functions(), monitored)
}

fn all_end(statements: &[Statement<'_>], functions: &[&str], monitored: bool) -> bool {
    statements.iter().all(|statement| {
        let Some((program, words)) = statement.simple.program() else { return !statement.inside.condition };
        let word = words.first().map_or("", |word| word.text.as_str());
        statement.inside.background
            || match program {
                "sleep" => word.trim_end_matches(['s', 'm', 'h']).parse::<f64>().is_ok_and(f64::is_finite),
                "ollama" => !statement.simple.serves(),
                "fg" => !monitored,
                ":" | "true" => !statement.inside.condition,
                "sh" | "bash" => {
                    inner(statement.simple).is_some_and(|script| all_end(&script.statements(), &[], monitored))
                }
                _ => SHORT.contains(&program) || functions.contains(&program),
            }
    })
}
