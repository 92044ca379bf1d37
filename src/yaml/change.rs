//! What does a kustomization change of an object: by patches, namespaces, numbers of pods and images?
//!
//! A value that was changed has its place where the change is written.

use super::patch::{Misstep, child, laid_over, stepped};
use super::read::{Written, object_of};
use crate::bundle::Object;
use crate::tree::{Fault, FaultKind, Node, Path, Scalar, Step, Style, Value};

/// Puts an object into a namespace, if its kind is in one.
pub(super) fn set_namespace(object: &mut Object, namespace: &str) {
    if !is_cluster_wide(object.kind()) {
        object.metadata_mut().namespace = Some(namespace.to_owned());
    }
}

/// An object that is changed.
pub(super) struct Change<'a> {
    pub(super) written: &'a mut Written,
    /// What is wrong with the patches.
    pub(super) faults: &'a mut Vec<Fault>,
    /// Whether a patch before could not be understood.
    pub(super) is_unsure: bool,
}

impl Change<'_> {
    /// Changes the object by a patch that is for it; leaves it as it is where the patch cannot be understood.
    pub(super) fn patch(&mut self, target: Option<&Node>, body: &Node) {
        if !self.is_meant(target, body) {
            return;
        }
        let written = &*self.written;
        let by_name = !matches!(written.object, Object::Custom(_));
        let tree = match &body.value {
            Value::Sequence(steps) => match stepped(written.tree.clone(), steps) {
                Ok(tree) => Some(tree),
                Err(Misstep::Unknown) => None,
                Err(Misstep::Wrong(fault)) => {
                    // Values of these kinds may come from files that are not seen.
                    if !self.is_unsure && !matches!(written.object.kind(), "ConfigMap" | "Secret") {
                        self.faults.push(*fault);
                    }
                    None
                }
            },
            // A patch for a target may be called anything.
            Value::Mapping(_) => laid_over(written.tree.clone(), &without_name(body), by_name),
            Value::Scalar(_) => None,
        };
        self.is_unsure |= tree.is_none();
        let Some(tree) = tree else { return };
        let (object, faults) = object_of(&tree);
        let is_of_patch = |fault: &Fault| {
            fault.places.first().is_some_and(|(at, _)| {
                at.source == body.origin.source && at.start >= body.origin.start && at.end <= body.origin.end
            })
        };
        self.faults.extend(faults.into_iter().filter(|fault| fault.kind != FaultKind::Mismatch && is_of_patch(fault)));
        if let Some(object) = object {
            self.written.replace(object, tree);
        }
    }

    fn is_meant(&self, target: Option<&Node>, body: &Node) -> bool {
        let object = &self.written.object;
        let is_for = |node: &Node, key: &str, value: &str| {
            node.get(key)
                .and_then(Node::text)
                .is_none_or(|wanted| wanted == value || wanted.trim_matches(['^', '$']) == value)
        };
        let name = object.metadata().name.as_deref().unwrap_or_default();
        if let Some(target) = target {
            return is_for(target, "kind", object.kind())
                && is_for(target, "name", name)
                && object.metadata().namespace.as_deref().is_none_or(|own| is_for(target, "namespace", own))
                && ["labelSelector", "annotationSelector"].iter().all(|key| target.get(key).is_none());
        }
        let named = body.get("metadata").and_then(|metadata| metadata.get("name")).and_then(Node::text);
        body.get("kind").and_then(Node::text) == Some(object.kind()) && named == Some(name)
    }
}

impl Written {
    /// Puts what a change made of the object in its place; the namespace that it was given stays.
    pub(super) fn replace(&mut self, object: Object, tree: Node) {
        let namespace = self.object.metadata().namespace.clone();
        *self = Self { object, tree };
        let metadata = self.object.metadata_mut();
        metadata.namespace = namespace.or(metadata.namespace.take());
    }

    fn read_again(&mut self) {
        if let (Some(object), _) = object_of(&self.tree) {
            let tree = self.tree.clone();
            self.replace(object, tree);
        }
    }
}

fn without_name(patch: &Node) -> Node {
    let mut patch = patch.clone();
    if let Value::Mapping(entries) = &mut patch.value {
        entries.retain(|entry| !matches!(entry.key.as_str(), "kind" | "apiVersion"));
        for entry in entries.iter_mut().filter(|entry| entry.key == "metadata") {
            if let Value::Mapping(metadata) = &mut entry.value.value {
                metadata.retain(|entry| entry.key != "name" && entry.key != "namespace");
            }
        }
    }
    patch
}

/// Kinds that are in no namespace.
fn is_cluster_wide(kind: &str) -> bool {
    kind.starts_with("Cluster")
        || kind.ends_with("Class")
        || kind.ends_with("WebhookConfiguration")
        || matches!(kind, "Namespace" | "PersistentVolume" | "CustomResourceDefinition" | "APIService" | "Node")
}

/// Gives a workload the number of pods that a kustomization has for its name.
pub(super) fn set_replicas(written: &mut Written, by: &Node) {
    let name = by.get("name").and_then(Node::text);
    let has_replicas = matches!(written.object.kind(), "Deployment" | "StatefulSet" | "ReplicaSet");
    let Some(count) = by.get("count").filter(|count| count.text().is_some_and(|text| text.parse::<u32>().is_ok()))
    else {
        return;
    };
    if !has_replicas || name != written.object.metadata().name.as_deref() {
        return;
    }
    let way = Path(vec![Step::Key("spec".into()), Step::Key("replicas".into())]);
    if written.tree.put(&way, count.origin, count.clone()).is_ok() {
        written.read_again();
    }
}

/// Gives the containers that have an image another name, tag or digest of it.
pub(super) fn set_image(written: &mut Written, by: &Node) {
    let way: &[&str] = match written.object.kind() {
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Job" => &["spec", "template", "spec"],
        "CronJob" => &["spec", "jobTemplate", "spec", "template", "spec"],
        "Pod" => &["spec"],
        _ => return,
    };
    let Some(pod) = way.iter().try_fold(&mut written.tree, |node, key| child(node, key)) else { return };
    let mut is_changed = false;
    for list in ["initContainers", "containers"] {
        let Some(Node { value: Value::Sequence(containers), .. }) = child(pod, list) else { continue };
        for image in containers.iter_mut().filter_map(|container| child(container, "image")) {
            if let Some(new) = image_by(image, by) {
                *image = new;
                is_changed = true;
            }
        }
    }
    if is_changed {
        written.read_again();
    }
}

/// An image as a kustomization has it, at the place where that is written; nothing where it is not about this image.
fn image_by(image: &Node, by: &Node) -> Option<Node> {
    let word = |key: &str| by.get(key).and_then(Node::text);
    let text = image.text()?;
    let (rest, old_digest) = text.split_once('@').map_or((text, None), |(name, digest)| (name, Some(digest)));
    let (name, old_tag) = match rest.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
        _ => (rest, None),
    };
    if word("name") != Some(name) {
        return None;
    }
    let (tag, digest) = match (word("newTag"), word("digest")) {
        (None, None) => (old_tag, old_digest),
        (tag, digest) => (tag, digest),
    };
    let at = ["newTag", "digest", "newName"].iter().find_map(|key| by.get(key))?;
    let mut text = word("newName").unwrap_or(name).to_owned();
    text.extend(tag.map(|tag| format!(":{tag}")));
    text.extend(digest.map(|digest| format!("@{digest}")));
    Some(Node { origin: at.origin, value: Value::Scalar(Scalar { text: text.into(), style: Style::Quoted }) })
}
