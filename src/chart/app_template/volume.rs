//! What does `app-template` make of `persistence`: volumes, mounts and claims?

use super::{map, object, taken};
use crate::chart::node::{entry, list, made, mapping, scalar};
use crate::scope::Chart;
use crate::tree::{Entry, Node, Origin};

/// Whether a volume is for a controller.
pub(super) fn is_for(volume: &Entry, controller: &str) -> bool {
    volume
        .value
        .get("advancedMounts")
        .is_none_or(|of| of.get(controller).is_some() || volume.value.get("globalMounts").is_some())
}

/// A volume of a pod.
pub(super) fn volume(chart: &Chart<'_>, of: &Entry) -> Option<Node> {
    let (field, source) = source(chart, of)?;
    let name = entry("name", of.key_origin, scalar(&of.key, of.key_origin));
    Some(map(vec![name, entry(field, of.key_origin, source)]))
}

/// Where a volume is from: a field of a volume, and what is in it; nothing for a kind that is not known.
pub(super) fn source(chart: &Chart<'_>, of: &Entry) -> Option<(&'static str, Node)> {
    let own = |keys: &[&str]| map(taken(Some(&of.value), keys));
    Some(match of.value.get("type").and_then(Node::text).unwrap_or("persistentVolumeClaim") {
        "persistentVolumeClaim" => {
            let name = of.value.get("existingClaim").cloned().unwrap_or_else(|| made(&claim_name(chart, of)));
            ("persistentVolumeClaim", mapping([("claimName", name)]))
        }
        "emptyDir" => ("emptyDir", own(&["medium", "sizeLimit"])),
        "hostPath" => ("hostPath", mapping([("path", of.value.get("hostPath")?.clone())])),
        "nfs" => ("nfs", own(&["server", "path"])),
        _ => return None,
    })
}

fn claim_name(chart: &Chart<'_>, of: &Entry) -> String {
    format!("{}-{}", chart.release.unwrap_or("release"), of.key)
}

/// Where a container of a controller has a volume.
pub(super) fn mounts_of(volume: &Entry, controller: &str, container: &str) -> Vec<Node> {
    let global = volume.value.get("globalMounts").map_or(&[][..], Node::items);
    let advanced = volume.value.get("advancedMounts").and_then(|of| of.get(controller)?.get(container));
    let mount = |written: &Node| {
        let name = entry("name", Origin::NOWHERE, made(&volume.key));
        let fields = taken(Some(written), &["path", "subPath", "readOnly"]).into_iter();
        let fields = fields.map(|own| if own.key == "path" { Entry { key: "mountPath".into(), ..own } } else { own });
        map([name].into_iter().chain(fields).collect())
    };
    let written = global.iter().chain(advanced.map_or(&[][..], Node::items));
    let written: Vec<Node> = written.filter(|mount| mount.get("path").is_some()).map(mount).collect();
    let is_told = volume.value.get("globalMounts").is_some() || volume.value.get("advancedMounts").is_some();
    if is_told {
        return written;
    }
    vec![mapping([("name", made(&volume.key)), ("mountPath", made(&format!("/{}", volume.key)))])]
}

/// The claim of a volume that names none.
pub(super) fn claim(chart: &Chart<'_>, of: &Entry) -> Option<Node> {
    let is_claim = of.value.get("type").is_none_or(|kind| kind.text() == Some("persistentVolumeClaim"));
    let size = of.value.get("size").filter(|_| is_claim && of.value.get("existingClaim").is_none())?;
    let modes: Vec<Node> = of.value.get("accessMode").cloned().into_iter().collect();
    let class = taken(Some(&of.value), &["storageClass"]).into_iter();
    let mut spec: Vec<Entry> = class.map(|class| Entry { key: "storageClassName".into(), ..class }).collect();
    spec.push(entry("accessModes", Origin::NOWHERE, list(modes)));
    spec.push(entry("resources", Origin::NOWHERE, mapping([("requests", mapping([("storage", size.clone())]))])));
    let mut metadata = vec![entry("name", Origin::NOWHERE, made(&claim_name(chart, of)))];
    metadata.extend(chart.namespace.map(|namespace| entry("namespace", Origin::NOWHERE, made(namespace))));
    Some(object(chart, "v1", "PersistentVolumeClaim", [("metadata", map(metadata)), ("spec", map(spec))]))
}
