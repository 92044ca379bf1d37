//! Which claims does a bundle mount and not bring? A user has made them before; so do the tests.

use std::collections::{BTreeMap, BTreeSet};

use indoc::formatdoc;
use ollama_k8s::bundle::{Bundle, Object};
use ollama_k8s::scope::Scope;

use crate::kubectl::{feed, stdout};

/// The class of those that many pods mount.
pub fn class(namespace: &str) -> String {
    format!("{namespace}-claims")
}

/// Makes what a bundle lacks, in its namespace.
pub fn make(bundle: &Bundle, namespace: &str) {
    let lacking = lacking(bundle);
    if lacking.is_empty() {
        return;
    }
    let class = class(namespace);
    let mut text = formatdoc! {"
        apiVersion: v1
        kind: Namespace
        metadata: {{name: {namespace}}}
        ---
        apiVersion: storage.k8s.io/v1
        kind: StorageClass
        metadata: {{name: {class}}}
        provisioner: nfs.csi.k8s.io
    "};
    for (name, pods) in lacking {
        let (mode, class) = if pods > 1 {
            ("ReadWriteMany", format!("storageClassName: {class}, "))
        } else {
            ("ReadWriteOnce", String::new())
        };
        text += &formatdoc! {"
            ---
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: {{name: {name}, namespace: {namespace}}}
            spec: {{accessModes: [{mode}], {class}resources: {{requests: {{storage: 100Gi}}}}}}
        "};
    }
    stdout(&feed(&["create", "--validate=false", "-f", "-"], &text));
}

/// The claims that pods of a bundle mount and that it does not contain, and how many pods mount each.
fn lacking(bundle: &Bundle) -> BTreeMap<String, i32> {
    let is_claim = |object: &&Object| matches!(object, Object::PersistentVolumeClaim(_));
    let own: BTreeSet<_> = bundle.iter().filter(is_claim).filter_map(|claim| claim.metadata().name.clone()).collect();
    let mut lacking = BTreeMap::new();
    for workload in Scope::of_made(bundle.iter(), &[]).all_workloads() {
        let volumes = workload.pod.volumes.iter().flatten();
        for claim in volumes.filter_map(|volume| volume.persistent_volume_claim.as_ref()) {
            if !own.contains(&claim.claim_name) {
                *lacking.entry(claim.claim_name.clone()).or_default() += workload.replicas;
            }
        }
    }
    lacking
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::built_in;

    fn without_its_claims(profile: &str) -> Bundle {
        let mut bundle = built_in::render(profile, &[]).bundle;
        bundle.objects.retain(|commented| commented.object.kind() != "PersistentVolumeClaim");
        bundle
    }

    #[test]
    fn a_claim_that_is_mounted_and_not_contained_is_lacking_for_as_many_pods_as_mount_it() {
        assert_eq!(lacking(&built_in::render("ha-rwx", &[]).bundle), BTreeMap::new());
        for (profile, pods) in [("single-gpu", 1), ("ha-rwx", 3)] {
            let lacking = lacking(&without_its_claims(profile));
            assert_eq!(lacking.into_values().collect::<Vec<_>>(), [pods], "{profile}");
        }
    }
}
