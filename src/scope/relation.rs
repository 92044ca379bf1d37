//! Which objects belong to Ollama, though no server runs in them?

use super::about::names_ollama;
use super::{About, Item, Scope};
use crate::bundle::Object;
use crate::k8s::*;

/// The port of an Ollama server.
pub const PORT: i32 = 11434;

impl<'a> Scope<'a> {
    /// Whether an object has to do with Ollama: it makes such pods, serves them, is mounted by them, or is called so.
    pub fn is_ollamas(&self, item: Item<'a>) -> bool {
        self.related.get_or_init(|| self.related()).get(item.number).copied().unwrap_or_default()
    }

    fn related(&self) -> Vec<bool> {
        let mut related: Vec<bool> = self.items.iter().map(|item| self.relates(*item)).collect();
        for claimed in self.workloads().flat_map(|workload| self.claims(workload)) {
            related[claimed.item.number] = true;
        }
        related
    }

    fn relates(&self, item: Item<'a>) -> bool {
        if let Some(workload) = self.workload(item) {
            return workload.about != About::Other;
        }
        item.is_called_ollama()
            || match item.object {
                Object::Service(service) => service.spec.as_ref().is_some_and(|spec| self.leads_to_ollama(item, spec)),
                Object::Ingress(ingress) => backends(ingress).any(|(name, _)| names_ollama(name)),
                _ => false,
            }
    }

    fn leads_to_ollama(&self, item: Item<'a>, spec: &ServiceSpec) -> bool {
        let selector = spec.selector.as_ref().filter(|selector| !selector.is_empty());
        spec.ports.iter().flatten().any(|port| port.port == PORT)
            || selector.is_some_and(|selector| self.choose(item, selector).any(|chosen| chosen.about != About::Other))
    }

    /// An object of a kind and name near another one, in a namespace in which that one cannot reach it.
    pub fn out_of_reach(&self, from: Item<'a>, kind: &str, name: &str) -> Option<Item<'a>> {
        if self.candidates(from, kind, name).next().is_some() {
            return None;
        }
        let mut found = self.index.of_name_anywhere(name).iter().map(|at| self.items[*at]);
        found.find(|item| item.object.kind() == kind && item.is_near(from))
    }
}

/// The Services behind an Ingress, each with the way to its name.
pub fn backends(ingress: &Ingress) -> impl Iterator<Item = (&str, String)> {
    let spec = ingress.spec.as_ref();
    let rules = spec.and_then(|spec| spec.rules.as_deref()).unwrap_or_default().iter().enumerate();
    let others = rules.flat_map(|(rule, of)| {
        let paths = of.http.iter().flat_map(|http| &http.paths).enumerate();
        paths.filter_map(move |(path, at)| {
            let name = at.backend.service.as_ref()?.name.as_str();
            Some((name, format!("spec.rules[{rule}].http.paths[{path}].backend.service.name")))
        })
    });
    let default = spec.and_then(|spec| spec.default_backend.as_ref()?.service.as_ref());
    default
        .map(|service| (service.name.as_str(), "spec.defaultBackend.service.name".to_owned()))
        .into_iter()
        .chain(others)
}
