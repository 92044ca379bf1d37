//! What all pods of a bundle share: who they are, where they may run, what they mount.

use super::container::METRICS_PORT;
use super::{config_map, nodes};
use crate::k8s::*;
use crate::plan::{Component, Delivery, Origin, Plan, Store};
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
    let mut annotations = release.pod_annotations.clone();
    annotations.extend(release.annotations.clone());
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
        node_selector: Some(nodes::of_image(plan)).filter(|labels| !labels.is_empty()),
        ..Default::default()
    }
}

fn security_context(plan: &Plan, writes: bool) -> PodSecurityContext {
    let user = plan.release.user.map(i64::from);
    // The group of a volume is set by whoever may write it: a reader would only spoil it.
    let group = user.filter(|_| writes);
    PodSecurityContext {
        run_as_non_root: Some(true),
        run_as_user: user,
        run_as_group: user,
        fs_group: group,
        fs_group_change_policy: writes.then(|| "OnRootMismatch".into()),
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
