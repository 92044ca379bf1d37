//! The container in front of the server: it asks for keys, lets in inference, and counts.

use super::{Bytes, mount, resources};
use crate::k8s::*;
use crate::plan::{AccessProxy, Plan};
use crate::resources::pod::{KEYS_VOLUME, PROXY_VOLUME};
use crate::resources::service::PROXY_PORT_NAME;

/// The port that requests come to.
pub(in crate::resources) const PROXY_PORT: u16 = 8080;
/// The port of its numbers, and of its own health.
pub(in crate::resources) const METRICS_PORT: u16 = 8405;
/// The name of that port.
pub(in crate::resources) const METRICS_PORT_NAME: &str = "metrics";
/// Where its configuration is mounted.
pub(in crate::resources) const PROXY_CONFIG: &str = "/proxy";
/// Where the keys are mounted.
const KEYS: &str = "/keys";
/// The file with the keys there.
pub(in crate::resources) const KEYS_FILE: &str = "/keys/keys";

pub(in crate::resources) fn proxy(plan: &Plan, proxy: &AccessProxy) -> Container {
    let port = |name: &str, number: u16| ContainerPort {
        container_port: number.into(),
        name: Some(name.into()),
        ..Default::default()
    };
    let mut mounts = vec![mount(PROXY_VOLUME, PROXY_CONFIG, true)];
    if proxy.keys.is_some() {
        mounts.push(mount(KEYS_VOLUME, KEYS, true));
    }
    Container {
        name: "proxy".into(),
        image: Some(proxy.image.clone()),
        args: Some(["haproxy", "-f", &format!("{PROXY_CONFIG}/haproxy.cfg")].map(str::to_owned).into()),
        ports: Some(vec![port(PROXY_PORT_NAME, PROXY_PORT), port(METRICS_PORT_NAME, METRICS_PORT)]),
        resources: Some(resources(plan, proxy.cpu, proxy.memory.value, proxy.memory.value, Bytes(0))),
        readiness_probe: Some(probe(5, 3)),
        liveness_probe: Some(probe(10, 6)),
        lifecycle: Some(Lifecycle {
            pre_stop: Some(LifecycleHandler {
                exec: Some(ExecAction { command: Some(["sleep", "5"].map(str::to_owned).into()) }),
                ..Default::default()
            }),
            ..Default::default()
        }),
        volume_mounts: Some(mounts),
        ..super::base(plan)
    }
}

/// Its own health; that of the server behind it, the server's probes tell.
fn probe(period_seconds: i32, failure_threshold: i32) -> Probe {
    Probe {
        http_get: Some(HTTPGetAction {
            port: IntOrString::String(METRICS_PORT_NAME.into()),
            path: Some("/alive".into()),
            ..Default::default()
        }),
        period_seconds: Some(period_seconds),
        failure_threshold: Some(failure_threshold),
        timeout_seconds: Some(5),
        ..Default::default()
    }
}

/// Why its numbers are what they are, by the way to each.
pub(in crate::resources) fn proxy_reasons(proxy: &AccessProxy, at: &str) -> Vec<(String, String)> {
    let because = |field: &str, reason: &str| (format!("{at} {field}"), reason.to_owned());
    vec![
        because("ports", "requests come to the first, Prometheus and probes to the second"),
        because("resources requests cpu", "it passes on what a model writes, some kilobytes a second"),
        because("resources limits memory", &proxy.memory.reason),
        because("readinessProbe", "its own health; that of the server behind it, the server's probes tell"),
        because("livenessProbe", "answers at once even under load; six misses are a minute"),
        because("lifecycle", "until no new request comes; then it lets the open ones finish"),
    ]
}
