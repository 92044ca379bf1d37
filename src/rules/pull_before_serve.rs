//! `pull-before-serve`: a pull runs where no server is.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::Service;
use crate::scope::shell::{Join, Statement};
use crate::scope::{Address, Moment, Ran, Runs, Scope};

pub(super) const RULE: Rule = Rule {
    id: "pull-before-serve",
    severity: Severity::Error,
    summary: "a pull runs where no server is",
    versions: Versions::All,
    docs: include_str!("pull_before_serve.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for ran in scope.programs().filter(|ran| ran.program.moment == Moment::Main) {
        let statements = ran.program.script.statements();
        let brings = |statement: &&Statement<'_>| statement.simple.brings() && !statement.inside.function;
        if let Some(waits) = statements.iter().find(|statement| waits_for_own(statement))
            && ran.seat.is_init
            && ran.must_end()
            && !statements.iter().any(|statement| statement.simple.serves() || may_serve(statement))
            && scope.asks_itself(ran)
            && is_alone(ran)
        {
            findings.add_in(
                ran.program,
                waits.simple,
                format!(
                    "`{}` waits for the server of its own pod, which starts when this init container has ended",
                    waits.simple.said()
                ),
                "start a server here: ollama serve &, or pull in a Job with OLLAMA_HOST set to the Service",
            );
            continue;
        }
        let Some(pull) = statements.iter().find(brings) else { continue };
        if ran.seat.is_init
            && ran.must_end()
            && !statements.iter().any(|statement| statement.simple.serves() || may_serve(statement))
            && let Some(name) = own_service(scope, ran)
        {
            let message = format!(
                "`{}` asks Service `{name}`, whose pods are not Ready before this init container has ended",
                pull.simple.said()
            );
            let help = "start a server here: ollama serve & and OLLAMA_HOST: \"127.0.0.1:11434\", or pull in a Job";
            findings.add_in(ran.program, pull.simple, message, help);
            continue;
        }
        let first = statements.iter().find(|statement| statement.simple.serves());
        let (said, pulled_at) = (pull.simple.said(), pull.simple.at().start);
        let (message, help) = match first {
            Some(serve) if serve.inside.branch || serve.inside.function || serve.inside.condition => continue,
            Some(serve) if !serve.inside.background => {
                let behind =
                    statements.iter().filter(brings).any(|pull| pull.simple.at().start > serve.simple.at().start);
                if behind && serve.behind != Join::Or && !serve.simple.words.iter().any(|word| word.text == "timeout") {
                    (
                        format!("`{}` does not return, so `{said}` never runs", serve.simple.said()),
                        "write `ollama serve &`, wait until `ollama list` works, pull, and end with wait",
                    )
                } else if pulled_at < serve.simple.at().start
                    && !pull.inside.background
                    && scope.asks_itself(ran)
                    && is_alone(ran)
                {
                    (
                        format!("`{said}` runs before the server: it finds none"),
                        "write `ollama serve &`, wait until `ollama list` works, pull, and end with wait",
                    )
                } else {
                    continue;
                }
            }
            Some(serve) => {
                let is_first = pulled_at < serve.simple.at().start && !pull.inside.background && !pull.inside.repeated;
                if !is_first || !scope.asks_itself(ran) || !is_alone(ran) {
                    continue;
                }
                (
                    format!("`{said}` runs before the server: it finds none"),
                    "start the server first, and wait until `ollama list` works",
                )
            }
            None => {
                let mut before = statements.iter().filter(|statement| statement.simple.at().start < pulled_at);
                if !ran.seat.image().is_ollama() || before.any(may_serve) || !scope.asks_itself(ran) || !is_alone(ran) {
                    continue;
                }
                (
                    format!("`{said}` asks the server of its own pod, and none runs there"),
                    "set OLLAMA_HOST to the Service of the server, or start one first: ollama serve & until ollama list; do sleep 1; done",
                )
            }
        };
        findings.add_in(ran.program, pull.simple, message, help);
    }
}

/// Whether a loop waits for a server in its own pod.
fn waits_for_own(statement: &Statement<'_>) -> bool {
    let simple = statement.simple;
    let asks = simple.ollama().is_some_and(|(verb, _)| matches!(verb, "list" | "ls" | "ps" | "show"))
        || (simple.runs("curl") || simple.runs("wget"))
            && ["//localhost:11434", "//127.0.0.1:11434"].iter().any(|host| simple.has(host));
    asks && statement.inside.repeated && statement.inside.condition
}

/// Whether a command may start a server by another name.
fn may_serve(statement: &Statement<'_>) -> bool {
    statement.inside.background
        || statement.simple.program().is_some_and(|(program, _)| {
            matches!(program, "sh" | "bash" | "." | "source" | "service" | "eval") || program.contains('.')
        })
}

/// Whether no other container of the pod may serve while this one runs.
fn is_alone(ran: Ran<'_, '_>) -> bool {
    !ran.workload.seats.iter().filter(|seat| seat.path != ran.seat.path).any(|seat| {
        let meets = if ran.seat.is_init && !ran.seat.stays() { seat.is_init && seat.stays() } else { seat.stays() };
        meets
            && (seat.runs == Runs::Server || !seat.image().is_official() && seat.image().repository.contains("ollama"))
    })
}

/// The Service that a client asks, where it chooses the pods of the client alone.
fn own_service<'a>(scope: &Scope<'a>, ran: Ran<'_, 'a>) -> Option<&'a str> {
    let host = scope.env(ran.workload, ran.seat, "OLLAMA_HOST").text().filter(|text| !text.contains('$'))?;
    let name = Address::of(host).host.split('.').next()?;
    let (item, service) = scope.find::<Service>(ran.workload.item, name)?;
    let chosen = scope.selected(item, service.spec.as_ref()?.selector.as_ref()?);
    let is_own = !chosen.is_empty() && chosen.iter().all(|chosen| chosen.item.number == ran.workload.item.number);
    is_own.then(|| item.name())
}
