//! What will the API server refuse, and what is the way round it?

mod claim;
mod service;
mod workload;

use k8s_openapi::serde_json::Value;
use serde::Serialize;

use super::fields::Field;
use super::set::{Set, Thing};
use super::way::is_within;
use crate::facts::{IMMUTABLE, Immutable};

/// A change that the API server does not take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// Fields that cannot change.
    pub fields: Vec<String>,
    /// Why, mostly in the API server's own words.
    pub why: String,
    /// Commands that get there all the same, in this order.
    pub instead: Vec<String>,
    /// What they do besides.
    pub cost: String,
}

/// Both sides of an object that differs.
pub(super) struct Change<'c> {
    pub(super) sets: (&'c Set<'c>, &'c Set<'c>),
    pub(super) old: &'c Thing,
    pub(super) new: &'c Thing,
    pub(super) fields: &'c [Field],
    /// The command that applies the new manifests.
    pub(super) apply: &'c str,
}

/// What of a change is refused; with what depends on more than the manifests say.
pub(super) fn of(change: &Change<'_>, notes: &mut Vec<String>) -> Option<Refused> {
    immutable(change, notes)
        .or_else(|| claim::size(change, notes))
        .or_else(|| service::cluster_ip(change, notes))
        .or_else(|| workload::unselected(change))
        .or_else(|| workload::strategy(change))
}

fn immutable(change: &Change<'_>, notes: &mut Vec<String>) -> Option<Refused> {
    let mut found: Vec<(&Immutable, &Field)> = Vec::new();
    for field in change.fields {
        let general = field.way.general();
        let row = IMMUTABLE.iter().find(|row| {
            row.kind == change.new.known_as
                && is_within(&general, row.path)
                && !row.except.iter().any(|path| is_within(&general, path))
                && holds(row.when, change.old)
        });
        let Some(row) = row else { continue };
        if let Some(note) = only_if(change, field, &general) {
            notes.push(note);
        } else {
            found.push((row, field));
        }
    }
    // One that keeps the pods does not help where another one has to go.
    let whole = found.iter().find(|(row, _)| !row.commands.iter().any(|command| command.contains("--cascade=orphan")));
    let (row, _) = whole.or(found.first())?;
    Some(Refused {
        fields: found.iter().map(|(_, field)| field.way.shown()).collect(),
        why: row.words().to_owned(),
        instead: change.commands(row.commands),
        cost: row.cost.to_owned(),
    })
}

fn holds(when: &str, old: &Thing) -> bool {
    let Some((path, wanted)) = when.split_once('=') else { return true };
    old.at(path).is_some_and(|value| shown(value) == wanted)
}

/// What goes through only where the cluster has it already.
fn only_if(change: &Change<'_>, field: &Field, general: &str) -> Option<String> {
    let kind = change.new.known_as.as_str();
    let was_left_out = field.old.is_none();
    let shown = field.new.as_ref().map(shown).unwrap_or_default();
    match (kind, general) {
        ("PersistentVolumeClaim", "spec.storageClassName") if was_left_out && !shown.is_empty() => {
            Some(format!("refused unless {shown} is the class that the claim got by default"))
        }
        ("PersistentVolumeClaim", "spec.volumeName") if was_left_out => {
            Some(format!("refused unless the claim is bound to {shown}, or to nothing yet"))
        }
        ("Job", path)
            if path.starts_with("spec.template") && change.old.at("spec.suspend") == Some(&Value::Bool(true)) =>
        {
            Some(format!(
                "{}: refused unless it is about scheduling or resources, as the Job is suspended",
                field.way.shown()
            ))
        }
        ("Job", "spec.completions")
            if change.new.at("spec.completionMode").and_then(Value::as_str) == Some("Indexed") =>
        {
            Some("completions of an indexed Job change only together with parallelism, to the same number".to_owned())
        }
        _ => None,
    }
}

impl Change<'_> {
    /// Commands with the names of this object.
    fn commands(&self, commands: &[&str]) -> Vec<String> {
        let key = &self.new.key;
        let flag = key.namespace.as_ref().map(|namespace| format!(" -n {namespace}")).unwrap_or_default();
        let filled = |command: &str| {
            let command = command.replace("{n}", &flag).replace("{kind}", &key.kind.to_lowercase());
            command.replace("{name}", &key.name).replace("{apply}", self.apply)
        };
        let users = self.users();
        commands
            .iter()
            .flat_map(|command| {
                let of_user = |user: &String| filled(&command.replace("{user}", user));
                if command.contains("{user}") { users.iter().map(of_user).collect() } else { vec![filled(command)] }
            })
            .collect()
    }

    /// The workloads on a claim that can be scaled down.
    fn users(&self) -> Vec<String> {
        let (old, new) = self.sets;
        let of = |set: &Set<'_>, thing: &Thing| -> Vec<String> {
            let users = set.scope.users(set.item(thing));
            let users =
                users.into_iter().filter(|user| matches!(user.item.object.kind(), "Deployment" | "StatefulSet"));
            users.map(|user| format!("{}/{}", user.item.object.kind().to_lowercase(), user.item.name())).collect()
        };
        let mut users: Vec<String> = of(old, self.old);
        users.extend(of(new, self.new));
        users.sort();
        users.dedup();
        users
    }
}

/// A value as one word.
fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
