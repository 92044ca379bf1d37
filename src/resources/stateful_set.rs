//! The servers that have a disk each, and find it again.

use super::{claim, pod::MODELS_VOLUME, server, workload_meta};
use crate::bundle::Commented;
use crate::k8s::*;
use crate::plan::{Component, Plan, Store};

pub(super) fn build(plan: &Plan) -> Option<Commented> {
    let Store::ClaimEach(each) = &plan.store else { return None };
    let template = server::template(plan);
    let reasons = server::reasons(plan, &template);
    let retain = || Some("Retain".to_owned());
    // No labels of the server's version or of the user's: the template of a claim can never be changed.
    let claim = PersistentVolumeClaim {
        metadata: ObjectMeta {
            name: Some(MODELS_VOLUME.into()),
            labels: Some(plan.release.selector(Component::Server)),
            ..Default::default()
        },
        spec: Some(claim::spec(plan, each)),
        ..Default::default()
    };
    let object = StatefulSet {
        metadata: workload_meta(plan, plan.release.name.clone(), Component::Server),
        spec: Some(StatefulSetSpec {
            selector: matching(plan.release.selector(Component::Server)),
            template,
            service_name: Some(plan.release.headless()),
            replicas: server::replicas(plan),
            pod_management_policy: Some("Parallel".into()),
            update_strategy: Some(StatefulSetUpdateStrategy {
                type_: Some("RollingUpdate".into()),
                ..Default::default()
            }),
            persistent_volume_claim_retention_policy: Some(StatefulSetPersistentVolumeClaimRetentionPolicy {
                when_deleted: retain(),
                when_scaled: retain(),
            }),
            volume_claim_templates: Some(vec![claim]),
            ..Default::default()
        }),
        ..Default::default()
    };
    let commented = Commented::new(object, server::about(plan))
        .because_of(server::count_reason(plan, "each with a disk of its own and all the models in memory"))
        .because("spec podManagementPolicy", "all at once at the start; and a server that cannot start holds up no other")
        .because("spec updateStrategy", "one at a time, the old one first")
        .because("spec persistentVolumeClaimRetentionPolicy", "a server that comes back finds its models; delete the claims to be rid of them")
        .because("spec volumeClaimTemplates", "cannot be changed later: for more space, delete the StatefulSet with --cascade=orphan and apply again, then grow\nthe claims themselves: a quota has no room for it before")
        .because("spec volumeClaimTemplates 0 spec resources requests storage", each.size.reason.clone())
        .because_of(reasons);
    Some(commented)
}
