//! `netpol-port-mismatch`: no policy lets anybody in at the port of the server.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::{IntOrString, NetworkPolicyPort};
use crate::scope::{Direction, Scope, Workload};

pub(super) const RULE: Rule = Rule {
    id: "netpol-port-mismatch",
    severity: Severity::Error,
    summary: "no policy lets anybody in at the port of the server",
    versions: Versions::All,
    docs: include_str!("netpol_port_mismatch.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    // What policies of other kinds allow is allowed as well.
    if scope.custom("CiliumNetworkPolicy", "cilium.io/").next().is_some() {
        return;
    }
    for group in scope.governed(Direction::Ingress) {
        let Some(server) = group.workload else { continue };
        let Some(listens) = ports_of(scope, server) else { continue };
        let rules = group.policies.iter().flat_map(|(item, spec)| {
            let rules = spec.ingress.iter().flatten().enumerate();
            rules.map(move |(at, rule)| (*item, at, rule.ports.as_deref().unwrap_or_default()))
        });
        let rules: Vec<_> = rules.collect();
        let opens =
            |ports: &[NetworkPolicyPort]| ports.is_empty() || ports.iter().any(|port| may_open(server, port, &listens));
        if rules.iter().any(|(_, _, ports)| opens(ports)) {
            continue;
        }
        let Some((item, at, ports)) = rules.first() else { continue };
        let said: Vec<String> = ports.iter().map(said).collect();
        let port = listens.first().copied().unwrap_or(11434);
        let key = match ports.first() {
            Some(first) if first.port.is_some() && is_tcp(first) => "port",
            _ => "protocol",
        };
        findings
            .add(
                *item,
                format!("spec.ingress[{at}].ports[0].{key}"),
                format!("the server listens on {port}, and the policy opens {}: nobody gets in", said.join(", ")),
                format!(
                    "write {{protocol: TCP, port: {port}}}: a policy sees the port of the pod, not that of the Service"
                ),
            )
            .also(server.item, "metadata.name", format!("listens on {port}"));
    }
}

/// The ports at which the servers of a pod listen for others; none where that is not known.
fn ports_of(scope: &Scope<'_>, workload: &Workload<'_>) -> Option<Vec<i32>> {
    let all: Option<Vec<_>> = workload.servers().map(|seat| scope.listens(workload, seat)).collect();
    let open = all?.into_iter().filter(|address| !address.is_loopback());
    let ports: Vec<i32> = open.map(|address| i32::from(address.port)).collect();
    (!ports.is_empty()).then_some(ports)
}

/// Whether a port of a policy may be one of the server, or of another container that stands before it.
fn may_open(workload: &Workload<'_>, port: &NetworkPolicyPort, listens: &[i32]) -> bool {
    let staying = || workload.seats.iter().filter(|seat| seat.stays());
    let is_open = |is_it: &dyn Fn(i32) -> bool| {
        let mut others = staying().filter(|seat| workload.servers().all(|server| server.path != seat.path));
        listens.iter().any(|port| is_it(*port))
            || others.any(|seat| {
                let ports = seat.container.ports.as_deref().unwrap_or_default();
                ports.is_empty() || ports.iter().any(|port| is_it(port.container_port))
            })
    };
    is_tcp(port)
        && match (&port.port, port.end_port) {
            (None, _) => true,
            (Some(IntOrString::Int(first)), last) => {
                is_open(&|number| (*first..=last.unwrap_or(*first)).contains(&number))
            }
            (Some(IntOrString::String(name)), _) => {
                let mut own = staying().flat_map(|seat| seat.container.ports.iter().flatten());
                name.contains('$')
                    || own.any(|port| {
                        port.name.as_deref() == Some(name) && is_open(&|number| number == port.container_port)
                    })
            }
        }
}

fn is_tcp(port: &NetworkPolicyPort) -> bool {
    port.protocol.as_deref().unwrap_or("TCP") == "TCP"
}

/// A port of a policy in words.
fn said(port: &NetworkPolicyPort) -> String {
    let number = match &port.port {
        Some(IntOrString::Int(number)) => number.to_string(),
        Some(IntOrString::String(name)) => format!("the port `{name}`"),
        None => "all ports".to_owned(),
    };
    let number = port.end_port.map_or(number.clone(), |last| format!("{number} to {last}"));
    match port.protocol.as_deref() {
        Some(protocol) if protocol != "TCP" => format!("{number} by {protocol}"),
        _ => number,
    }
}
