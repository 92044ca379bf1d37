//! `image-volume-version`: a volume of an image, which the cluster drops.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "image-volume-version",
    severity: Severity::Error,
    summary: "a volume of an image, which the cluster drops",
    versions: Versions::Before(35),
    docs: include_str!("image_volume_version.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let Some(version) = scope.kubernetes else { return };
    for workload in scope.workloads() {
        for (at, volume) in workload.pod.volumes.iter().flatten().enumerate() {
            if volume.image.is_some() {
                findings.add(
                    workload.item,
                    format!("{}.volumes[{at}].image", workload.at),
                    format!("Kubernetes {version} has volumes of images switched off: `{}` has no source left", volume.name),
                    "use Kubernetes 1.35 or newer, the feature gate ImageVolume, or an init container that copies the models",
                );
            }
        }
    }
}
