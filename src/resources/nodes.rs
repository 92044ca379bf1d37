//! On which nodes do pods run: by labels, taints, devices, and apart from each other?

use std::collections::BTreeMap;

use super::device_claim;
use crate::k8s::*;
use crate::plan::{self, Component, LabelIs, Plan};
use crate::profile::{GpuVendor, SpreadOver};

/// The claim for GPUs, within a pod.
pub(super) const DEVICES: &str = "gpu";

/// Labels of nodes that can run the image. Source: ollama `scripts/build_docker.sh` makes the image with `ROCm` for amd64 only.
pub(super) fn of_image(plan: &Plan) -> BTreeMap<String, String> {
    let is_of_amd = plan.gpu.as_ref().is_some_and(|gpu| gpu.card.device.vendor == GpuVendor::Amd);
    is_of_amd.then(|| ("kubernetes.io/arch".to_owned(), "amd64".to_owned())).into_iter().collect()
}

/// Where a server may run. The puller runs anywhere that can run its image: it needs no GPU.
pub(super) fn placed(plan: &Plan, spec: PodSpec) -> PodSpec {
    let placement = &plan.placement;
    let tolerations = placement.gpu_tolerations.iter().chain(&placement.tolerations).map(toleration);
    let mut labels = of_image(plan);
    labels.extend(placement.node_selector.clone());
    let only = placement.gpu_nodes.iter().filter_map(|label| Some((&label.value.key, label.value.only()?)));
    labels.extend(only.map(|(key, value)| (key.clone(), value.to_owned())));
    let mut security = spec.security_context.clone().unwrap_or_default();
    let group = plan.gpu.as_ref().and_then(|gpu| gpu.card.device.render_group);
    security.supplemental_groups = group.map(|group| vec![group.into()]);
    PodSpec {
        node_selector: Some(labels).filter(|labels| !labels.is_empty()),
        resource_claims: device_claim::name(plan).map(|template| {
            let template = Some(template);
            vec![PodResourceClaim {
                name: DEVICES.into(),
                resource_claim_template_name: template,
                ..Default::default()
            }]
        }),
        security_context: Some(security),
        affinity: affinity(plan),
        topology_spread_constraints: zones(plan).map(|constraint| vec![constraint]),
        tolerations: Some(tolerations.collect()).filter(|tolerations: &Vec<_>| !tolerations.is_empty()),
        runtime_class_name: placement.runtime_class.clone(),
        priority_class_name: placement.priority_class.clone(),
        ..spec
    }
}

fn toleration(toleration: &plan::Toleration) -> Toleration {
    Toleration {
        key: toleration.key.clone(),
        operator: Some(toleration.operator.into()),
        value: toleration.value.clone(),
        effect: toleration.effect.map(Into::into),
        ..Default::default()
    }
}

/// Labels of nodes that carry the right GPU.
fn gpu_nodes(plan: &Plan) -> Vec<NodeSelectorRequirement> {
    let requirement = |key: &str, operator: &str, values: Vec<String>| NodeSelectorRequirement {
        key: key.into(),
        operator: operator.into(),
        values: Some(values),
    };
    let labels = plan.placement.gpu_nodes.iter().map(|label| &label.value).filter(|label| label.only().is_none());
    let requirements = labels.map(|label| match &label.is {
        LabelIs::OneOf(values) => requirement(&label.key, "In", values.clone()),
        LabelIs::Above(number) => requirement(&label.key, "Gt", vec![number.to_string()]),
    });
    requirements.collect()
}

fn affinity(plan: &Plan) -> Option<Affinity> {
    let expressions = gpu_nodes(plan);
    let node_affinity = (!expressions.is_empty()).then(|| NodeAffinity {
        required_during_scheduling_ignored_during_execution: Some(NodeSelector {
            node_selector_terms: vec![NodeSelectorTerm { match_expressions: Some(expressions), ..Default::default() }],
        }),
        ..Default::default()
    });
    let pod_anti_affinity = plan.servers.spread.filter(|spread| spread.over == SpreadOver::Host).map(|spread| {
        let term = PodAffinityTerm {
            topology_key: "kubernetes.io/hostname".into(),
            label_selector: Some(matching(plan.release.selector(Component::Server))),
            ..Default::default()
        };
        if spread.required {
            PodAntiAffinity {
                required_during_scheduling_ignored_during_execution: Some(vec![term]),
                ..Default::default()
            }
        } else {
            let preferred = WeightedPodAffinityTerm { weight: 100, pod_affinity_term: term };
            PodAntiAffinity {
                preferred_during_scheduling_ignored_during_execution: Some(vec![preferred]),
                ..Default::default()
            }
        }
    });
    (node_affinity.is_some() || pod_anti_affinity.is_some()).then(|| Affinity {
        node_affinity,
        pod_anti_affinity,
        ..Default::default()
    })
}

/// Servers over zones: not more than one more in a zone than in any other.
fn zones(plan: &Plan) -> Option<TopologySpreadConstraint> {
    let spread = plan.servers.spread.filter(|spread| spread.over == SpreadOver::Zone)?;
    Some(TopologySpreadConstraint {
        max_skew: 1,
        topology_key: "topology.kubernetes.io/zone".into(),
        when_unsatisfiable: if spread.required { "DoNotSchedule" } else { "ScheduleAnyway" }.into(),
        // A single zone would satisfy the skew; and zones whose nodes the servers do not tolerate must not count.
        min_domains: spread.required.then_some(2),
        node_taints_policy: Some("Honor".into()),
        label_selector: Some(matching(plan.release.selector(Component::Server))),
        ..Default::default()
    })
}
