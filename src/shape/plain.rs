//! How is a bundle kept as one file an object, in the order in which they are applied?

use super::Files;
use crate::bundle::{Bundle, Commented, Object};
use crate::yaml;

/// The kinds in the order in which they are applied. A file's number is that of its kind, so that an object that
/// comes or goes renames no other file.
const ORDER: [&str; 15] = [
    "Namespace",
    "ResourceQuota",
    "LimitRange",
    "StorageClass",
    "ServiceAccount",
    "ConfigMap",
    "PersistentVolumeClaim",
    "Service",
    "Job",
    "Deployment",
    "StatefulSet",
    "PodDisruptionBudget",
    "NetworkPolicy",
    "Ingress",
    "ScaledObject",
];

/// A file for each object. The header of the bundle stands in the first one.
pub(super) fn files(bundle: &Bundle) -> Files {
    let write = |(number, commented): (usize, &Commented)| {
        let header = if number == 0 { bundle.header.clone() } else { String::new() };
        let one = Bundle { header, objects: vec![commented.clone()] };
        let mut text = String::new();
        yaml::write(&one, yaml::Format::Yaml, &mut text);
        (path(&commented.object), text)
    };
    bundle.objects.iter().enumerate().map(write).collect()
}

/// `40-service-ollama.yaml`: sorted by name, the files are in the order in which they are applied.
pub(super) fn path(object: &Object) -> String {
    let kind = object.kind();
    let place = ORDER.iter().position(|known| *known == kind).unwrap_or(ORDER.len());
    let name = object.metadata().name.as_deref().unwrap_or_default();
    format!("{:02}-{}-{name}.yaml", place * 5, kind.to_lowercase())
}
