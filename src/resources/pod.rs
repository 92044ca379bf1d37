//! What all pods of a bundle share: who they are, where they may run, what they mount.

use super::config_map;
use super::container::METRICS_PORT;
use crate::k8s::*;
use crate::plan::{self, Component, Delivery, GpuLabel, Origin, Plan, Store};
use crate::profile::SpreadOver;
use crate::units::Bytes;

/// Where the store is mounted.
pub(super) const MODELS: &str = "/models";
pub(super) const MODELS_VOLUME: &str = "models";
/// The home of Ollama's key, logs and temporary files.
pub(super) const HOME: &str = "/home/ollama";
pub(super) const HOME_VOLUME: &str = "home";
pub(super) const SCRIPTS_VOLUME: &str = "scripts";
/// Where the models are mounted that are copied.
pub(super) const SOURCE: &str = "/source";
pub(super) const SOURCE_VOLUME: &str = "source";
/// Where the certificates of private authorities are mounted.
pub(super) const AUTHORITIES: &str = "/authorities";
pub(super) const AUTHORITIES_VOLUME: &str = "authorities";
pub(super) const KEY_VOLUME: &str = "key";
pub(super) const PROXY_VOLUME: &str = "proxy";
pub(super) const KEYS_VOLUME: &str = "keys";

/// The metadata of a pod: the labels that select it, the user's own, and the hash of what it reads.
pub(super) fn metadata(plan: &Plan, component: Component) -> ObjectMeta {
    let release = &plan.release;
    let mut labels = release.labels.clone();
    labels.extend(release.selector(component));
    let mut annotations = release.annotations.clone();
    annotations.insert("ollama-k8s/config-hash".into(), config_map::hash(plan, component));
    let metrics = plan.proxy.as_ref().and_then(|proxy| proxy.metrics.as_ref());
    if component == Component::Server && metrics.is_some_and(|metrics| !metrics.pod_monitor) {
        annotations.insert("prometheus.io/scrape".into(), "true".into());
        annotations.insert("prometheus.io/port".into(), METRICS_PORT.to_string());
    }
    ObjectMeta { labels: Some(labels), annotations: Some(annotations), ..ObjectMeta::default() }
}

/// A pod without its containers.
pub(super) fn spec(plan: &Plan, component: Component, home: Bytes) -> PodSpec {
    let writes = component == Component::Puller || plan.server_pods_write();
    let secrets = plan.image.pull_secrets.iter().map(|name| LocalObjectReference { name: name.clone() });
    PodSpec {
        service_account_name: Some(plan.release.name.clone()),
        automount_service_account_token: Some(false),
        enable_service_links: Some(false),
        image_pull_secrets: Some(secrets.collect()).filter(|secrets: &Vec<_>| !secrets.is_empty()),
        security_context: Some(security_context(plan, writes)),
        volumes: Some(volumes(plan, component, writes, home)),
        ..Default::default()
    }
}

/// Where a server may run. The puller runs anywhere: it needs no GPU.
pub(super) fn placed(plan: &Plan, spec: PodSpec) -> PodSpec {
    let placement = &plan.placement;
    let tolerations = placement.tolerations.iter().map(toleration);
    PodSpec {
        node_selector: Some(placement.node_selector.clone()).filter(|labels| !labels.is_empty()),
        affinity: affinity(plan),
        topology_spread_constraints: zones(plan).map(|constraint| vec![constraint]),
        tolerations: Some(tolerations.collect()).filter(|tolerations: &Vec<_>| !tolerations.is_empty()),
        runtime_class_name: placement.runtime_class.clone(),
        priority_class_name: placement.priority_class.clone(),
        ..spec
    }
}

fn security_context(plan: &Plan, writes: bool) -> PodSecurityContext {
    let user = i64::from(plan.release.user);
    // The group of a volume is set by whoever may write it: a reader would only spoil it.
    let group = writes.then_some(user);
    PodSecurityContext {
        run_as_non_root: Some(true),
        run_as_user: Some(user),
        run_as_group: Some(user),
        fs_group: group,
        fs_group_change_policy: group.map(|_| "OnRootMismatch".into()),
        seccomp_profile: Some(SeccompProfile { type_: "RuntimeDefault".into(), ..Default::default() }),
        ..Default::default()
    }
}

fn volumes(plan: &Plan, component: Component, writes: bool, home: Bytes) -> Vec<Volume> {
    let scripts = ConfigMapVolumeSource { name: plan.release.scripts(), ..Default::default() };
    let mut volumes = vec![
        Volume { name: HOME_VOLUME.into(), empty_dir: Some(empty_dir(home)), ..Default::default() },
        Volume { name: SCRIPTS_VOLUME.into(), config_map: Some(scripts), ..Default::default() },
    ];
    // The claim of each server is mounted by its template's name.
    if let Some(models) = store(plan, writes) {
        volumes.insert(0, models);
    }
    if let Delivery::Copy(origin) = &plan.delivery {
        let source = Volume { name: SOURCE_VOLUME.into(), ..Default::default() };
        volumes.push(match origin {
            Origin::Claim(name) => Volume { persistent_volume_claim: Some(claim(name.clone(), true)), ..source },
            Origin::Image(reference) => Volume { image: Some(image(plan, reference)), ..source },
        });
    }
    if component == Component::Server {
        volumes.extend(of_proxy(plan));
    }
    let pulls = component == Component::Puller || plan.delivery == Delivery::Init;
    if let Some(registry) = plan.registry.as_ref().filter(|_| pulls) {
        volumes.extend(registry.authorities.as_ref().map(|authorities| Volume {
            name: AUTHORITIES_VOLUME.into(),
            config_map: Some(ConfigMapVolumeSource { name: authorities.config_map.clone(), ..Default::default() }),
            ..Default::default()
        }));
        volumes.extend(registry.key.as_ref().map(|secret| Volume {
            name: KEY_VOLUME.into(),
            secret: Some(SecretVolumeSource {
                secret_name: Some(secret.clone()),
                items: Some(vec![KeyToPath {
                    key: "id_ed25519".into(),
                    path: "id_ed25519".into(),
                    ..Default::default()
                }]),
                ..Default::default()
            }),
            ..Default::default()
        }));
    }
    volumes
}

/// What the proxy reads.
fn of_proxy(plan: &Plan) -> Vec<Volume> {
    let Some(proxy) = &plan.proxy else { return Vec::new() };
    let config = ConfigMapVolumeSource { name: plan.release.proxy(), ..Default::default() };
    let config = Volume { name: PROXY_VOLUME.into(), config_map: Some(config), ..Default::default() };
    let keys = proxy.keys.as_ref().map(|secret| Volume {
        name: KEYS_VOLUME.into(),
        secret: Some(SecretVolumeSource {
            secret_name: Some(secret.clone()),
            items: Some(vec![KeyToPath { key: "keys".into(), path: "keys".into(), ..Default::default() }]),
            ..Default::default()
        }),
        ..Default::default()
    });
    [config].into_iter().chain(keys).collect()
}

fn store(plan: &Plan, writes: bool) -> Option<Volume> {
    let models = Volume { name: MODELS_VOLUME.into(), ..Default::default() };
    match &plan.store {
        Store::Claim(given) => {
            Some(Volume { persistent_volume_claim: Some(claim(plan.claim_name(given), !writes)), ..models })
        }
        Store::ClaimEach(_) => None,
        Store::NodeDisk(disk) => Some(Volume { empty_dir: Some(empty_dir(disk.size.value)), ..models }),
        Store::Image(reference) => Some(Volume { image: Some(image(plan, reference)), ..models }),
    }
}

fn claim(name: String, read_only: bool) -> PersistentVolumeClaimVolumeSource {
    PersistentVolumeClaimVolumeSource { claim_name: name, read_only: read_only.then_some(true) }
}

fn empty_dir(limit: Bytes) -> EmptyDirVolumeSource {
    EmptyDirVolumeSource { size_limit: Some(limit.into()), ..Default::default() }
}

fn image(plan: &Plan, reference: &str) -> ImageVolumeSource {
    ImageVolumeSource { reference: Some(reference.to_owned()), pull_policy: Some(plan.image.pull_policy.into()) }
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
    let present = plan.placement.gpu_label.map(|(key, value)| requirement(key, "In", vec![value.into()]));
    let label = plan.gpu.as_ref().and_then(|gpu| gpu.card.label.as_ref());
    let card = label.map(|label| match label.value {
        GpuLabel::Product(products) => {
            requirement("nvidia.com/gpu.product", "In", products.iter().map(ToString::to_string).collect())
        }
        GpuLabel::MemoryAbove(mib) => requirement("nvidia.com/gpu.memory", "Gt", vec![mib.to_string()]),
    });
    present.into_iter().chain(card).collect()
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
