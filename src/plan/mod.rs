//! Every question answered: what a profile means, in numbers that fit together, or why it cannot work.
//!
//! `resolve` is the only step that can say no. After it there are no choices left: a resource file only writes
//! down what stands here, and every number comes with the sentence that says why.

mod expose;
mod fit;
mod hardware;
mod host;
mod memory;
mod models;
mod network;
mod problem;
mod pull;
mod quota;
mod release;
mod server;
mod storage;

pub use expose::{Ingress, IngressKind, ServicePort, Tls};
pub use fit::{Finer, Fits};
pub use hardware::{Card, Gpu, GpuLabel, Placement, Spread, Toleration, share_sum};
pub use memory::ServerSize;
pub use models::PlannedModel;
pub use network::{Connections, Network, Registry, Source};
pub use problem::{Problem, Problems, Severity};
pub use pull::{PULLER_CPU, PULLER_MEMORY, Times};
pub use quota::{DefaultLimits, Quota};
pub use release::{Component, Release};
pub use server::{EnvSource, Image, Setting};
pub use storage::{Claim, ClassChoice, StorageClass, Topology};

use crate::facts;
use crate::profile::Profile;
use crate::sizing::Load;
use crate::units::Bytes;
use fit::Room;

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
    /// Who mounts the store, and how servers are replaced.
    pub topology: Topology,
    /// The store.
    pub claim: Claim,
    /// The class that the bundle brings.
    pub class: Option<StorageClass>,
    /// How long things may take.
    pub times: Times,
    /// Whether models are pulled by plain http.
    pub insecure_pull: bool,
    /// The address inside the cluster.
    pub service: ServicePort,
    /// The way in from outside.
    pub ingress: Option<Ingress>,
    /// Who may talk to whom.
    pub network: Network,
    /// What the namespace may use.
    pub quota: Option<Quota>,
    /// What a container without limits of its own gets.
    pub default_limits: Option<DefaultLimits>,
    /// How many servers may be away at once; none: no budget.
    pub max_unavailable: Option<Because<u32>>,
}

impl Plan {
    /// How many servers run.
    pub fn replicas(&self) -> u32 {
        match self.topology {
            Topology::Single => 1,
            Topology::Shared { replicas, .. } => replicas,
        }
    }

    /// What would also fit in the place that the models have.
    pub fn fits(&self) -> Fits {
        let room = match &self.gpu {
            Some(gpu) => Room::Gpus { count: gpu.card.count, usable: gpu.card.usable },
            None => Room::Memory { limit: Some(self.size.memory.value), host: self.host },
        };
        let mut loaded = memory::largest_first(&self.models, self.load);
        loaded.truncate(self.loaded);
        fit::fits(room, &loaded, self.load)
    }

    /// Host memory for finished prompts of a model.
    pub fn prompt_cache(&self, model: &PlannedModel) -> Bytes {
        self.host.prompt_cache(&model.shape)
    }

    /// Whether models are pulled by a Job, rather than by each pod before it starts.
    pub fn has_puller(&self) -> bool {
        matches!(self.topology, Topology::Shared { .. })
    }

    /// The path that is 404 until the first model is in the store, and 200 from then on.
    pub fn ready_path(&self) -> String {
        format!("/v1/models/{}", self.models[0].name)
    }
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
    let platform = platform(profile, &mut problems);
    let models = models::plan(profile, &mut problems);
    let card = hardware::card(profile, &mut problems);
    let load = memory::load(profile, card.as_ref(), &models, &mut problems);
    let room = Room::of(profile, card.as_ref());
    let loaded = memory::loaded(profile, &models, load, room);
    let gpu = hardware::gpu(card, &loaded, load, room, &mut problems);
    let size = memory::size(profile, &loaded, load, room, &mut problems);
    let topology = storage::topology(profile, &mut problems);
    let (claim, class) = storage::plan(profile, &models, &mut problems);
    let times = pull::times(profile, &models, &mut problems);
    let image = server::image(profile, &mut problems);
    let settings = server::settings(profile, &loaded, load, &size, &times, &mut problems);
    let (env, env_from) = server::env(profile, &mut problems);
    let placement = hardware::placement(profile, platform, gpu.as_ref());
    let ingress = expose::ingress(profile, &mut problems);
    let network = network::plan(profile, ingress.as_ref(), topology, &mut problems);
    let release = release::plan(profile, &image, &mut problems);
    let quota = quota::plan(profile, &size, gpu.as_ref(), topology, &claim, &mut problems);
    let max_unavailable = quota::disruption(profile, topology, &mut problems);
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
        topology,
        claim,
        class,
        times,
        insecure_pull: profile.pull.insecure,
        service: expose::service(profile),
        ingress,
        network,
        quota,
        max_unavailable,
        models,
    };
    (Some(plan), problems)
}

fn platform(profile: &Profile, problems: &mut Problems) -> &'static facts::Platform {
    facts::platform(&profile.platform).unwrap_or_else(|| {
        let known: Vec<&str> = facts::PLATFORMS.iter().map(|row| row.name).collect();
        problems.error(
            Problem::new("platform", format!("no platform \"{}\"", profile.platform))
                .help(format!("there are: {}", known.join(", "))),
        );
        &facts::PLATFORMS[0]
    })
}
