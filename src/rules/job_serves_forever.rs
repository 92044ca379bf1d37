//! `job-serves-forever`: what should end runs a server that never ends.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;
use crate::scope::shell::Statement;

pub(super) const RULE: Rule = Rule {
    id: "job-serves-forever",
    severity: Severity::Error,
    summary: "what should end runs a server that never ends",
    versions: Versions::All,
    docs: include_str!("job_serves_forever.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for ran in scope.programs().filter(|ran| ran.must_end() && ran.workload.pod.share_process_namespace != Some(true)) {
        let statements = ran.program.script.statements();
        let Some(forever) = forever(&statements) else { continue };
        let what = if ran.program.is_written { forever.simple.said() } else { "ollama serve".to_owned() };
        // Two servers of a pod would want one port.
        let has_server = ran.workload.servers().any(|seat| seat.path != ran.seat.path);
        let (who, help) = if ran.seat.is_init && has_server {
            (
                "init container",
                "write server=$! after `ollama serve &`, and end with kill $server when the work is done",
            )
        } else if ran.seat.is_init {
            (
                "init container",
                "set restartPolicy: Always on it (a sidecar), or write server=$! after `ollama serve &`, and end with kill $server",
            )
        } else {
            (
                "Job",
                "let it tell the server to pull: command: [ollama, pull, MODEL] with OLLAMA_HOST set to the Service",
            )
        };
        let why = if ran.program.is_written { "" } else { " (what the image does by itself)" };
        findings.add_in(
            ran.program,
            forever.simple,
            format!("`{what}`{why} does not return: the {who} never completes"),
            help,
        );
    }
}

/// The command at which a program stays for ever.
fn forever<'s, 'w>(statements: &'s [Statement<'w>]) -> Option<&'s Statement<'w>> {
    let stops = |statement: &Statement<'_>| {
        ["kill", "pkill", "killall", "trap", "timeout"].iter().any(|word| statement.simple.has(word))
    };
    if statements.iter().any(stops) {
        return None;
    }
    let is_plain = |statement: &&Statement<'_>| {
        let inside = statement.inside;
        !(inside.background || inside.branch || inside.condition || inside.repeated || inside.function || inside.pipe)
    };
    let serve = statements.iter().filter(is_plain).find(|statement| statement.simple.serves());
    if let Some(serve) = serve {
        let pulls_later =
            statements.iter().any(|later| later.simple.brings() && later.simple.at().start > serve.simple.at().start);
        return (!pulls_later).then_some(serve);
    }
    let last = statements.last().filter(is_plain)?;
    let (program, words) = last.simple.program()?;
    let word = words.first().map_or("", |word| word.text.as_str());
    let serves = statements.iter().any(|statement| statement.simple.serves() && statement.inside.background);
    let stays = match program {
        "wait" => serves && (words.is_empty() || waits_for_server(statements, word)),
        "sleep" => word == "infinity",
        "tail" => word.starts_with("-f") || word == "-F",
        _ => false,
    };
    stays.then_some(last)
}

/// Whether a word is the number of the server that a script started.
fn waits_for_server(statements: &[Statement<'_>], word: &str) -> bool {
    let name = word.trim_start_matches('$').trim_start_matches('{').trim_end_matches('}');
    statements.windows(2).any(|pair| {
        pair[0].simple.serves()
            && pair[0].inside.background
            && pair[1].simple.assignments.iter().any(|(assigned, value)| assigned == name && value == "$!")
    })
}
