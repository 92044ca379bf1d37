//! What do manifests mean together: which pods, whose claims, selected by whom?
//!
//! Rules ask here. What the manifests do not say is not answered: an object that is not among them may well be in the
//! cluster, and one of several with the same name is taken only where it is clear which.

mod about;
mod address;
mod amounts;
mod asked;
mod behind;
mod call;
mod card;
mod chart;
mod charts;
mod claim;
mod commands;
mod container;
mod controller;
mod definition;
mod device;
mod devices;
mod door;
mod given;
mod guard;
mod image;
mod index;
mod install;
mod item;
mod kustomize;
mod label;
mod listen;
mod lookup;
mod meant;
mod misfit;
mod models;
mod near;
mod placement;
mod pod;
mod pod_security;
mod policy;
mod probe;
mod program;
mod quantity;
mod quota;
mod reader;
mod reference;
mod relation;
mod scaler;
pub mod shell;
mod space;
mod spelling;
mod store;
mod text;
mod typed;
mod values;
mod variable;
mod words;
mod workload;

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};

use crate::bundle::Object;
use crate::facts::Version;
use crate::k8s::*;
use crate::tree::{Fault, Node, SourceId, Sources};
use crate::units::Bytes;

pub use about::is_variable;
pub use address::{is_inside, is_private, is_unknown};
pub use amounts::{Placed, Use};
pub use behind::Behind;
pub use call::Call;
pub use card::Cards;
pub use chart::{Chart, ChartName, Holder, is_filled_in};
pub use claim::{Class, class_of};
pub use container::{Env, Runs, Seat, is_gpu};
pub use controller::{Silence, Timeout, route_timeouts, timeouts};
pub use devices::{Backend, Placement};
pub use door::{Door, Reach, Way};
pub use image::Image;
use index::Index;
pub use install::{Install, SourceRef, argo_sources, source_refs};
pub use item::{Item, trees};
pub use kustomize::{Renamed, SetImage};
pub use label::{as_label, is_label, port_name_fault};
pub use listen::Address;
pub use meant::{Likeness, closest, is_slip, likeness};
pub use misfit::{Misfit, MisfitKind, MisfitPlace};
pub use models::{Models, Wanted};
pub use near::nearest;
pub use placement::{is_of_one_node, is_of_one_pod};
pub use pod::{Claimed, chooses, is_added, is_shared, selects};
pub use pod_security::{Breach, Level, breaches};
pub use policy::{Allowed, Direction, Governed, is_about_ollama};
pub use probe::{asks_for_model, hooks, patience, probe_port, probes};
pub use program::{Moment, Program, Ran, Shell};
pub use quantity::{Amount, bytes, milli, written};
pub use quota::Taken;
pub use reference::{ROUTES, Reference, ServicePortName};
pub use relation::{PORT, backends};
pub use scaler::Scaler;
pub use space::{asked_storage, counts_pods};
pub use store::{Held, Store, held, holds};
pub use variable::Variable;
pub use workload::{About, Workload, recreates, rollout};

/// Everything that rules may look at.
#[derive(Debug)]
pub struct Scope<'a> {
    items: Vec<Item<'a>>,
    workloads: Vec<Workload<'a>>,
    index: Index<'a>,
    models: OnceCell<Models>,
    programs: Vec<Program<'a>>,
    charts: Vec<Chart<'a>>,
    apps: Vec<Chart<'a>>,
    /// How many of the objects were written; those behind them are made of what is written.
    written: usize,
    related: OnceCell<Vec<bool>>,
    users: OnceCell<HashMap<usize, Vec<usize>>>,
    misfits: OnceCell<Vec<Misfit>>,
    /// The claims that have to do with Ollama: their objects, and which template of them.
    claims: OnceCell<Vec<(usize, Option<usize>)>>,
    /// The release of Kubernetes that the manifests are for, where somebody said it.
    pub kubernetes: Option<Version>,
    /// What is wrong with the texts themselves.
    pub faults: &'a [Fault],
    /// Documents that are no objects.
    pub others: &'a [Node],
    /// How many releases of other charts have Ollama in them, whose values are not understood.
    pub other_releases: usize,
    /// The texts that hold kustomizations, each with the texts that it lists, itself or through others.
    pub reached: &'a [(SourceId, Vec<SourceId>)],
    /// The texts, where the objects come from texts.
    pub sources: Option<&'a Sources>,
}

impl<'a> Scope<'a> {
    /// Objects that were made, not read, with the trees of those that have no type, as [`trees`] gives them.
    pub fn of_made(objects: impl Iterator<Item = &'a Object>, trees: &'a [Option<Node>]) -> Self {
        let item = |(number, object)| {
            let tree = trees.get(number).and_then(Option::as_ref);
            Item { number, object, tree, file: 0, folder: 0 }
        };
        Self::new(objects.enumerate().map(item).collect())
    }

    /// Objects that were read from texts.
    pub fn of_written(objects: impl Iterator<Item = (&'a Object, &'a Node)>, sources: &'a Sources) -> Self {
        let mut folders: BTreeMap<&str, usize> = BTreeMap::new();
        let mut folder_of: BTreeMap<usize, usize> = BTreeMap::new();
        let item = |(number, (object, tree)): (usize, (&'a Object, &'a Node))| {
            let SourceId(file) = tree.origin.source;
            let file = file as usize;
            let folder = *folder_of.entry(file).or_insert_with(|| {
                let name = sources.get(tree.origin.source).name.as_str();
                let next = folders.len();
                *folders.entry(name.rsplit_once('/').map_or("", |(folder, _)| folder)).or_insert(next)
            });
            Item { number, object, tree: Some(tree), file, folder }
        };
        let mut scope = Self::new(objects.enumerate().map(item).collect());
        scope.sources = Some(sources);
        scope
    }

    fn new(items: Vec<Item<'a>>) -> Self {
        let workloads: Vec<Workload<'a>> = items.iter().filter_map(|item| Workload::of(*item)).collect();
        let index = Index::of(&items, &workloads);
        let mut scope = Self {
            written: items.len(),
            other_releases: 0,
            items,
            workloads,
            index,
            programs: Vec::new(),
            charts: Vec::new(),
            apps: Vec::new(),
            related: OnceCell::new(),
            users: OnceCell::new(),
            misfits: OnceCell::new(),
            models: OnceCell::new(),
            claims: OnceCell::new(),
            kubernetes: None,
            faults: &[],
            others: &[],
            reached: &[],
            sources: None,
        };
        scope.programs = reader::programs(&scope);
        // A script may stand in a ConfigMap, and is only read once everything is found by its name.
        let serves = |program: &&Program<'_>| program.script.statements().iter().any(|one| one.simple.serves());
        let starts = scope.programs.iter().filter(|program| program.moment == Moment::Main).filter(serves);
        for (workload, seat) in starts.map(|program| (program.workload, program.seat)).collect::<Vec<_>>() {
            scope.workloads[workload].starts_server(seat);
        }
        scope
    }

    /// Looks for values for the Helm chart of Ollama, once `others` is set.
    #[must_use]
    pub fn with_charts(mut self) -> Self {
        let (charts, others) = charts::all(&self);
        (self.charts, self.apps) = charts.into_iter().partition(|chart| chart.name == ChartName::Ollama);
        self.other_releases = others;
        self
    }

    /// With objects that are made of what is written, behind the others: each with its tree, whose place is in the text
    /// that it is made of.
    #[must_use]
    pub fn with_made(self, made: impl Iterator<Item = (&'a Object, &'a Node)>) -> Self {
        let Some(sources) = self.sources else { return self };
        let written = self.items.iter().filter_map(|item| Some((item.object, item.tree?)));
        let scope = Self::of_written(written.chain(made), sources);
        let Self { charts, apps, written, kubernetes, faults, others, other_releases, .. } = self;
        Self { charts, apps, written, kubernetes, faults, others, other_releases, ..scope }
    }
}

/// Whether objects of a kind are in no namespace.
fn is_cluster_wide(object: &Object) -> bool {
    matches!(object, Object::Namespace(_) | Object::StorageClass(_) | Object::PersistentVolume(_))
}

/// Bytes of a quantity; nothing for what is no amount of bytes.
pub fn size(quantity: &Quantity) -> Option<Bytes> {
    bytes(quantity).map(Bytes)
}
#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree;

    /// Looks at what a text holds.
    pub(super) fn scope_of<T>(text: &str, look: impl FnOnce(&Scope<'_>) -> T) -> T {
        let mut sources = Sources::default();
        let id = sources.add("a.yaml", text);
        let (documents, faults) = tree::read(&sources, id);
        assert!(faults.is_empty(), "{faults:?}");
        let read = |document: &Node| {
            let word = |key: &str| document.get(key).and_then(Node::text).unwrap_or_default();
            tree::decode_as_kubectl(document, |from| Object::read(word("apiVersion"), word("kind"), from))?.0
        };
        let objects: Vec<(Object, Node)> =
            documents.into_iter().filter_map(|document| Some((read(&document)?, document))).collect();
        look(&Scope::of_written(objects.iter().map(|(object, tree)| (object, tree)), &sources))
    }
}
