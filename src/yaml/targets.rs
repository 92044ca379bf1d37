//! Which patches of a kustomization are for objects that it does not have?

use super::kustomization::{Kustomization, Places, is_of_kind};
use super::kustomize::{Bodies, Reached, bodies_at};
use super::read::Manifests;
use crate::tree::{Fault, FaultKind, Node, Sources, Value, nearest};

/// The patches for nothing of a kustomization all of whose objects are there.
pub(super) fn unmet(
    all: &[Kustomization],
    at: usize,
    reached: &Reached,
    manifests: &Manifests,
    places: &Places,
    bodies: &Bodies,
    sources: &Sources,
) -> Vec<Fault> {
    let by = &all[at];
    let replicas = by.tree.get("replicas").map(Node::items).unwrap_or_default();
    if by.patches().next().is_none() && replicas.is_empty() || by.is_component() {
        return Vec::new();
    }
    let objects = manifests.objects.iter().filter(|written| reached.contains_key(&written.tree.origin.source.0));
    let objects = objects.filter(|written| !is_of_kind(&written.tree)).map(|written| &written.object);
    let objects: Vec<(&str, &str)> =
        objects.map(|object| (object.kind(), object.metadata().name.as_deref().unwrap_or_default())).collect();
    let users = || all.iter().filter(|by| reached.contains_key(&by.tree.origin.source.0));
    let is_renamed = users().any(|by| ["namePrefix", "nameSuffix"].iter().any(|key| by.tree.get(key).is_some()));
    let has_secrets = users().any(|by| by.tree.get("secretGenerator").is_some());
    let there = There { objects, is_renamed, has_secrets };
    let mut faults: Vec<Fault> = replicas.iter().filter_map(|entry| there.lacks_replicas(entry)).collect();
    for (target, place) in by.patches() {
        if let Some(target) = target {
            faults.extend(there.lacks_target(target));
            continue;
        }
        for body in bodies_at(place, by, places, bodies, sources) {
            if matches!(body.value, Value::Sequence(_)) {
                let message = "a patch in steps has no target: kustomize refuses it";
                let fault = Fault::new(place.origin, message, "").of_kind(FaultKind::PatchTarget);
                faults.push(fault.help("add target: {kind: Deployment, name: ollama}"));
            } else {
                faults.extend(there.lacks_object(&body));
            }
        }
    }
    faults
}

/// The objects of a kustomization.
struct There<'a> {
    /// Their kinds and names.
    objects: Vec<(&'a str, &'a str)>,
    is_renamed: bool,
    has_secrets: bool,
}

impl There<'_> {
    fn has(&self, kind: Option<&str>, name: Option<&str>) -> bool {
        let is_called = |own: &str, name: &str| own == name || self.is_renamed && name.contains(own);
        kind == Some("Secret") && self.has_secrets
            || self.objects.iter().any(|(own_kind, own_name)| {
                kind.is_none_or(|kind| kind == *own_kind) && name.is_none_or(|name| is_called(own_name, name))
            })
    }

    /// A fault where a target is none of the objects. Its words are patterns; only plain ones are judged.
    fn lacks_target(&self, target: &Node) -> Option<Fault> {
        let word = |key: &str| target.get(key).and_then(Node::text).map(|word| word.trim_matches(['^', '$']));
        let (kind, name) = (word("kind"), word("name"));
        let is_plain = |word: &str| word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        let others = ["labelSelector", "annotationSelector"].iter().any(|key| target.get(key).is_some());
        let is_clear = [kind, name].into_iter().flatten().all(is_plain) && (kind.is_some() || name.is_some());
        if others || !is_clear || self.has(kind, name) {
            return None;
        }
        let at = if self.has(kind, None) || kind.is_none() { target.get("name") } else { target.get("kind") };
        Some(self.fault(at.unwrap_or(target), kind, name, "the patch changes nothing"))
    }

    /// A fault where kustomize is to set the replicas of what is not among the objects.
    fn lacks_replicas(&self, entry: &Node) -> Option<Fault> {
        let named = entry.get("name")?;
        let name = named.text().filter(|name| !name.contains(['$', '{']))?;
        let scaled = ["Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"];
        let of_kind: Vec<&str> =
            self.objects.iter().filter(|(kind, _)| scaled.contains(kind)).map(|(_, name)| *name).collect();
        if of_kind.is_empty() || scaled.iter().any(|kind| self.has(Some(kind), Some(name))) {
            return None;
        }
        let near = nearest(name, &of_kind).or_else(|| if let [only] = of_kind[..] { Some(only) } else { None });
        let help = near.map_or("correct the name, or leave it out".to_owned(), |near| format!("write {near}"));
        let message = format!("no workload among the resources is called `{name}`: kustomize refuses it");
        Some(Fault::new(named.origin, message, "").of_kind(FaultKind::PatchTarget).help(help))
    }

    fn lacks_object(&self, body: &Node) -> Option<Fault> {
        let kind = body.get("kind").and_then(Node::text)?;
        let named = body.get("metadata").and_then(|metadata| metadata.get("name"))?;
        let name = named.text()?;
        if name.contains(['$', '{']) || self.has(Some(kind), Some(name)) {
            return None;
        }
        let at = if self.has(Some(kind), None) { named } else { body.get("kind")? };
        Some(self.fault(at, Some(kind), Some(name), "kustomize refuses the patch"))
    }

    fn fault(&self, at: &Node, kind: Option<&str>, name: Option<&str>, so: &str) -> Fault {
        let (kinds, names): (Vec<&str>, Vec<&str>) = self.objects.iter().copied().unzip();
        let of_kind =
            || self.objects.iter().filter(|(own, _)| kind.is_none_or(|kind| kind == *own)).map(|(_, name)| *name);
        let (message, near) = match (kind, name) {
            (Some(kind), _) if !kinds.contains(&kind) => {
                (format!("no {kind} is among the resources: {so}"), nearest(kind, &kinds))
            }
            (Some(kind), Some(name)) => {
                let own: Vec<&str> = of_kind().collect();
                let near = nearest(name, &own).or_else(|| if let [only] = own[..] { Some(only) } else { None });
                (format!("no {kind} among the resources is called `{name}`: {so}"), near)
            }
            (_, name) => {
                let name = name.unwrap_or_default();
                (format!("nothing among the resources is called `{name}`: {so}"), nearest(name, &names))
            }
        };
        let help = near.map_or("correct the target, or leave the patch out".to_owned(), |near| format!("write {near}"));
        Fault::new(at.origin, message, "").of_kind(FaultKind::PatchTarget).help(help)
    }
}
