//! Which Services do Ingresses and routes name, and by which of their ports?

use super::{Item, Scope, is_unknown};
use crate::bundle::Object;
use crate::k8s::*;
use crate::tree::Node;

/// A Service that an Ingress or a route sends requests to.
#[derive(Clone, Debug)]
pub struct Reference<'a> {
    /// The Ingress or route.
    pub item: Item<'a>,
    /// The name of the Service.
    pub name: &'a str,
    /// Its namespace, where the reference says one.
    pub namespace: Option<&'a str>,
    /// Its port, where the reference says one: a number, or a name.
    pub port: Option<ServicePortName<'a>>,
    /// The way to the name.
    pub name_at: String,
    /// The way to the port, also where none is written.
    pub port_at: String,
}

/// How a port of a Service is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServicePortName<'a> {
    /// By its number.
    Number(i32),
    /// By its name.
    Name(&'a str),
}

/// Kinds of the Gateway API whose rules have `backendRefs`.
pub const ROUTES: [&str; 5] = ["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"];

impl Reference<'_> {
    /// Whether its port is one of the pods, not of the Service: so a Route of `OpenShift` has it.
    pub fn is_by_pod(&self) -> bool {
        self.item.object.kind() == "Route"
    }

    /// Whether its number is that of a port; the number behind the name of a port of pods is not known.
    pub fn has_number(&self, number: i32, port: &ServicePort) -> bool {
        match &port.target_port {
            Some(IntOrString::Int(target)) if self.is_by_pod() => *target == number,
            Some(IntOrString::String(_)) if self.is_by_pod() => true,
            _ => port.port == number,
        }
    }
}

impl<'a> Scope<'a> {
    /// All references of Ingresses and routes to Services.
    pub fn references(&self) -> Vec<Reference<'a>> {
        let mut found = Vec::new();
        for (item, ingress) in self.all::<Ingress>() {
            of_ingress(item, ingress, &mut found);
        }
        for kind in ROUTES {
            for (item, tree) in self.custom(kind, "gateway.networking.k8s.io/") {
                of_lists(item, tree, ["rules", "backendRefs"], &mut found);
            }
        }
        for kind in ["IngressRoute", "IngressRouteTCP"] {
            for (item, tree) in self.custom(kind, "traefik.") {
                of_lists(item, tree, ["routes", "services"], &mut found);
            }
        }
        for (item, tree) in self.custom("HTTPProxy", "projectcontour.io/") {
            of_lists(item, tree, ["routes", "services"], &mut found);
        }
        for (item, tree) in self.custom("VirtualService", "networking.istio.io/") {
            of_virtual_service(item, tree, &mut found);
        }
        for (item, tree) in self.custom("Route", "route.openshift.io/") {
            of_route(item, tree, &mut found);
        }
        found.retain(|reference| {
            !reference.name.is_empty() && !is_unknown(reference.name) && !reference.name.contains('$')
        });
        found
    }

    /// The Service that a reference means, where it is clear which of the manifests that is.
    pub fn referred(&self, reference: &Reference<'a>) -> Option<(Item<'a>, &'a ServiceSpec)> {
        let Some(namespace) = reference.namespace.filter(|namespace| Some(*namespace) != reference.item.namespace())
        else {
            let (item, service) = self.find::<Service>(reference.item, reference.name)?;
            return Some((item, service.spec.as_ref()?));
        };
        let named = self.of_name("Service", reference.name).filter(|item| item.namespace() == Some(namespace));
        let [item] = named.collect::<Vec<_>>()[..] else { return None };
        let Object::Service(service) = item.object else { return None };
        Some((item, service.spec.as_ref()?))
    }
}

fn of_ingress<'a>(item: Item<'a>, ingress: &'a Ingress, found: &mut Vec<Reference<'a>>) {
    let Some(spec) = &ingress.spec else { return };
    let mut add = |backend: &'a IngressBackend, at: String| {
        let Some(service) = &backend.service else { return };
        let port = service.port.as_ref();
        let number = port.and_then(|port| port.number).map(ServicePortName::Number);
        let name = port.and_then(|port| port.name.as_deref()).map(ServicePortName::Name);
        let key = if number.is_none() && name.is_some() { "name" } else { "number" };
        found.push(Reference {
            item,
            name: &service.name,
            namespace: None,
            port: number.or(name),
            name_at: format!("{at}.service.name"),
            port_at: format!("{at}.service.port.{key}"),
        });
    };
    if let Some(backend) = &spec.default_backend {
        add(backend, "spec.defaultBackend".to_owned());
    }
    for (number, rule) in spec.rules.iter().flatten().enumerate() {
        for (at, path) in rule.http.iter().flat_map(|http| http.paths.iter().enumerate()) {
            add(&path.backend, format!("spec.rules[{number}].http.paths[{at}].backend"));
        }
    }
}

/// Reads `spec.OUTER[].INNER[]`, each with `name`, `namespace` and `port`.
fn of_lists<'a>(item: Item<'a>, tree: &'a Node, [outer, inner]: [&str; 2], found: &mut Vec<Reference<'a>>) {
    let rules = tree.get("spec").and_then(|spec| spec.get(outer)).map_or(&[][..], Node::items);
    for (rule, of) in rules.iter().enumerate() {
        for (number, service) in of.get(inner).map_or(&[][..], Node::items).iter().enumerate() {
            let text = |key| service.get(key).and_then(Node::text);
            if text("kind").is_some_and(|kind| kind != "Service")
                || text("group").is_some_and(|group| !group.is_empty())
            {
                continue;
            }
            let at = format!("spec.{outer}[{rule}].{inner}[{number}]");
            found.push(Reference {
                item,
                name: text("name").unwrap_or_default(),
                namespace: text("namespace"),
                port: text("port").map(port),
                name_at: format!("{at}.name"),
                port_at: format!("{at}.port"),
            });
        }
    }
}

/// Reads `spec.to` and `spec.alternateBackends[]`, for which `spec.port.targetPort` is a port of the pods.
fn of_route<'a>(item: Item<'a>, tree: &'a Node, found: &mut Vec<Reference<'a>>) {
    let Some(spec) = tree.get("spec") else { return };
    let target = spec.get("port").and_then(|port| port.get("targetPort")).and_then(Node::text);
    let others = spec.get("alternateBackends").map_or(&[][..], Node::items).iter().enumerate();
    let others = others.map(|(number, service)| (service, format!("spec.alternateBackends[{number}].name")));
    for (service, name_at) in spec.get("to").map(|to| (to, "spec.to.name".to_owned())).into_iter().chain(others) {
        found.push(Reference {
            item,
            name: service.get("name").and_then(Node::text).unwrap_or_default(),
            namespace: None,
            port: target.map(port),
            name_at,
            port_at: "spec.port.targetPort".to_owned(),
        });
    }
}

fn of_virtual_service<'a>(item: Item<'a>, tree: &'a Node, found: &mut Vec<Reference<'a>>) {
    let Some(spec) = tree.get("spec") else { return };
    for protocol in ["http", "tls", "tcp"] {
        for (rule, of) in spec.get(protocol).map_or(&[][..], Node::items).iter().enumerate() {
            for (number, route) in of.get("route").map_or(&[][..], Node::items).iter().enumerate() {
                let Some(destination) = route.get("destination") else { continue };
                let host = destination.get("host").and_then(Node::text).unwrap_or_default();
                let mut labels = host.split('.');
                let name = labels.next().unwrap_or_default();
                let (namespace, rest) = (labels.next(), labels.next());
                if namespace.is_some() && !matches!(rest, None | Some("svc")) {
                    continue;
                }
                let at = format!("spec.{protocol}[{rule}].route[{number}].destination");
                let port = destination.get("port").and_then(|port| port.get("number")).and_then(Node::text).map(port);
                let (name_at, port_at) = (format!("{at}.host"), format!("{at}.port.number"));
                found.push(Reference { item, name, namespace, port, name_at, port_at });
            }
        }
    }
}

fn port(text: &str) -> ServicePortName<'_> {
    text.parse().map_or(ServicePortName::Name(text), ServicePortName::Number)
}
