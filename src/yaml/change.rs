//! What does a kustomization change of an object: by patches, namespaces and images?

use super::patch::{laid_over, stepped};
use super::read::{Written, object_of};
use crate::bundle::Object;
use crate::k8s::{Container, PodSpec};
use crate::tree::{Node, Value};

/// Puts an object into a namespace, if its kind is in one.
pub(super) fn set_namespace(object: &mut Object, namespace: &str) {
    if !is_cluster_wide(object.kind()) {
        object.metadata_mut().namespace = Some(namespace.to_owned());
    }
}

/// Gives the containers that have an image another name, tag or digest of it.
pub(super) fn set_image(object: &mut Object, by: &Node) {
    for container in containers(object) {
        set_image_of(container, by);
    }
}

/// Changes an object by a patch that is for it; leaves it as it is where the patch cannot be understood.
pub(super) fn patch(written: &mut Written, target: Option<&Node>, body: &Node) {
    let is_for = |node: &Node, key: &str, value: &str| {
        node.get(key)
            .and_then(Node::text)
            .is_none_or(|wanted| wanted == value || wanted.trim_matches(['^', '$']) == value)
    };
    let name = written.object.metadata().name.clone().unwrap_or_default();
    let is_meant = if let Some(target) = target {
        is_for(target, "kind", written.object.kind())
            && is_for(target, "name", &name)
            && ["labelSelector", "annotationSelector"].iter().all(|key| target.get(key).is_none())
    } else {
        let named = body.get("metadata").and_then(|metadata| metadata.get("name")).and_then(Node::text);
        body.get("kind").and_then(Node::text) == Some(written.object.kind()) && named == Some(&name)
    };
    if !is_meant {
        return;
    }
    let by_name = !matches!(written.object, Object::Custom(_));
    let tree = match &body.value {
        Value::Sequence(steps) => stepped(written.tree.clone(), steps),
        // A patch for a target may be called anything.
        Value::Mapping(_) => laid_over(written.tree.clone(), &without_name(body), by_name),
        Value::Scalar(_) => None,
    };
    let Some(tree) = tree else { return };
    if let (Some(object), _) = object_of(&tree) {
        let namespace = written.object.metadata().namespace.clone();
        *written = Written { object, tree };
        let metadata = written.object.metadata_mut();
        metadata.namespace = namespace.or(metadata.namespace.take());
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

fn containers(object: &mut Object) -> impl Iterator<Item = &mut Container> {
    let pod: Option<&mut PodSpec> = match object {
        Object::Deployment(object) => object.spec.as_mut().and_then(|spec| spec.template.spec.as_mut()),
        Object::StatefulSet(object) => object.spec.as_mut().and_then(|spec| spec.template.spec.as_mut()),
        Object::DaemonSet(object) => object.spec.as_mut().and_then(|spec| spec.template.spec.as_mut()),
        Object::Job(object) => object.spec.as_mut().and_then(|spec| spec.template.spec.as_mut()),
        Object::CronJob(object) => {
            let job = object.spec.as_mut().and_then(|spec| spec.job_template.spec.as_mut());
            job.and_then(|job| job.template.spec.as_mut())
        }
        Object::Pod(object) => object.spec.as_mut(),
        _ => None,
    };
    pod.into_iter().flat_map(|pod| pod.init_containers.iter_mut().flatten().chain(pod.containers.iter_mut()))
}

fn set_image_of(container: &mut Container, by: &Node) {
    let word = |key: &str| by.get(key).and_then(Node::text);
    let Some(image) = container.image.clone() else { return };
    let (rest, old_digest) =
        image.split_once('@').map_or((image.as_str(), None), |(name, digest)| (name, Some(digest)));
    let (name, old_tag) = match rest.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
        _ => (rest, None),
    };
    if word("name") != Some(name) {
        return;
    }
    let (tag, digest) = match (word("newTag"), word("digest")) {
        (None, None) => (old_tag, old_digest),
        (tag, digest) => (tag, digest),
    };
    let mut image = word("newName").unwrap_or(name).to_owned();
    image.extend(tag.map(|tag| format!(":{tag}")));
    image.extend(digest.map(|digest| format!("@{digest}")));
    container.image = Some(image);
}
