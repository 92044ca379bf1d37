//! `probe-ready-without-model`: a pod is Ready before its model is there.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::shell::Statement;
use crate::scope::{Env, Moment, Runs, Scope, Seat, Workload, asks_for_model, is_shared};

pub(super) const RULE: Rule = Rule {
    id: "probe-ready-without-model",
    severity: Severity::Warning,
    summary: "a pod is Ready before its model is there",
    versions: Versions::All,
    docs: include_str!("probe_ready_without_model.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let served = scope.served();
    let programs = scope.programs().filter(|ran| served.contains_key(&ran.workload.item.number));
    for ran in programs.filter(|ran| ran.seat.runs == Runs::Server && ran.seat.stays() && ran.workload.job().is_none())
    {
        if ran.program.moment == Moment::Probe
            || ran.seat.container.readiness_probe.as_ref().is_some_and(asks_for_model)
        {
            continue;
        }
        let statements = ran.program.script.statements();
        let pull = statements.iter().find(|statement| {
            let beside = ran.program.moment == Moment::PostStart && statement.inside.background;
            (ran.program.moment == Moment::Main || beside) && brings_late(statement)
        });
        let message = if let Some(pull) = pull {
            format!(
                "the pod is Ready before `{}` has ended: its Service sends requests that get 404",
                pull.simple.said()
            )
        } else if ran.program.moment == Moment::Main && has_own_stores(scope, ran.workload, ran.seat) {
            let pods = ran.workload.replicas;
            format!(
                "each of the {pods} pods has models of its own, and all are Ready without: a model pulled on one is 404 on the others"
            )
        } else {
            continue;
        };
        findings.add(ran.workload.item, format!("{}.readinessProbe", ran.seat.path), message, help(pull));
    }
}

/// A probe for the model; `/v1/models/` never finds a name with a slash.
fn help(pull: Option<&Statement<'_>>) -> String {
    let words = pull.and_then(|pull| pull.simple.ollama()).map_or(&[][..], |(_, words)| words);
    let named = words.iter().map(|word| word.text.as_str()).find(|word| !word.starts_with('-'));
    let name = named.filter(|name| !name.contains(['$', '`', '"', ' '])).unwrap_or("NAME");
    let probe = if name.contains('/') {
        format!("{{exec: {{command: [ollama, show, \"{name}\"]}}}}")
    } else {
        format!("{{httpGet: {{path: \"/v1/models/{name}\", port: 11434}}}}")
    };
    format!("readinessProbe: {probe}, and a pull in an init container of each pod")
}

/// Whether a command brings a model, and takes time for it.
fn brings_late(statement: &Statement<'_>) -> bool {
    let is_stub = statement.simple.words.iter().any(|word| word.text.ends_with("cloud"));
    statement.simple.brings() && !is_stub && !statement.inside.function
}

/// Whether several pods keep their models apart, and nothing of the pod brings them.
fn has_own_stores(scope: &Scope<'_>, workload: &Workload<'_>, seat: &Seat<'_>) -> bool {
    let claims = scope.claims(workload);
    let claimed = |volume: &str| claims.iter().find(|claimed| claimed.volume == volume);
    let is_own = |path: &str| match workload.mount_of(seat, path) {
        None => true,
        Some((mount, volume)) => match claimed(&mount.name) {
            Some(claimed) => !claimed.is_one_for_all() && !is_shared(claimed.claim),
            None => volume.is_some_and(|volume| volume.empty_dir.is_some()),
        },
    };
    let store = scope.env(workload, seat, "OLLAMA_MODELS");
    let path = match store {
        Env::Absent => "/root/.ollama/models",
        Env::Text(path) => path,
        Env::Unknown => return false,
    };
    let others = workload.seats.iter().filter(|other| other.path != seat.path);
    workload.replicas > 1
        && seat.image().is_official()
        && seat.variable("HOME").is_none()
        && others.into_iter().next().is_none()
        && seat.container.lifecycle.is_none()
        && is_own(path)
}
