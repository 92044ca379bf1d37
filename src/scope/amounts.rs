//! Which quantities does an object hold, and where?

use std::collections::BTreeMap;
use std::fmt::Arguments;

use super::{Item, Scope};
use crate::bundle::Object;
use crate::k8s::{PersistentVolumeClaim, Quantity, ResourceRequirements};

/// What a quantity is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// The most that a container may take.
    Limit,
    /// What is kept for a container.
    Request,
    /// The size of a volume.
    Size,
    /// What a quota or a range allows.
    Bound,
}

/// A quantity with its place.
#[derive(Clone, Debug)]
pub struct Placed<'a> {
    /// The object that holds it.
    pub item: Item<'a>,
    /// The way to it.
    pub path: String,
    /// Of what: `memory`, `storage`.
    pub key: &'a str,
    /// For what.
    pub used: Use,
    /// Itself.
    pub quantity: &'a Quantity,
}

type Map = Option<BTreeMap<String, Quantity>>;

impl<'a> Scope<'a> {
    /// All quantities of the pods and claims that have to do with Ollama for which a question holds, asked before
    /// anything is put together.
    pub fn amounts(&self, wanted: impl Fn(&str, Use, &str) -> bool) -> Vec<Placed<'a>> {
        let mut found = Vec::new();
        let add = |found: &mut Vec<Placed<'a>>, item: Item<'a>, at: Arguments<'_>, map: &'a Map, used: Use| {
            for (key, quantity) in map.iter().flatten().filter(|(key, quantity)| wanted(key, used, &quantity.0)) {
                found.push(Placed { item, path: format!("{at}.{key}"), key, used, quantity });
            }
        };
        for workload in self.workloads() {
            let of = |found: &mut Vec<Placed<'a>>, resources: &'a Option<ResourceRequirements>, at: &str| {
                let Some(resources) = resources else { return };
                add(found, workload.item, format_args!("{at}.resources.limits"), &resources.limits, Use::Limit);
                add(found, workload.item, format_args!("{at}.resources.requests"), &resources.requests, Use::Request);
            };
            of(&mut found, &workload.pod.resources, workload.at);
            for seat in &workload.seats {
                of(&mut found, &seat.container.resources, &seat.path);
            }
            for (at, volume) in workload.pod.volumes.iter().flatten().enumerate() {
                let limit = volume.empty_dir.as_ref().and_then(|directory| directory.size_limit.as_ref());
                let Some(quantity) = limit.filter(|limit| wanted("sizeLimit", Use::Size, &limit.0)) else { continue };
                let path = format!("{}.volumes[{at}].emptyDir.sizeLimit", workload.at);
                found.push(Placed { item: workload.item, path, key: "sizeLimit", used: Use::Size, quantity });
            }
            let templates = workload.stateful_set().and_then(|set| set.volume_claim_templates.as_ref());
            for (at, claim) in templates.into_iter().flatten().enumerate() {
                if let Some(requests) = requests(claim) {
                    add(
                        &mut found,
                        workload.item,
                        format_args!("spec.volumeClaimTemplates[{at}].spec.resources.requests"),
                        requests,
                        Use::Size,
                    );
                }
            }
        }
        for item in self.items() {
            let (maps, used) = bounds(item.object);
            let is_wanted =
                maps.iter().any(|(_, map)| map.iter().flatten().any(|(key, quantity)| wanted(key, used, &quantity.0)));
            if is_wanted && self.is_about_ollama(*item) {
                for (way, map) in &maps {
                    add(&mut found, *item, format_args!("{way}"), map, used);
                }
            }
        }
        found
    }
}

/// The quantities of a claim, a quota or a range, with the ways to them.
fn bounds(object: &Object) -> (Vec<(String, &Map)>, Use) {
    match object {
        Object::PersistentVolumeClaim(claim) => {
            let map = requests(claim).map(|map| ("spec.resources.requests".to_owned(), map));
            (map.into_iter().collect(), Use::Size)
        }
        Object::ResourceQuota(quota) => {
            let map = quota.spec.as_ref().map(|spec| ("spec.hard".to_owned(), &spec.hard));
            (map.into_iter().collect(), Use::Bound)
        }
        Object::LimitRange(range) => {
            let entries = range.spec.iter().flat_map(|spec| &spec.limits).enumerate();
            let maps = entries.flat_map(|(at, entry)| {
                let maps = [
                    ("default", &entry.default),
                    ("defaultRequest", &entry.default_request),
                    ("min", &entry.min),
                    ("max", &entry.max),
                ];
                maps.map(|(key, map)| (format!("spec.limits[{at}].{key}"), map))
            });
            (maps.collect(), Use::Bound)
        }
        _ => (Vec::new(), Use::Bound),
    }
}

fn requests(claim: &PersistentVolumeClaim) -> Option<&Map> {
    Some(&claim.spec.as_ref()?.resources.as_ref()?.requests)
}
