//! What will a change of manifests do: which fields differ, what restarts, what is refused?
//!
//! Pure: two sets of objects become a list of changes. What depends on the cluster is said, not guessed.

mod defaults;
mod fields;
mod lists;
mod models;
mod notes;
mod pairs;
mod refused;
mod rollout;
mod secrets;
mod set;
mod unserved;
mod way;

use std::collections::BTreeSet;

use serde::Serialize;

use pairs::{Pair, pairs};
use set::{Key, Thing};

pub use fields::Field;
pub use models::Models;
pub use refused::Refused;
pub use rollout::Rollout;
pub use secrets::HIDDEN;
pub use set::Set;
pub use unserved::{Part, Unserved};
pub use way::Way;

/// All changes between two sides.
#[derive(Debug, Serialize)]
pub struct Changes {
    /// In the order of namespaces, kinds and names.
    pub changes: Vec<Change>,
    /// How many objects are the same on both sides.
    #[serde(skip)]
    pub same: usize,
    /// How many documents were not compared, as they are not for the cluster.
    #[serde(skip)]
    pub passed_over: usize,
}

/// Whether an object comes, goes or changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum How {
    /// Only the new side has it.
    Added,
    /// Only the old side has it.
    Removed,
    /// Both have it, or it takes the place of one of another name.
    Changed,
}

/// What happens to an object. The fields are for ever; new ones may come.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// `Deployment/ollama`.
    pub object: String,
    /// Its namespace, where the manifest says one.
    pub namespace: Option<String>,
    /// Whether it comes, goes or changes.
    pub change: How,
    /// The object whose place it takes: a Job of another name.
    pub replaces: Option<String>,
    /// What differs.
    pub fields: Vec<Field>,
    /// Whether pods that run are replaced.
    pub restarts: bool,
    /// Whether models are loaded again.
    pub reloads: bool,
    /// What the API server does not take, and the way round it.
    pub refused: Option<Refused>,
    /// How the pods are replaced.
    pub rollout: Option<Rollout>,
    /// What it does to the models of a server.
    pub models: Option<Models>,
    /// How long nobody answers; none for what serves no models.
    pub unserved: Option<Unserved>,
    /// What else there is to know.
    pub notes: Vec<String>,
}

/// Compares two sides. `apply` is the command that applies the new one, for the ways round what is refused.
pub fn diff(old: &Set<'_>, new: &Set<'_>, apply: &str) -> Changes {
    let sides = Sides { old, new, apply };
    let mut changes: Vec<Change> = Vec::new();
    let mut restarting: BTreeSet<&Key> = BTreeSet::new();
    let mut same = 0;
    let pairs = pairs(old, new);
    for pair in &pairs {
        let change = match pair {
            Pair::Both(before, after) => {
                let fields = fields::of(before, after);
                if fields.is_empty() {
                    same += 1;
                    continue;
                }
                let change = sides.changed(before, after, fields);
                if change.restarts {
                    restarting.insert(&after.key);
                }
                change
            }
            Pair::Replaced(before, after) => replaced(before, after),
            Pair::Removed(thing) => Change { notes: notes::of_removed(thing), ..plain(thing, How::Removed) },
            Pair::Added(thing) => plain(thing, How::Added),
        };
        changes.push(change);
    }
    sides.tell_readers(&pairs, &mut changes, &restarting);
    Changes { changes, same, passed_over: old.passed_over + new.passed_over }
}

struct Sides<'s> {
    old: &'s Set<'s>,
    new: &'s Set<'s>,
    apply: &'s str,
}

impl Sides<'_> {
    fn changed(&self, before: &Thing, after: &Thing, fields: Vec<Field>) -> Change {
        let mut notes = Vec::new();
        let asked =
            refused::Change { sets: (self.old, self.new), old: before, new: after, fields: &fields, apply: self.apply };
        let refused = refused::of(&asked, &mut notes);
        notes.extend(notes::of_older(after, &fields));
        let mut change = Change { refused, notes, ..plain(after, How::Changed) };
        // Of an object that is refused nothing at all changes.
        if change.refused.is_none() {
            change.notes.extend(notes::of_replicas(&fields));
            self.foresee(before, after, &fields, &mut change);
        }
        change.fields = fields;
        change
    }

    /// What becomes of the pods.
    fn foresee(&self, before: &Thing, after: &Thing, fields: &[Field], change: &mut Change) {
        let (Some(old), Some(new)) = (self.old.workload(before), self.new.workload(after)) else { return };
        let rollout = rollout::of(&self.new.scope, new, fields, &mut change.notes);
        let rollout = rollout.filter(|_| old.replicas != 0);
        let models = models::of((&self.old.scope, old), (&self.new.scope, new), rollout.as_ref());
        change.unserved = unserved::of(old, new, fields, rollout.as_ref(), models.as_ref());
        change.restarts = rollout.is_some();
        change.reloads = rollout.is_some() && models.is_some();
        change.rollout = rollout;
        change.models = models;
    }

    /// Who reads a `ConfigMap` or a Secret and does not restart is told.
    fn tell_readers(&self, pairs: &[Pair<'_>], changes: &mut [Change], restarting: &BTreeSet<&Key>) {
        let restarts = |workload: &crate::scope::Workload<'_>| {
            let things = self.new.things.values();
            let mut of_it = things.filter(|thing| thing.number == workload.item.number);
            of_it.any(|thing| restarting.contains(&thing.key))
        };
        for pair in pairs {
            let Pair::Both(_, thing) = pair else { continue };
            if !matches!(thing.known_as.as_str(), "ConfigMap" | "Secret") {
                continue;
            }
            let shown = name(thing);
            let change = changes.iter_mut().find(|change| {
                change.object == shown && change.namespace == thing.key.namespace && change.refused.is_none()
            });
            let data = |change: &Change| {
                change.fields.iter().any(|field| ["data", "binaryData", "stringData"].contains(&field.way.first_key()))
            };
            if let Some(change) = change.filter(|change| data(change)) {
                change.notes.extend(notes::of_readers(self.new, thing, restarts));
            }
        }
    }
}

fn replaced(before: &Thing, after: &Thing) -> Change {
    let mut fields = fields::of(before, after);
    // The name is what is told first.
    fields.retain(|field| field.way.shown() != "metadata.name");
    Change {
        replaces: Some(format!("{}/{}", before.key.kind, before.key.name)),
        fields,
        notes: notes::of_replaced(before, after),
        ..plain(after, How::Changed)
    }
}

fn name(thing: &Thing) -> String {
    format!("{}/{}", thing.key.kind, thing.key.name)
}

fn plain(thing: &Thing, change: How) -> Change {
    Change {
        object: name(thing),
        namespace: thing.key.namespace.clone(),
        change,
        replaces: None,
        fields: Vec::new(),
        restarts: false,
        reloads: false,
        refused: None,
        rollout: None,
        models: None,
        unserved: None,
        notes: Vec::new(),
    }
}
