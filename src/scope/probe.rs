//! What do the probes of a container ask, and for how long do they wait?

use crate::k8s::{Container, IntOrString, Probe};

/// The probes of a container with their keys.
pub fn probes(container: &Container) -> impl Iterator<Item = (&'static str, &Probe)> {
    let probes = [
        ("startupProbe", &container.startup_probe),
        ("readinessProbe", &container.readiness_probe),
        ("livenessProbe", &container.liveness_probe),
    ];
    probes.into_iter().filter_map(|(name, probe)| Some((name, probe.as_ref()?)))
}

/// Whether a probe fails as long as a model is not there; true as well where that is not known.
pub fn asks_for_model(probe: &Probe) -> bool {
    let path = probe.http_get.as_ref().and_then(|get| get.path.as_deref()).unwrap_or_default();
    path.starts_with("/v1/models/") || probe.exec.is_some()
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
