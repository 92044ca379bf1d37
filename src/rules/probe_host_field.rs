//! `probe-host-field`: a probe asks another host than the pod.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Scope, probes};

pub(super) const RULE: Rule = Rule {
    id: "probe-host-field",
    severity: Severity::Error,
    summary: "a probe asks another host than the pod",
    versions: Versions::All,
    docs: include_str!("probe_host_field.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads().filter(|workload| workload.pod.host_network != Some(true)) {
        for seat in &workload.seats {
            for (name, probe) in probes(seat.container) {
                let http = probe.http_get.as_ref().and_then(|get| Some((get.host.as_deref()?, "httpGet")));
                let tcp = probe.tcp_socket.as_ref().and_then(|socket| Some((socket.host.as_deref()?, "tcpSocket")));
                let Some((host, kind)) = http.or(tcp) else { continue };
                let then = if host == "localhost" || host == "0.0.0.0" || host == "::1" || host.starts_with("127.") {
                    "which is the node for the kubelet, not the pod"
                } else if host.contains(".svc")
                    || !host.is_empty()
                        && host.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
                        && !host.starts_with(|c: char| c.is_ascii_digit())
                {
                    "a name that a node does not know"
                } else {
                    continue;
                };
                findings.add(
                    workload.item,
                    format!("{}.{name}.{kind}.host", seat.path),
                    format!("the probe asks `{host}`, {then}"),
                    "leave host out: the probe then asks the pod",
                );
            }
        }
    }
}
