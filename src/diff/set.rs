//! Which objects are on one side of a comparison, and as what does the API server read them?

use std::collections::BTreeMap;

use k8s_openapi::serde_json::Value;
use serde::Deserialize;

use crate::bundle::Object;
use crate::scope::{Item, Scope, Workload};
use crate::tree::{self, FaultKind, Node, Origin, Sources};
use crate::yaml::{Manifests, Written};

/// What tells an object from all others in a cluster.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) namespace: Option<String>,
    pub(super) kind: String,
    pub(super) group: String,
    pub(super) name: String,
}

/// An object to be compared.
#[derive(Debug)]
pub(super) struct Thing {
    pub(super) key: Key,
    /// The kind whose facts hold for it; empty for one of which only the name is known.
    pub(super) known_as: String,
    /// What was written, without what only the cluster writes.
    pub(super) value: Value,
    /// Its place among the objects.
    pub(super) number: usize,
}

/// One side of a comparison.
#[derive(Debug)]
pub struct Set<'a> {
    pub(super) things: BTreeMap<Key, Thing>,
    pub(super) scope: Scope<'a>,
    /// How many documents are no manifests, or are not for the cluster.
    pub(super) passed_over: usize,
}

/// Written by the cluster, not by people. Source: `k8s.io/apimachinery` v0.37.1 meta/v1 `ObjectMeta`, "Read-only".
const OF_THE_CLUSTER: [&str; 8] = [
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "selfLink",
    "uid",
];
/// Notes of kubectl and of the controller of Deployments.
const NOTES: [&str; 2] = ["deployment.kubernetes.io/revision", "kubectl.kubernetes.io/last-applied-configuration"];

/// Groups of kinds that have facts here and no type.
const UNTYPED: [(&str, &str); 4] = [
    ("rbac.authorization.k8s.io", "RoleBinding"),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"),
    ("networking.k8s.io", "IngressClass"),
    ("node.k8s.io", "RuntimeClass"),
];

impl<'a> Set<'a> {
    /// All objects of texts.
    ///
    /// # Errors
    /// A sentence for each text or object that cannot be compared. None quotes a text: it may hold a secret.
    pub fn of(manifests: &'a Manifests, sources: &'a Sources) -> Result<Self, Vec<String>> {
        let mut unusable = unreadable(manifests, sources);
        let mut things = BTreeMap::new();
        let mut places: BTreeMap<Key, Origin> = BTreeMap::new();
        let mut passed_over = manifests.others.len() + manifests.patches;
        for (number, written) in manifests.objects.iter().enumerate() {
            let Some(thing) = Thing::of(number, written) else {
                passed_over += 1;
                continue;
            };
            let key = thing.key.clone();
            let at = written.tree.origin;
            if let Some(first) = places.insert(key.clone(), at) {
                unusable.push(format!(
                    "{}: {} is there twice, also at {}: which one is meant?",
                    place(sources, at),
                    key.shown(),
                    place(sources, first)
                ));
            }
            things.insert(key, thing);
        }
        if !unusable.is_empty() {
            return Err(unusable);
        }
        let written = manifests.objects.iter().map(|written| (&written.object, &written.tree));
        Ok(Self { things, scope: Scope::of_written(written, sources), passed_over })
    }

    pub(super) fn item(&self, thing: &Thing) -> Item<'a> {
        self.scope.items()[thing.number]
    }

    pub(super) fn workload(&self, thing: &Thing) -> Option<&Workload<'a>> {
        self.scope.workload(self.item(thing))
    }
}

/// Texts that are no manifests as they stand.
fn unreadable(manifests: &Manifests, sources: &Sources) -> Vec<String> {
    let templates = manifests.templates.iter().map(|id| {
        format!("{}: a template, not a manifest; compare what `helm template` makes of it", sources.get(*id).name)
    });
    let broken = manifests.faults.iter().filter(|fault| matches!(fault.kind, FaultKind::Syntax | FaultKind::Limit));
    let broken = broken.filter_map(|fault| {
        let (at, _) = fault.places.first()?;
        Some(format!("{}: this cannot be read; ollama-k8s lint says why", place(sources, *at)))
    });
    let word = |node: &Node, key: &str| node.get(key).and_then(Node::text).map(str::to_owned);
    let lost = manifests.others.iter().filter_map(|node| {
        let kind = word(node, "apiVersion").and_then(|_| word(node, "kind"))?;
        Some(format!("{}: not a {kind} that can be read; ollama-k8s lint says why", place(sources, node.origin)))
    });
    templates.chain(broken).chain(lost).collect()
}

fn place(sources: &Sources, at: Origin) -> String {
    let (line, column) = sources.line_and_column(at);
    format!("{}:{line}:{column}", sources.get(at.source).name)
}

impl Thing {
    /// Nothing for what is not for the cluster: a profile, a kustomization.
    fn of(number: usize, written: &Written) -> Option<Self> {
        let api_version = written.tree.get("apiVersion").and_then(Node::text).unwrap_or_default();
        let group = api_version.rsplit_once('/').map_or("", |(group, _)| group);
        if group == "ollama-k8s" || group == "kustomize.config.k8s.io" {
            return None;
        }
        let mut value = value_of(written);
        strip(&mut value);
        let metadata = written.object.metadata();
        let name = metadata.name.clone().or_else(|| metadata.generate_name.as_ref().map(|start| format!("{start}*")));
        let kind = written.object.kind().to_owned();
        let known_as = known_as(&written.object, group);
        let key = Key {
            namespace: metadata.namespace.clone(),
            kind,
            group: group.to_owned(),
            name: name.unwrap_or_default(),
        };
        Some(Self { key, known_as, value, number })
    }

    /// The value at a way of keys.
    pub(super) fn at(&self, path: &str) -> Option<&Value> {
        path.split('.').try_fold(&self.value, |value, key| value.get(key)).filter(|value| !value.is_null())
    }
}

fn known_as(object: &Object, group: &str) -> String {
    match object {
        Object::Custom(custom) if !UNTYPED.contains(&(group, custom.kind.as_str())) => String::new(),
        known => known.kind().to_owned(),
    }
}

/// What the API server gets, and what a kustomization has made of it.
fn value_of(written: &Written) -> Value {
    let read = tree::decode_as_kubectl(&written.tree, |from| Some(Value::deserialize(from)));
    let mut value = read.and_then(|(value, _)| value).unwrap_or_default();
    if let (Some(namespace), Some(Value::Object(metadata))) =
        (&written.object.metadata().namespace, value.get_mut("metadata"))
    {
        metadata.insert("namespace".into(), Value::String(namespace.clone()));
    }
    if let (Ok(typed), false) =
        (k8s_openapi::serde_json::to_value(&written.object), matches!(written.object, Object::Custom(_)))
    {
        take_images(&mut value, &typed);
    }
    value
}

/// Kustomizations change images of the typed object alone.
fn take_images(value: &mut Value, typed: &Value) {
    match (value, typed) {
        (Value::Object(value), Value::Object(typed)) => {
            for (key, value) in value.iter_mut() {
                match typed.get(key) {
                    Some(image @ Value::String(_)) if key == "image" => *value = image.clone(),
                    Some(typed) => take_images(value, typed),
                    None => {}
                }
            }
        }
        (Value::Array(value), Value::Array(typed)) if value.len() == typed.len() => {
            value.iter_mut().zip(typed).for_each(|(value, typed)| take_images(value, typed));
        }
        _ => {}
    }
}

fn strip(value: &mut Value) {
    let Value::Object(fields) = value else { return };
    fields.remove("status");
    let Some(Value::Object(metadata)) = fields.get_mut("metadata") else { return };
    for key in OF_THE_CLUSTER {
        metadata.remove(key);
    }
    if let Some(Value::Object(annotations)) = metadata.get_mut("annotations") {
        for key in NOTES {
            annotations.remove(key);
        }
    }
}

impl Key {
    pub(super) fn shown(&self) -> String {
        let inside = self.namespace.as_ref().map(|namespace| format!(" in {namespace}")).unwrap_or_default();
        format!("{}/{}{inside}", self.kind, self.name)
    }
}
