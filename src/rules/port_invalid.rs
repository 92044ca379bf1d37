//! `port-invalid`: the API server refuses a port.

use super::{Findings, Rule, Severity, Versions};
use std::collections::HashSet;

use crate::k8s::{IntOrString, Service, ServicePort};
use crate::scope::{Item, Scope, Seat, is_label, is_variable, port_name_fault};

pub(super) const RULE: Rule = Rule {
    id: "port-invalid",
    severity: Severity::Error,
    summary: "the API server refuses a port",
    versions: Versions::All,
    docs: include_str!("port_invalid.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads() {
        for seat in &workload.seats {
            container(workload.item, seat, findings);
        }
    }
    for (item, service) in scope.all::<Service>() {
        let Some(spec) = &service.spec else { continue };
        let ports = spec.ports.as_deref().unwrap_or_default();
        let mut wrong = of_service(item, ports, spec.type_.as_deref(), spec.cluster_ip.as_deref());
        let is_whole = spec.selector.is_some() && !(wrong.iter().any(is_of_whole) && scope.may_be_patch(item));
        wrong.retain(|one| is_whole || !is_of_whole(one));
        if !wrong.is_empty() && scope.is_about_ollama(item) {
            for (path, message, help) in wrong {
                findings.add(item, path, message, help);
            }
        }
    }
}

fn is_port(number: i32) -> bool {
    (1..=65_535).contains(&number)
}

fn container(item: Item<'_>, seat: &Seat<'_>, findings: &mut Findings) {
    let mut names = HashSet::new();
    for (at, port) in seat.container.ports.iter().flatten().enumerate() {
        let way = format!("{}.ports[{at}]", seat.path);
        let number = format!("{way}.containerPort");
        if !is_port(port.container_port) && item.has_number(&number) {
            let message = format!("{} is no port", port.container_port);
            findings.add(item, number, message, "write containerPort: 11434, a number from 1 to 65535");
        }
        let host = port.host_port.filter(|host| *host != 0 && !is_port(*host));
        if let Some(host) = host {
            findings.add(
                item,
                format!("{way}.hostPort"),
                format!("{host} is no port"),
                "write a number from 1 to 65535",
            );
        }
        let Some(name) = port.name.as_deref().filter(|name| !name.is_empty() && !is_variable(name)) else { continue };
        if let Some(fault) = port_name_fault(name) {
            findings.add(item, format!("{way}.name"), format!("the port name `{name}` {fault}"), "write name: http");
        } else if !names.insert(name) {
            let message = format!("two ports of `{}` are called `{name}`", seat.name());
            findings.add(item, format!("{way}.name"), message, "give each port a name of its own");
        }
    }
}

type Wrong = (String, String, String);

/// Whether a fault is one only of a whole object, not of a change to another one.
fn is_of_whole((path, ..): &Wrong) -> bool {
    path == "spec.ports" || path.ends_with(".nodePort")
}

fn of_service(item: Item<'_>, ports: &[ServicePort], kind: Option<&str>, address: Option<&str>) -> Vec<Wrong> {
    let mut wrong: Vec<Wrong> = Vec::new();
    let (mut names, mut numbers) = (HashSet::new(), HashSet::new());
    let mut add = |path: String, message: String, help: &str| wrong.push((path, message, help.to_owned()));
    let is_headless = address == Some("None");
    let has_address = matches!(kind, Some("NodePort" | "LoadBalancer"));
    if is_headless && has_address {
        let message = format!("a Service of the type {} has an address of its own", kind.unwrap_or_default());
        add("spec.clusterIP".to_owned(), message, "remove clusterIP: None, or the type");
    }
    let is_empty = item.written("spec.ports").is_none_or(|node| node.items().is_empty() && node.text().is_none());
    if ports.is_empty() && is_empty && !is_headless && kind != Some("ExternalName") {
        add("spec.ports".to_owned(), "a Service without ports".to_owned(), "set ports: [{name: http, port: 11434}]");
    }
    for (at, port) in ports.iter().enumerate() {
        let way = format!("spec.ports[{at}]");
        let name = port.name.as_deref().unwrap_or_default();
        if !is_port(port.port) && item.has_number(&format!("{way}.port")) {
            add(
                format!("{way}.port"),
                format!("{} is no port", port.port),
                "write port: 11434, a number from 1 to 65535",
            );
        }
        if name.is_empty() && ports.len() > 1 {
            add(
                format!("{way}.name"),
                format!("one of {} ports without a name", ports.len()),
                "give each port a name: name: http",
            );
        } else if !name.is_empty() && !is_variable(name) && !is_label(name) {
            add(
                format!("{way}.name"),
                format!("`{name}` is no name of a port"),
                "write lower-case letters, digits and hyphens: name: http",
            );
        } else if !name.is_empty() && !names.insert(name) {
            add(format!("{way}.name"), format!("two ports are called `{name}`"), "give each port a name of its own");
        }
        let protocol = port.protocol.as_deref().unwrap_or("TCP");
        if is_port(port.port) && !numbers.insert((port.port, protocol)) {
            add(format!("{way}.port"), format!("port {} is there twice", port.port), "remove one of them");
        }
        match &port.target_port {
            Some(IntOrString::Int(number)) if *number != 0 && !is_port(*number) => {
                add(format!("{way}.targetPort"), format!("{number} is no port"), "write targetPort: 11434");
            }
            Some(IntOrString::String(text)) if !text.is_empty() && !is_variable(text) => {
                let fault = port_name_fault(text);
                let is_number = text.parse::<u16>().is_ok();
                match fault {
                    Some(_) if is_number => {
                        let message = format!("\"{text}\" in quotes is the name of a port, and a name has a letter");
                        add(format!("{way}.targetPort"), message, "write the number without quotes");
                    }
                    Some(fault) => add(
                        format!("{way}.targetPort"),
                        format!("the port name `{text}` {fault}"),
                        "write the name of a container port, or its number",
                    ),
                    None => {}
                }
            }
            _ => {}
        }
        if port.node_port.is_some_and(|port| port != 0) && matches!(kind, None | Some("ClusterIP")) {
            add(
                format!("{way}.nodePort"),
                "a nodePort without the type for it".to_owned(),
                "set type: NodePort, or remove nodePort",
            );
        }
    }
    wrong
}
