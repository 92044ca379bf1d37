//! Does a Service lead to a server of Ollama?

use super::{About, Item, Scope, Workload};
use crate::k8s::*;

/// What stands behind the name of a Service.
#[derive(Clone, Copy, Debug)]
pub struct Behind<'a> {
    /// Whether it is a server of Ollama.
    pub is_ollama: bool,
    /// The Service, where it is clear which of the manifests is meant.
    pub service: Option<Item<'a>>,
}

impl<'a> Scope<'a> {
    /// What stands behind a port of a Service that another object names. Of a Service that is not among the manifests
    /// only Ollama's own port says what it is.
    pub fn behind(
        &self,
        from: Item<'a>,
        name: &str,
        namespace: Option<&str>,
        number: Option<i32>,
        port: Option<&str>,
    ) -> Behind<'a> {
        let is_there = |item: Item<'a>| namespace.is_none_or(|wanted| item.namespace().is_none_or(|own| own == wanted));
        let chosen = if namespace.is_none() { self.find::<Service>(from, name) } else { None };
        if let Some((item, service)) = chosen {
            return Behind { is_ollama: self.serves(item, service, number, port), service: Some(item) };
        }
        let named = self.index.of_name(namespace.or(from.namespace()), name);
        let candidate = |at: &usize| {
            let item = self.items[*at];
            let service = <Service as crate::bundle::Kind>::of(item.object)?;
            let meets = if namespace.is_some() { is_there(item) } else { item.may_meet(from) };
            (meets && ports_of(service, number, port).next().is_some()).then_some((item, service))
        };
        let candidates: Vec<(Item<'a>, &Service)> = named.iter().filter_map(candidate).collect();
        let mut ollama =
            candidates.iter().filter(|(item, service)| self.serves(*item, service, number, port)).peekable();
        // A port has a name only where its Service, which is not here, gives it one.
        let is_called = port.is_some() && matches!(name, "ollama" | "ollama-service" | "ollama-svc");
        let is_port = (number == Some(11434) || is_called) && !is_proxy(name);
        let is_ollama = if is_port {
            candidates.is_empty() || ollama.peek().is_some()
        } else {
            !candidates.is_empty() && ollama.count() == candidates.len()
        };
        Behind { is_ollama, service: if let [(only, _)] = candidates[..] { Some(only) } else { None } }
    }

    /// Whether a port of a Service, or any of its ports, leads to a server of Ollama.
    pub fn serves(&self, item: Item<'a>, service: &Service, number: Option<i32>, name: Option<&str>) -> bool {
        let Some(spec) = &service.spec else { return false };
        let mut ports = ports_of(service, number, name).peekable();
        if ports.peek().is_none() {
            return false;
        }
        // Without a selector somebody writes the addresses himself: Ollama's port says what is there.
        let selector = spec.selector.as_ref().filter(|selector| !selector.is_empty());
        if selector.is_none() && spec.type_.as_deref() == Some("ExternalName") {
            return false;
        }
        let chosen = selector.map(|selector| self.selected(item, selector)).unwrap_or_default();
        if chosen.is_empty() {
            let ours = |port: &ServicePort| match &port.target_port {
                Some(IntOrString::Int(target)) => *target == 11434,
                _ => port.port == 11434,
            };
            return !is_proxy(item.name()) && ports.any(ours);
        }
        ports.any(|port| {
            chosen.iter().any(|workload| match workload.about {
                About::Server => self.is_port_of(workload, port),
                About::Client => false,
                About::Other => is_likely(workload, port),
            })
        })
    }

    /// Whether a port of a Service is one at which a server of these pods listens.
    fn is_port_of(&self, workload: &Workload<'a>, port: &ServicePort) -> bool {
        let own = |number: i32, name: Option<&str>| {
            workload.seats.iter().find(|seat| {
                let ports = seat.container.ports.iter().flatten();
                seat.stays()
                    && ports
                        .into_iter()
                        .any(|own| name.map_or(own.container_port == number, |name| own.name.as_deref() == Some(name)))
            })
        };
        let (number, owner) = match &port.target_port {
            Some(IntOrString::String(name)) => {
                let owner = own(0, Some(name));
                if owner.is_none() {
                    return false;
                }
                (None, owner)
            }
            Some(IntOrString::Int(number)) => (Some(*number), own(*number, None)),
            None => (Some(port.port), own(port.port, None)),
        };
        workload.servers().any(|seat| {
            let listens = self.listens(workload, seat);
            let is_open = listens.is_none_or(|listens| !listens.is_loopback());
            let is_own = owner.is_none_or(|owner| owner.path == seat.path);
            let fits = number.is_none_or(|number| listens.is_none_or(|listens| i32::from(listens.port) == number));
            is_open && is_own && fits
        })
    }
}

/// The ports of a Service that a number or a name means; all of them where neither is said.
fn ports_of<'s>(
    service: &'s Service,
    number: Option<i32>,
    name: Option<&str>,
) -> impl Iterator<Item = &'s ServicePort> {
    let ports = service.spec.iter().flat_map(|spec| spec.ports.iter().flatten());
    ports.filter(move |port| match (number, name) {
        (Some(number), _) => port.port == number || port.target_port == Some(IntOrString::Int(number)),
        (None, Some(name)) => {
            port.name.as_deref() == Some(name)
                || matches!(&port.target_port, Some(IntOrString::String(text)) if text == name)
        }
        (None, None) => true,
    })
}

/// Whether a pod of an image of somebody's own is a server by its name and its port.
fn is_likely(workload: &Workload<'_>, port: &ServicePort) -> bool {
    let is_target = match &port.target_port {
        Some(IntOrString::Int(target)) => *target == 11434,
        Some(IntOrString::String(_)) => true,
        None => port.port == 11434,
    };
    is_target
        && workload.seats.iter().any(|seat| {
            let image = seat.image().repository.rsplit('/').next().unwrap_or_default();
            let is_named = image.contains("ollama") && !image.contains("exporter") && !is_proxy(image);
            is_named && seat.container.ports.iter().flatten().any(|own| own.container_port == 11434)
        })
}

/// Whether a name is that of something that stands before a server.
fn is_proxy(name: &str) -> bool {
    ["proxy", "auth", "gateway", "webui", "litellm"].iter().any(|word| name.contains(word))
}
