//! `exposed-unauth`: anybody who reaches it may use, pull and delete models.

use super::service_selects_nothing::dead;
use super::{Findings, Rule, Severity, Versions};
use crate::k8s::{Service, ServiceSpec};
use crate::scope::{Door, Reach, Scope};

pub(super) const RULE: Rule = Rule {
    id: "exposed-unauth",
    severity: Severity::Warning,
    summary: "anybody who reaches it may use, pull and delete models",
    versions: Versions::All,
    docs: include_str!("exposed_unauth.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let (mut fenced, mut unserved) = (None, None);
    for (item, service) in scope.all::<Service>() {
        let Some(spec) = &service.spec else { continue };
        if scope.reach_of(item, spec) == Some(Reach::Outside)
            && scope.serves(item, service, None, None)
            && !scope.is_fenced(item, spec, fenced.get_or_insert_with(|| scope.fenced()))
            && !unserved.get_or_insert_with(|| dead(scope)).contains(&item.number)
        {
            let kind = spec.type_.as_deref().unwrap_or("ClusterIP");
            let whom = if kind == "NodePort" { "any node's address" } else { "the address of this Service" };
            findings.add(
                item,
                if kind == "ClusterIP" { "spec.externalIPs" } else { "spec.type" },
                format!("whoever reaches {whom} may use, pull and delete models: Ollama asks nobody who it is"),
                close(kind, spec),
            );
        }
    }
    for door in scope.doors() {
        if door.reach() != Reach::Outside || scope.is_guarded(&door) {
            continue;
        }
        if door.service.is_some_and(|item| unserved.get_or_insert_with(|| dead(scope)).contains(&item.number)) {
            continue;
        }
        let is_whole =
            door.ways.iter().any(|way| way.path.is_none_or(|path| matches!(path, "" | "/" | "/api" | "/api/")));
        let may = if is_whole { "use, pull and delete models" } else { "use the server" };
        findings.add(
            door.item,
            door.ways.first().map(|way| way.at.clone()).unwrap_or_default(),
            format!("whoever reaches {} may {may}: nothing among these manifests asks who it is", address(&door)),
            ask(scope, &door),
        );
    }
}

/// How to close a Service.
fn close(kind: &str, spec: &ServiceSpec) -> String {
    let has_port = spec.ports.iter().flatten().any(|port| port.node_port.is_some());
    // What the API server refuses with a type that nobody reaches from outside.
    let refused = [
        ("nodePort", has_port),
        ("externalTrafficPolicy", spec.external_traffic_policy.is_some()),
        ("allocateLoadBalancerNodePorts", spec.allocate_load_balancer_node_ports.is_some()),
        ("loadBalancerClass", spec.load_balancer_class.is_some()),
        ("healthCheckNodePort", spec.health_check_node_port.is_some()),
    ];
    let refused: Vec<&str> = refused.iter().filter(|(_, is_there)| *is_there).map(|(name, _)| *name).collect();
    let remove = match refused.split_last() {
        None => String::new(),
        Some((last, [])) => format!(", remove {last}"),
        Some((last, others)) => format!(", remove {} and {last}", others.join(", ")),
    };
    match kind {
        "NodePort" => format!("set type: ClusterIP{remove}, and let a proxy in front ask"),
        "LoadBalancer" => format!(
            "set type: ClusterIP{remove}, and let a proxy in front ask; or set loadBalancerSourceRanges: [10.0.0.0/8]"
        ),
        _ => "leave externalIPs out, and let a proxy in front ask".into(),
    }
}

/// Where a door is, in a message.
pub(super) fn address(door: &Door<'_>) -> String {
    match door.hosts.as_slice() {
        [] => format!("the address of {}", door.item.object.reference()),
        [host] => format!("`{host}`"),
        [host, others @ ..] => format!("`{host}`, or {} more,", others.len()),
    }
}

/// How to let a controller ask, in its own words.
pub(super) fn ask(scope: &Scope<'_>, door: &Door<'_>) -> &'static str {
    match (door.item.object.kind(), scope.controller(door).map(|row| row.name)) {
        ("Route", _) => {
            "put an oauth-proxy container in front of the server, or let only some in: annotation \
             haproxy.router.openshift.io/ip_whitelist: 10.0.0.0/8"
        }
        ("HTTPRoute", _) => {
            "let the Gateway ask, by a policy of its own such as SecurityPolicy, or put a proxy that asks in front of the server"
        }
        ("IngressRoute", _) | (_, Some("traefik")) => {
            "let Traefik ask: a Middleware with basicAuth or forwardAuth, named in middlewares of the route or in \
             annotation traefik.ingress.kubernetes.io/router.middlewares"
        }
        (_, Some("ingress-nginx")) => {
            "let the controller ask: nginx.ingress.kubernetes.io/auth-type: basic and nginx.ingress.kubernetes.io/auth-secret"
        }
        (_, Some("haproxy")) => "let the controller ask: haproxy.org/auth-type: basic-auth and haproxy.org/auth-secret",
        (_, Some("alb")) => "let the load balancer ask: alb.ingress.kubernetes.io/auth-type: oidc or cognito",
        _ => "let the controller ask for a password, or put a proxy that asks in front of the server",
    }
}
