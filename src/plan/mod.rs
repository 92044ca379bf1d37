//! Every question answered: what a profile means, in numbers that fit together, or why it cannot work.
//!
//! `resolve` is the only step that can say no. After it there are no choices left: a resource file only writes
//! down what stands here, and every number comes with the sentence that says why.

mod accepted;
mod autoscale;
mod card;
mod class;
mod delivery;
mod device;
mod expose;
mod figures;
mod fit;
mod gitops;
mod hardware;
mod host;
mod image;
mod memory;
mod modelfile;
mod models;
mod network;
mod prerequisites;
mod problem;
mod pull;
mod queries;
mod quota;
mod registry;
mod release;
mod server;
mod storage;
mod topology;
mod trigger;
mod wake;

pub use accepted::{Accepted, OPEN};
pub use autoscale::Autoscale;
pub use card::{Card, LabelIs, NodeLabel};
pub use class::{ClassChoice, StorageClass};
pub use delivery::{Delivery, Origin};
pub use device::{DEVICE_CLASS, Device, Part, Way};
pub use expose::{
    AccessProxy, Class, Companion, Gateway, Ingress, IngressKind, Metrics, Parent, Route, Service, ServiceKind, Tls,
};
pub use fit::{Finer, Fits};
pub use gitops::Gitops;
pub use hardware::{Gpu, Placement, Spread, Toleration, share_sum};
pub use image::Image;
pub use memory::ServerSize;
pub use models::{Made, PlannedModel, Pulled};
pub use network::{Connections, Network, Source};
pub use prerequisites::Prerequisite;
pub use problem::{Problem, Problems, Severity};
pub use pull::{PULLER_CPU, PULLER_MEMORY, Times};
pub use quota::{DefaultLimits, Quota};
pub use registry::{Authorities, Egress, Proxy, Registry};
pub use release::{Component, Release};
pub use server::{EnvSource, Setting};
pub use storage::{Claim, Disk};
pub use topology::{Servers, Store};
pub use trigger::Trigger;
pub use wake::Wake;

use crate::profile::Profile;
use crate::sizing::Load;
use autoscale::Decided;
use fit::Room;
use quota::Pods;
use topology::Topology;

/// A value and the sentence that says where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Because<T> {
    /// What was decided.
    pub value: T,
    /// Why, for the person who reads the manifest.
    pub reason: String,
}

impl<T> Because<T> {
    fn new(value: T, reason: impl Into<String>) -> Self {
        Self { value, reason: reason.into() }
    }
}

/// A release of Ollama with nothing left to decide.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Names, labels and the namespace.
    pub release: Release,
    /// The models, the first of which readiness asks for; never empty.
    pub models: Vec<PlannedModel>,
    /// How the models are loaded.
    pub load: Load,
    /// What a server keeps in host memory besides the models.
    host: host::Host,
    /// How many of the models are in memory at once.
    pub loaded: usize,
    /// What the pods run.
    pub image: Image,
    /// Ollama's settings, by name.
    pub settings: Vec<Setting>,
    /// The user's own variables.
    pub env: Vec<(String, String)>,
    /// Secrets and `ConfigMaps` with more variables.
    pub env_from: Vec<EnvSource>,
    /// CPU, memory and scratch space of a server.
    pub size: ServerSize,
    /// The GPUs of a server; none: the CPU does the work.
    pub gpu: Option<Gpu>,
    /// On which nodes pods may run.
    pub placement: Placement,
    /// How many servers, and how they keep apart.
    pub servers: Servers,
    /// Who changes their number; none: nobody does.
    pub autoscale: Option<Autoscale>,
    /// Where the models are.
    pub store: Store,
    /// Who brings them there.
    pub delivery: Delivery,
    /// The class that the bundle brings.
    pub class: Option<StorageClass>,
    /// How long things may take.
    pub times: Times,
    /// How whoever pulls reaches the registry; none: nobody pulls.
    pub registry: Option<Registry>,
    /// The address inside the cluster, or at its edge.
    pub service: Service,
    /// The proxy beside each server.
    pub proxy: Option<AccessProxy>,
    /// The way in from outside, by an Ingress.
    pub ingress: Option<Ingress>,
    /// The way in from outside, by a Gateway.
    pub gateway: Option<Gateway>,
    /// Who may talk to whom.
    pub network: Network,
    /// What the namespace may use.
    pub quota: Option<Quota>,
    /// What a container without limits of its own gets.
    pub default_limits: Option<DefaultLimits>,
    /// How many servers may be away at once; none: no budget.
    pub max_unavailable: Option<Because<u32>>,
    /// How what is rendered reaches a cluster.
    pub gitops: Gitops,
    /// Findings of the rules that the profile accepts.
    pub accepted: Vec<Accepted>,
}

/// A plan, and what is merely worth knowing of it.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// What to build.
    pub plan: Plan,
    /// What could be better; nothing that does not work.
    pub warnings: Vec<Problem>,
}

/// Decides everything.
///
/// # Errors
/// Everything that cannot work, and the warnings with it.
pub fn resolve(profile: &Profile) -> Result<Resolved, Vec<Problem>> {
    let (plan, problems) = draft(profile);
    let works = problems.iter().all(|problem| problem.severity < Severity::Error);
    match plan {
        Some(plan) if works => Ok(Resolved { plan, warnings: problems }),
        _ => Err(problems),
    }
}

/// A plan even of what cannot work, to show where it does not fit, with all that is wrong or could be better; no plan
/// without a model.
pub fn draft(profile: &Profile) -> (Option<Plan>, Vec<Problem>) {
    let mut problems = Problems::default();
    let platform = hardware::platform(profile, &mut problems);
    let models = models::plan(profile, &mut problems);
    let card = card::card(profile, platform, &mut problems);
    let load = memory::load(profile, card.as_ref(), &models, &mut problems);
    let room = Room::of(profile, card.as_ref());
    let loaded = memory::loaded(profile, &models, load, room);
    let gpu = hardware::gpu(card, &loaded, load, room, &mut problems);
    let size = memory::size(profile, platform, &loaded, load, room, &mut problems);
    let Topology { store, delivery, servers, class } = topology::plan(profile, platform, &models, &mut problems);
    let times = pull::times(profile, &models, &delivery, &mut problems);
    pull::preload(&models, loaded.len(), &mut problems);
    let registry = registry::plan(profile, &models, &delivery, &mut problems);
    let vendor = gpu.as_ref().map(|gpu| gpu.card.device.vendor);
    let image = image::image(profile, vendor, &mut problems);
    let settings = server::settings(profile, &loaded, load, &size, &times, &delivery, &mut problems);
    let (env, env_from) = server::env(profile, &mut problems);
    let placement = hardware::placement(profile, platform, gpu.as_ref());
    let in_work = loaded.iter().map(|model| load.slots(&model.shape)).sum();
    let ways = expose::plan(profile, platform, in_work, &mut problems);
    let network = network::plan(profile, &ways, &delivery, registry.as_ref(), &mut problems);
    let accepted = accepted::plan(profile, &ways, &mut problems);
    let release = release::plan(profile, platform, &image, &mut problems);
    let pods = Pods { size: &size, proxy: ways.proxy.as_ref(), gpu: gpu.as_ref(), replicas: servers.replicas };
    let quota = quota::plan(profile, &pods, &store, &delivery, &mut problems);
    let max_unavailable = quota::disruption(profile, servers.replicas, &mut problems);
    let decided = Decided {
        models: &models,
        load,
        gpu: gpu.as_ref(),
        servers: &servers,
        store: &store,
        delivery: &delivery,
        times: &times,
    };
    let autoscale = autoscale::plan(profile, &decided, &mut problems);
    let gitops = gitops::plan(profile, &times, &delivery, servers.replicas, &mut problems);
    let problems = problems.into_vec();
    if loaded.is_empty() {
        return (None, problems);
    }
    let loaded = loaded.len();
    let plan = Plan {
        release,
        load,
        loaded,
        host: host::Host::of(profile),
        image,
        settings,
        env,
        env_from,
        size,
        default_limits: quota::default_limits(profile, gpu.is_some()),
        gpu,
        placement,
        servers,
        autoscale,
        store,
        delivery,
        class,
        times,
        registry,
        service: ways.service,
        proxy: ways.proxy,
        ingress: ways.ingress,
        gateway: ways.gateway,
        network,
        quota,
        max_unavailable,
        gitops,
        accepted,
        models,
    };
    (Some(plan), problems)
}
