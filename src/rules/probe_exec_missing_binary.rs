//! `probe-exec-missing-binary`: a command is not in the image.

use super::{Findings, Rule, Severity, Versions};
use crate::facts::Release;
use crate::scope::shell::{Join, Statement};
use crate::scope::{Image, Moment, Ran, Scope};

pub(super) const RULE: Rule = Rule {
    id: "probe-exec-missing-binary",
    severity: Severity::Error,
    summary: "a command is not in the image",
    versions: Versions::All,
    docs: include_str!("probe_exec_missing_binary.md"),
    check,
};

/// What people expect in an image, and Ollama's has not.
const MISSING: [&str; 14] = [
    "curl", "wget", "jq", "python", "python3", "nc", "netcat", "killall", "ss", "ip", "ping", "lsof", "dig", "nslookup",
];

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    of_small_images(scope, findings);
    for ran in scope.programs().filter(|ran| is_known(ran.seat.image()) && ran.seat.variable("PATH").is_none()) {
        let statements = ran.program.script.statements();
        let installs = ["apt-get", "apt", "dpkg", "which", "type", "command", "source", "."];
        let is_one =
            |statement: &Statement<'_>| statement.simple.program().is_some_and(|(name, _)| installs.contains(&name));
        if statements.iter().any(is_one) {
            continue;
        }
        let found = statements.iter().enumerate().find_map(|(at, statement)| {
            let instead = statements.get(at + 1..)?.iter().find(|later| later.before == Join::Or);
            Some((missing(ran, statement, instead)?, statement.simple, statement.inside))
        });
        if let Some((missing, simple, inside)) = found {
            let then = match ran.program.moment {
                _ if inside.repeated && inside.condition => "what waits for it waits in vain",
                Moment::Probe => "the probe fails each time",
                Moment::PostStart => "the hook fails, and the container is killed",
                Moment::PreStop => "the hook does nothing",
                Moment::Main => "the command ends with 127",
            };
            findings.add_in(
                ran.program,
                simple,
                format!("Ollama's image has no `{missing}`: {then}"),
                "use httpGet for a probe and `ollama list` in a script, or an image that has it",
            );
        }
    }
}

/// Whether it is certain what is in an image: older ones for AMD are made from another system.
fn is_known(image: Image<'_>) -> bool {
    let is_old = |release| release < Release::of(0, 7, 0);
    image.is_official() && !(image.tag.is_some_and(|tag| tag.contains("rocm")) && image.release().is_some_and(is_old))
}

/// The command, if it is not there, and nothing else is done instead.
fn missing<'s>(ran: Ran<'_, '_>, statement: &Statement<'s>, next: Option<&Statement<'_>>) -> Option<&'s str> {
    let (program, _) = statement.simple.program()?;
    let gives_up = |next: &Statement<'_>| ["exit", "return", "false", "echo"].iter().any(|name| next.simple.runs(name));
    let instead = statement.before == Join::Or || statement.behind == Join::Or && !next.is_some_and(gives_up);
    let first = statement.simple.words.iter().find(|word| word.text.ends_with(program))?;
    let usual = first.text == program
        || ["/bin/", "/usr/bin/"].iter().any(|folder| first.text.strip_prefix(folder) == Some(program));
    let mounted = ran.seat.container.volume_mounts.iter().flatten().any(|mount| mount.mount_path.contains("/bin"));
    (MISSING.contains(&program) && usual && !instead && !mounted).then_some(program)
}

/// What small images have not, of what people ask a server or pull a model with.
fn of_small_images(scope: &Scope<'_>, findings: &mut Findings) {
    for ran in scope.programs() {
        let image = ran.seat.image();
        let (image, lacks): (&str, &[&str]) = match image.repository.rsplit('/').next() {
            Some("busybox") => ("busybox", &["curl", "ollama", "jq", "bash"]),
            Some("curl") if image.repository.contains("curlimages/") => ("curlimages/curl", &["ollama", "bash"]),
            _ => continue,
        };
        for statement in ran.program.script.statements() {
            let Some((name, _)) = statement.simple.program().filter(|(name, _)| lacks.contains(name)) else { continue };
            let message = format!("the image {image} has no `{name}`: the command ends with 127");
            let help = if name == "curl" {
                "take curlimages/curl, or wget, which it has"
            } else {
                "take an image that has it"
            };
            findings.add_in(ran.program, statement.simple, message, help);
            break;
        }
    }
}
