//! What do the pages say of a bundle: its names, numbers and who may reach it?

use std::collections::BTreeMap;

use serde::Serialize;

use super::lines::{self, Lines};
use super::parts::{self, Gateway, Gpu, Model, Scaling, WayIn};
use super::{MadeFrom, traits};
use crate::bundle::{Bundle, Object};
use crate::plan::{Claim, Component, Delivery, Origin, Plan, Registry, Source, Store};

/// All that a page may name.
#[derive(Serialize)]
pub(super) struct About {
    /// What it is, by the names of `traits`.
    is: BTreeMap<&'static str, bool>,
    /// Lines of the profile.
    line: Lines,
    profile: String,
    examples: Vec<String>,
    name: String,
    namespace: String,
    /// As in `kubectl rollout status WORKLOAD`.
    workload: String,
    /// The labels that find the servers' pods, and the puller's.
    servers: String,
    pullers: String,
    /// `3`, or `2 to 4`.
    replicas: String,
    scaling: Option<Scaling>,
    model: String,
    models: Vec<Model>,
    image: String,
    cpu: String,
    memory: String,
    /// What the memory is for.
    memory_sum: String,
    gpu: Option<Gpu>,
    threads: u32,
    keep_alive: String,
    parallel: u64,
    context: u64,
    loaded: usize,
    count: usize,
    store: String,
    /// The claims of the servers, by name.
    claims: Vec<String>,
    /// What `kubectl patch` gives to a claim.
    size: Option<String>,
    class: Option<String>,
    /// Where models come from that nobody pulls.
    source: Option<String>,
    source_claim: Option<String>,
    /// The Job of the puller.
    job: Option<String>,
    /// The init container that has something to tell.
    teller: &'static str,
    port: u16,
    address: String,
    ingress: Option<WayIn>,
    gateway: Option<Gateway>,
    /// The Secret with the keys that the proxy asks for.
    keys: Option<String>,
    callers: String,
    quota: Vec<(String, String)>,
    away: Option<u32>,
    needs: Vec<String>,
    objects: Vec<String>,
    /// All that is to be deleted one by one, in the namespace of others.
    deleted: String,
    pull: String,
    load: String,
    drain: String,
    grace: String,
    progress: String,
    user: Option<u32>,
    registries: String,
    /// Whether `ollama pull` works in a running server.
    pulls_ahead: bool,
}

impl About {
    pub(super) fn new(plan: &Plan, bundle: &Bundle, made_from: &MadeFrom) -> Self {
        let release = &plan.release;
        let setting = |name: &str| {
            let found = plan.settings.iter().find(|setting| setting.name == name);
            found.map(|setting| setting.value.value.clone()).unwrap_or_default()
        };
        let object = |object: &Object| object.reference().to_string();
        let kind = if matches!(plan.store, Store::ClaimEach(_)) { "statefulset" } else { "deployment" };
        let stays = |kind: &str| matches!(kind, "Namespace" | "PersistentVolumeClaim" | "StorageClass");
        let deleted = bundle.iter().filter(|object| !stays(object.kind())).map(|object| {
            let reference = object.reference();
            format!("{}/{}", reference.kind.to_lowercase(), reference.name)
        });
        Self {
            is: traits::of(plan),
            line: lines::of(plan),
            profile: made_from.profile.clone(),
            examples: made_from.examples.clone(),
            name: release.name.clone(),
            namespace: release.namespace.clone(),
            workload: format!("{kind}/{}", release.name),
            servers: release.find(Component::Server),
            pullers: release.find(Component::Puller),
            replicas: plan.server_count(),
            scaling: parts::scaling(plan),
            model: plan.models[0].name.to_string(),
            models: parts::models(plan),
            image: plan.image.reference.clone(),
            cpu: plan.size.cpu.value.to_string(),
            memory: plan.size.memory.value.to_string(),
            memory_sum: format!("{} GiB = {}", plan.size.memory_sum.total().in_gib(), plan.size.memory_sum),
            gpu: parts::gpu(plan),
            threads: plan.size.cpu.value.whole_cores(),
            keep_alive: setting("OLLAMA_KEEP_ALIVE"),
            parallel: plan.load.parallel,
            context: plan.load.context,
            loaded: plan.loaded,
            count: plan.models.len(),
            store: store(plan),
            claims: claims(plan),
            size: lines::larger(plan).map(|size| size.to_string()),
            class: plan.class.as_ref().map(|_| release.storage_class()),
            source: source(plan),
            source_claim: match &plan.delivery {
                Delivery::Copy(Origin::Claim(name)) => Some(name.clone()),
                _ => None,
            },
            job: bundle.iter().find(|object| object.kind() == "Job").map(|job| job.reference().name),
            teller: match plan.delivery {
                Delivery::Init => "pull",
                Delivery::Copy(_) => "copy",
                Delivery::Job | Delivery::Nobody => "wait",
            },
            port: plan.service.port,
            address: format!("http://{}.{}.svc:{}", release.name, release.namespace, plan.service.port),
            ingress: parts::way_in(plan),
            gateway: parts::gateway(plan),
            keys: plan.proxy.as_ref().and_then(|proxy| proxy.keys.clone()),
            callers: callers(plan),
            quota: plan
                .quota
                .iter()
                .flat_map(|quota| &quota.hard)
                .map(|(key, amount)| (key.clone(), amount.value.clone()))
                .collect(),
            away: plan.max_unavailable.as_ref().map(|away| away.value),
            needs: plan.prerequisites().iter().map(|object| format!("{}/{}", object.kind, object.name)).collect(),
            objects: bundle.iter().map(object).collect(),
            deleted: deleted.collect::<Vec<_>>().join(" "),
            pull: plan.times.pull.value.to_string(),
            load: plan.times.load.value.to_string(),
            drain: plan.times.drain.to_string(),
            grace: plan.times.grace.value.to_string(),
            progress: plan.times.progress.value.to_string(),
            user: release.user,
            registries: registries(plan),
            pulls_ahead: pulls_ahead(plan),
        }
    }

    /// Whether something is seen in such a bundle.
    pub(super) fn is_any(&self, names: &[&str]) -> bool {
        names.is_empty() || names.iter().any(|name| self.is[name])
    }
}

fn store(plan: &Plan) -> String {
    let of = |claim: &Claim| {
        let mode = if claim.shared { "ReadWriteMany" } else { "ReadWriteOnce" };
        format!("{}, {mode}", claim.size.value)
    };
    match &plan.store {
        Store::Claim(claim) => format!("on the claim `{}`, {}", plan.claim_name(claim), of(claim)),
        Store::ClaimEach(claim) => format!("on a claim of each server, {}", of(claim)),
        Store::NodeDisk(disk) => format!("on the disk of the node, {}: gone with the pod", disk.size.value),
        Store::Image(image) => format!("in the image `{image}`, which nodes mount"),
    }
}

fn claims(plan: &Plan) -> Vec<String> {
    match &plan.store {
        Store::Claim(claim) => vec![plan.claim_name(claim)],
        Store::ClaimEach(_) => {
            (0..plan.servers.replicas).map(|at| format!("models-{}-{at}", plan.release.name)).collect()
        }
        Store::NodeDisk(_) | Store::Image(_) => Vec::new(),
    }
}

/// Where models come from that nobody pulls.
fn source(plan: &Plan) -> Option<String> {
    match (&plan.delivery, &plan.store) {
        (Delivery::Copy(Origin::Claim(name)), _) => Some(format!("the claim `{name}`")),
        (Delivery::Copy(Origin::Image(image)), _) | (_, Store::Image(image)) => Some(format!("the image `{image}`")),
        _ => None,
    }
}

fn callers(plan: &Plan) -> String {
    let from = plan.network.servers.from.iter().map(|source| match source {
        Source::SameNamespace => format!("pods of the namespace `{}`", plan.release.namespace),
        Source::Namespace(name) => format!("pods of the namespace `{name}`"),
        Source::Range(range) => format!("addresses in `{range}`"),
    });
    from.collect::<Vec<_>>().join(", ")
}

/// From where models are pulled.
fn registries(plan: &Plan) -> String {
    let mut hosts: Vec<String> = plan.pulled().iter().map(|pulled| pulled.source.host.clone()).collect();
    hosts.sort();
    hosts.dedup();
    hosts.join(", ")
}

/// A server that pulls for itself could do it while it serves, where it needs nothing that only its init container has.
fn pulls_ahead(plan: &Plan) -> bool {
    let is_plain = |registry: &Registry| {
        !registry.insecure && registry.authorities.is_none() && registry.proxy.is_none() && registry.key.is_none()
    };
    plan.servers_write()
        && plan.servers.replicas == 1
        && plan.store.claim().is_some()
        && plan.registry.as_ref().is_some_and(is_plain)
}
