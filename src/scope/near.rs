//! Which of several objects is meant, and which Service sends requests to which pods?

use std::collections::HashMap;

use super::{Item, Scope, Workload};
use crate::k8s::Service;

impl<'a> Scope<'a> {
    /// As [`Scope::candidates`], and among several those that are nearest: in the same text, else in the same folder.
    pub fn candidates_of(&self, from: Item<'_>, kind: &str, name: &str) -> impl Iterator<Item = Item<'a>> {
        let mut found: Vec<Item<'a>> = self
            .index
            .of_name_anywhere(name)
            .iter()
            .map(|at| self.items[*at])
            .filter(|item| item.object.kind() == kind)
            .collect();
        for is_nearer in [Item::is_beside, Item::is_near] {
            if found.iter().any(|item| is_nearer(*item, from)) {
                found.retain(|item| is_nearer(*item, from));
                break;
            }
        }
        found.into_iter()
    }

    /// The workloads that a Service among the manifests chooses, by their place among the objects, each with the
    /// first such Service.
    pub fn served(&self) -> HashMap<usize, Item<'a>> {
        let mut served = HashMap::new();
        for (item, service) in self.all::<Service>() {
            let selector = service.spec.as_ref().and_then(|spec| spec.selector.as_ref());
            let Some(selector) = selector.filter(|selector| !selector.is_empty()) else { continue };
            for workload in self.selected(item, selector) {
                served.entry(workload.item.number).or_insert(item);
            }
        }
        served
    }
}

/// Of several workloads that an object may mean those that stand nearest: in its text, else in its folder.
pub fn nearest<'s, 'a>(from: Item<'a>, mut chosen: Vec<&'s Workload<'a>>) -> Vec<&'s Workload<'a>> {
    for is_nearer in [Item::is_beside, Item::is_near] {
        if chosen.iter().any(|workload| is_nearer(from, workload.item)) {
            chosen.retain(|workload| is_nearer(from, workload.item));
            break;
        }
    }
    chosen
}
