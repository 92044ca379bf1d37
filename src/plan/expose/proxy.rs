//! What does the proxy beside each server do?

use std::collections::BTreeMap;

use super::{Route, routes};
use crate::plan::{Because, Problem, Problems};
use crate::profile::Profile;
use crate::units::{Bytes, Millicores, Seconds};

/// The proxy beside each server.
#[derive(Clone, Debug)]
pub struct AccessProxy {
    /// Its image.
    pub image: String,
    /// The Secret with the keys; none: nobody is asked.
    pub keys: Option<String>,
    /// What may be asked.
    pub routes: &'static [Route],
    /// How long an answer may stay silent.
    pub timeout: Seconds,
    /// Connections that it takes at once, and why so many.
    pub connections: Because<u64>,
    /// CPU that is reserved.
    pub cpu: Millicores,
    /// Memory that it may use, and why.
    pub memory: Because<Bytes>,
    /// Who reads its numbers.
    pub metrics: Option<Metrics>,
}

/// A Prometheus that reads the proxies' numbers.
#[derive(Clone, Debug)]
pub struct Metrics {
    /// Its namespace.
    pub namespace: String,
    /// Whether a `PodMonitor` tells it.
    pub pod_monitor: bool,
    /// Labels of that `PodMonitor`.
    pub labels: BTreeMap<String, String>,
}

/// An LTS release that gets fixes. Source: docker-library/haproxy `3.4/Dockerfile`, 2026-11.
pub(crate) const IMAGE: &str = "haproxy:3.4.6";
/// What the process takes before the first connection: measured 20 MiB for both processes of 2.6.12, 2026-11-29.
const PROCESS: Bytes = Bytes::mib(48);
/// Two buffers of 16 KiB on each side, and what describes the connection. Source: `HAProxy`, `tune.bufsize` 16384.
const CONNECTION: Bytes = Bytes(96 << 10);

pub(super) fn plan(profile: &Profile, in_work: u64, problems: &mut Problems) -> Option<AccessProxy> {
    let asked = profile.expose.proxy.as_ref()?;
    let image = asked.image.clone().unwrap_or_else(|| IMAGE.to_owned());
    let tail = image.rsplit('/').next().unwrap_or_default();
    if image.is_empty() || image.contains(char::is_whitespace) {
        problems.error(Problem::new("expose.proxy.image", format!("\"{image}\" is no name of an image")));
    } else if !tail.contains([':', '@']) || tail.ends_with(":latest") {
        problems.error(
            Problem::new("expose.proxy.image", "no tag, or one that moves: every node could run another one")
                .help(format!("write {IMAGE}, or another release of HAProxy from 2.6 on")),
        );
    }
    // A probe and Prometheus come besides.
    let connections = in_work + u64::from(profile.server.max_queue) + 64;
    let memory = Bytes((PROCESS + CONNECTION * connections).0.next_multiple_of(16 << 20));
    Some(AccessProxy {
        image,
        keys: asked.keys.as_ref().map(ToString::to_string),
        routes: routes::of(asked.paths),
        timeout: timeout(profile, asked.timeout, problems),
        connections: Because::new(
            connections,
            format!("{in_work} in work, {} that wait in Ollama's queue, and 64 for probes", profile.server.max_queue),
        ),
        cpu: Millicores(100),
        memory: Because::new(
            memory,
            format!("{PROCESS} for the process, {CONNECTION} for each of {connections} connections"),
        ),
        metrics: asked.metrics.as_ref().map(|metrics| Metrics {
            namespace: metrics.namespace.to_string(),
            pod_monitor: metrics.pod_monitor,
            labels: metrics.labels.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect(),
        }),
    })
}

/// As long as the ways in from outside wait, or an hour.
fn timeout(profile: &Profile, asked: Option<Seconds>, problems: &mut Problems) -> Seconds {
    let ingress = profile.expose.ingress.as_ref().map(|ingress| (ingress.timeout, "expose.ingress.timeout"));
    let gateway = profile.expose.gateway.as_ref().map(|gateway| (gateway.timeout, "expose.gateway.timeout"));
    let longest = ingress.into_iter().chain(gateway).max();
    match (asked, longest) {
        (Some(asked), Some((longest, field))) if asked < longest => {
            problems.error(
                Problem::new("expose.proxy.timeout", format!("the proxy would cut an answer after {asked}"))
                    .and(field, format!("it may take {longest}"))
                    .help(format!("expose.proxy.timeout: {longest}, or leave it out")),
            );
            asked
        }
        (Some(asked), _) => asked,
        (None, longest) => longest.map_or(Seconds(3600), |(longest, _)| longest),
    }
}
