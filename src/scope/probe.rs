//! What do the probes of a container ask, and for how long do they wait?

use super::{Runs, Scope, Seat, Workload};
use crate::k8s::{Container, ExecAction, HTTPGetAction, IntOrString, LifecycleHandler, Probe};

/// The probes of a container with their keys.
pub fn probes(container: &Container) -> impl Iterator<Item = (&'static str, &Probe)> {
    let probes = [
        ("startupProbe", &container.startup_probe),
        ("readinessProbe", &container.readiness_probe),
        ("livenessProbe", &container.liveness_probe),
    ];
    probes.into_iter().filter_map(|(name, probe)| Some((name, probe.as_ref()?)))
}

/// The hooks of a container with their keys.
pub fn hooks(container: &Container) -> impl Iterator<Item = (&'static str, &LifecycleHandler)> {
    let hooks = container.lifecycle.as_ref().map(|of| [("postStart", &of.post_start), ("preStop", &of.pre_stop)]);
    hooks.into_iter().flatten().filter_map(|(name, hook)| Some((name, hook.as_ref()?)))
}

/// Whether a probe fails as long as a model is not there; true as well where that is not known.
pub fn asks_for_model(probe: &Probe) -> bool {
    let path = probe.http_get.as_ref().and_then(|get| get.path.as_deref()).unwrap_or_default();
    path.starts_with("/v1/models/") || probe.exec.as_ref().is_some_and(|exec| !only_lists(exec))
}

/// Whether a command is `ollama list`, which succeeds with no model as well.
fn only_lists(exec: &ExecAction) -> bool {
    let words: Vec<&str> = exec.command.iter().flatten().map(String::as_str).collect();
    let is_list = |text: &str| matches!(text.trim(), "ollama list" | "ollama ls" | "/bin/ollama list");
    match words[..] {
        [program, "list" | "ls"] => program.ends_with("ollama"),
        [.., script] => is_list(script),
        [] => false,
    }
}

/// The port that a probe dials, with the way to it.
pub fn probe_port(probe: &Probe) -> Option<(&IntOrString, &'static str)> {
    let http = probe.http_get.as_ref().map(|get| (&get.port, "httpGet.port"));
    http.or_else(|| probe.tcp_socket.as_ref().map(|socket| (&socket.port, "tcpSocket.port")))
}

/// Seconds from the start of a container until a probe that never succeeds has failed for good.
pub fn patience(probe: &Probe) -> u64 {
    let of = |value: Option<i32>, usual: u64| {
        value.and_then(|value| u64::try_from(value).ok()).filter(|value| *value > 0).unwrap_or(usual)
    };
    of(probe.initial_delay_seconds, 0) + of(probe.period_seconds, 10) * of(probe.failure_threshold, 3)
}

impl<'a> Scope<'a> {
    /// The probes that ask a server of Ollama itself by HTTP, each with the way to its `httpGet`.
    pub fn health_checks(&self, workload: &Workload<'a>) -> Vec<(String, &'a HTTPGetAction)> {
        let servers = workload.servers().filter(|seat| is_ollama_itself(seat));
        let of_seat = |seat: &Seat<'a>| {
            let port = self.listens(workload, seat).map(|address| i32::from(address.port));
            let container: &'a Container = seat.container;
            let asked = probes(container).filter_map(|(name, probe)| Some((name, probe.http_get.as_ref()?)));
            let own = asked.filter(|(_, get)| get.host.is_none() && port.is_some() && number(seat, &get.port) == port);
            own.map(|(name, get)| (format!("{}.{name}.httpGet", seat.path), get)).collect::<Vec<_>>()
        };
        servers.flat_map(of_seat).collect()
    }
}

/// Whether what listens in a container is `ollama serve`, and nothing that stands before it.
fn is_ollama_itself(seat: &Seat<'_>) -> bool {
    let by_image = seat.image().is_official() && seat.container.command.is_none();
    seat.runs == Runs::Server && (by_image || seat.script().contains("ollama serve"))
}

/// The number of a port that is meant by number or by its name in the container.
fn number(seat: &Seat<'_>, port: &IntOrString) -> Option<i32> {
    match port {
        IntOrString::Int(number) => Some(*number),
        IntOrString::String(text) => text.parse().ok().or_else(|| {
            let mut ports = seat.container.ports.iter().flatten();
            Some(ports.find(|port| port.name.as_ref() == Some(text))?.container_port)
        }),
    }
}
