//! `backend-https`: what stands before the server speaks TLS to it, and Ollama does not.

use super::{Findings, Rule, Severity, Versions};
use crate::bundle::Object;
use crate::k8s::Service;
use crate::scope::{Door, Item, Scope, ServicePortName};
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "backend-https",
    severity: Severity::Error,
    summary: "what stands before the server speaks TLS to it, and Ollama does not",
    versions: Versions::All,
    docs: include_str!("backend_https.md"),
    check,
};

/// Annotations that let a controller speak TLS to what is behind it, and their values. Source: the documentation of
/// annotations of ingress-nginx, `HAProxy` (both controllers), the AWS load balancer controller and Traefik.
const KEYS: [(&str, &[&str]); 8] = [
    ("nginx.ingress.kubernetes.io/backend-protocol", &["HTTPS", "GRPCS"]),
    ("haproxy.org/server-ssl", &["true"]),
    ("haproxy.org/ssl-passthrough", &["true"]),
    ("haproxy-ingress.github.io/secure-backends", &["true"]),
    ("haproxy-ingress.github.io/backend-protocol", &["https", "h1-ssl", "h2-ssl", "grpcs"]),
    ("haproxy-ingress.github.io/ssl-passthrough", &["true"]),
    ("alb.ingress.kubernetes.io/backend-protocol", &["HTTPS"]),
    ("traefik.ingress.kubernetes.io/service.serversscheme", &["https"]),
];

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for door in scope.doors() {
        match door.item.object {
            Object::Ingress(_) => of_ingress(scope, &door, findings),
            _ if door.item.object.kind() == "Route" => of_route(&door, findings),
            _ if door.item.object.kind() == "IngressRoute" => of_ingress_route(scope, &door, findings),
            _ => {}
        }
    }
    of_tcp(scope, findings);
    for (item, policy) in scope.custom("BackendTLSPolicy", "gateway.networking.k8s.io/") {
        let targets = policy.get("spec").and_then(|spec| spec.get("targetRefs")).map_or(&[][..], Node::items);
        for (number, target) in targets.iter().enumerate() {
            let name = target.get("name").and_then(Node::text).unwrap_or_default();
            let port = target.get("sectionName").and_then(Node::text);
            let Some((service, object)) = scope.find::<Service>(item, name) else { continue };
            if scope.serves(service, object, None, port) {
                let help = "leave the BackendTLSPolicy out";
                say(item, format!("spec.targetRefs[{number}].name"), "lets each Gateway", help, findings);
            }
        }
    }
}

fn say(item: Item<'_>, path: String, who: &str, help: impl Into<String>, findings: &mut Findings) {
    let message = format!("{who} speak TLS to the server, and Ollama answers in plain HTTP only: every request fails");
    findings.add(item, path, message, help);
}

fn of_ingress(scope: &Scope<'_>, door: &Door<'_>, findings: &mut Findings) {
    let row = scope.controller(door);
    for item in [Some(door.item), door.service].into_iter().flatten() {
        for (key, values) in KEYS {
            let Some(value) = item.annotation(key) else { continue };
            // What is for another controller nobody reads.
            let is_read = row.is_none_or(|row| key.starts_with(row.prefix));
            if is_read && values.iter().any(|known| known.eq_ignore_ascii_case(value)) {
                let help = if value == "true" {
                    "leave it out".to_owned()
                } else {
                    "leave it out: the default is HTTP".to_owned()
                };
                say(item, format!("metadata.annotations.{key}"), "it lets the controller", help, findings);
            }
        }
    }
}

fn of_route(door: &Door<'_>, findings: &mut Findings) {
    let termination = door.item.at(&["spec", "tls", "termination"]).and_then(Node::text);
    if let Some(kind @ ("passthrough" | "reencrypt")) = termination {
        let who = format!("{kind} lets the {}", if kind == "passthrough" { "client" } else { "router" });
        say(door.item, "spec.tls.termination".to_owned(), &who, "set termination: edge", findings);
    }
}

fn of_ingress_route(scope: &Scope<'_>, door: &Door<'_>, findings: &mut Findings) {
    for way in &door.ways {
        let route = way.at.trim_end_matches(".match");
        let services = door.item.written(&format!("{route}.services")).map_or(&[][..], Node::items);
        let at = services.iter().position(|service| {
            let text = |key: &str| service.get(key).and_then(Node::text);
            let port = text("port");
            let number = port.and_then(|port| port.parse().ok());
            let named = port.filter(|_| number.is_none());
            let is_ours = || {
                text("name")
                    .is_some_and(|name| scope.behind(door.item, name, text("namespace"), number, named).is_ollama)
            };
            text("scheme") == Some("https") && is_ours()
        });
        if let Some(at) = at {
            let path = format!("{route}.services[{at}].scheme");
            say(door.item, path, "it lets Traefik", "set scheme: http", findings);
            break;
        }
    }
}

fn of_tcp(scope: &Scope<'_>, findings: &mut Findings) {
    for reference in scope.references().iter().filter(|one| one.item.object.kind() == "IngressRouteTCP") {
        let passes = reference.item.at(&["spec", "tls", "passthrough"]).and_then(Node::text) == Some("true");
        let (number, name) = match reference.port {
            Some(ServicePortName::Number(number)) => (Some(number), None),
            Some(ServicePortName::Name(name)) => (None, Some(name)),
            None => continue,
        };
        if passes && scope.behind(reference.item, reference.name, reference.namespace, number, name).is_ollama {
            let help = "leave passthrough out, and name a certificate in secretName";
            say(reference.item, "spec.tls.passthrough".to_owned(), "it lets the client", help, findings);
        }
    }
}
