//! What makes pods, how many, and is it about Ollama?

use std::collections::BTreeMap;

use super::container::{Runs, Seat};
use super::{Item, pod};
use crate::bundle::Object;
use crate::k8s::*;

/// The way to the pod of what has a template for it.
const TEMPLATE: &str = "spec.template.spec";

/// What a workload has to do with Ollama.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// Its pods serve: a container that stays runs `ollama serve`.
    Server,
    /// Its pods have a server or a client in them that ends: a puller, a warmer.
    Client,
    /// Nothing.
    Other,
}

/// Something that makes pods.
#[derive(Clone, Debug)]
pub struct Workload<'a> {
    /// The object itself.
    pub item: Item<'a>,
    /// What it has to do with Ollama.
    pub about: About,
    /// The labels of its pods.
    pub labels: Option<&'a BTreeMap<String, String>>,
    /// The annotations of its pods.
    pub annotations: Option<&'a BTreeMap<String, String>>,
    /// What its pods are.
    pub pod: &'a PodSpec,
    /// The way to what its pods are: `spec.template.spec`.
    pub at: &'static str,
    /// How many pods at once; for a `DaemonSet`, which has as many as nodes, 1.
    pub replicas: i32,
    /// The containers of its pods in the order in which they start: init containers first.
    pub seats: Vec<Seat<'a>>,
}

impl<'a> Workload<'a> {
    pub(super) fn of(item: Item<'a>) -> Option<Self> {
        let template = |template: &'a PodTemplateSpec, replicas: Option<i32>, at| {
            let metadata = template.metadata.as_ref();
            Some((metadata, template.spec.as_ref()?, replicas.unwrap_or(1), at))
        };
        let (metadata, pod, replicas, at) = match item.object {
            Object::Deployment(object) => {
                object.spec.as_ref().and_then(|spec| template(&spec.template, spec.replicas, TEMPLATE))
            }
            Object::StatefulSet(object) => {
                object.spec.as_ref().and_then(|spec| template(&spec.template, spec.replicas, TEMPLATE))
            }
            Object::DaemonSet(object) => object.spec.as_ref().and_then(|spec| template(&spec.template, None, TEMPLATE)),
            Object::ReplicaSet(object) => {
                let spec = object.spec.as_ref()?;
                template(spec.template.as_ref()?, spec.replicas, TEMPLATE)
            }
            Object::Job(object) => {
                object.spec.as_ref().and_then(|spec| template(&spec.template, spec.parallelism, TEMPLATE))
            }
            Object::CronJob(object) => object.spec.as_ref().and_then(|spec| {
                let job = spec.job_template.spec.as_ref()?;
                template(&job.template, job.parallelism, "spec.jobTemplate.spec.template.spec")
            }),
            Object::Pod(object) => Some((Some(&object.metadata), object.spec.as_ref()?, 1, "spec")),
            _ => None,
        }?;
        let seats = pod::seats(pod, at);
        let about = about(item.object, &seats);
        let labels = metadata.and_then(|metadata| metadata.labels.as_ref());
        let annotations = metadata.and_then(|metadata| metadata.annotations.as_ref());
        Some(Self { item, about, labels, annotations, pod, at, replicas, seats })
    }

    /// Takes a container for a server that a file starts which is mounted from elsewhere.
    pub(super) fn starts_server(&mut self, seat: usize) {
        self.seats[seat].runs = Runs::Server;
        self.about = about(self.item.object, &self.seats);
    }

    /// The containers that serve.
    pub fn servers(&self) -> impl Iterator<Item = &Seat<'a>> {
        self.seats.iter().filter(|seat| seat.stays() && seat.runs == Runs::Server)
    }

    /// The `Deployment` behind it, if it is one.
    pub fn deployment(&self) -> Option<&'a DeploymentSpec> {
        match self.item.object {
            Object::Deployment(deployment) => deployment.spec.as_ref(),
            _ => None,
        }
    }

    /// The `StatefulSet` behind it, if it is one.
    pub fn stateful_set(&self) -> Option<&'a StatefulSetSpec> {
        match self.item.object {
            Object::StatefulSet(set) => set.spec.as_ref(),
            _ => None,
        }
    }

    /// The `Job` behind it, of a `CronJob` too.
    pub fn job(&self) -> Option<&'a JobSpec> {
        match self.item.object {
            Object::Job(job) => job.spec.as_ref(),
            Object::CronJob(cron) => cron.spec.as_ref()?.job_template.spec.as_ref(),
            _ => None,
        }
    }

    /// What a pod asks for, by the keys of a quota (`requests.cpu`, `limits.memory`, `requests.nvidia.com/gpu`), in
    /// thousandths: the sum of its containers, or the largest init container where that is more.
    pub fn requests(&self) -> BTreeMap<String, u128> {
        pod::requests(self.pod)
    }

    /// The volume of a name.
    pub fn volume(&self, name: &str) -> Option<&'a Volume> {
        self.pod.volumes.iter().flatten().find(|volume| volume.name == name)
    }

    /// The mount of a container that holds a path, with its volume; the deepest one, and none for a path in the image.
    pub fn mount_of(&self, seat: &Seat<'a>, path: &str) -> Option<(&'a VolumeMount, Option<&'a Volume>)> {
        let holds = |mount: &&VolumeMount| {
            let at = mount.mount_path.trim_end_matches('/');
            path == at || path.strip_prefix(at).is_some_and(|rest| rest.starts_with('/'))
        };
        let mounts = seat.container.volume_mounts.iter().flatten().filter(holds);
        let mount = mounts.max_by_key(|mount| mount.mount_path.len())?;
        Some((mount, self.volume(&mount.name)))
    }
}

fn about(object: &Object, seats: &[Seat<'_>]) -> About {
    let ends = matches!(object, Object::Job(_) | Object::CronJob(_));
    if !ends && seats.iter().any(|seat| seat.stays() && seat.runs == Runs::Server) {
        About::Server
    } else if seats.iter().any(|seat| seat.runs != Runs::Other) {
        About::Client
    } else {
        About::Other
    }
}

/// How many pods more than `replicas` a rollout may start, and how many fewer may be ready.
pub fn rollout(spec: &DeploymentSpec) -> (i32, i32) {
    let replicas = spec.replicas.unwrap_or(1);
    let update = spec.strategy.as_ref().and_then(|strategy| strategy.rolling_update.as_ref());
    let of = |amount: Option<&IntOrString>, round_up: bool| match amount {
        Some(IntOrString::Int(number)) => *number,
        Some(IntOrString::String(text)) => share(text, replicas, round_up),
        None => share("25%", replicas, round_up),
    };
    let surge = of(update.and_then(|update| update.max_surge.as_ref()), true);
    let unavailable = of(update.and_then(|update| update.max_unavailable.as_ref()), false);
    if surge == 0 && unavailable == 0 { (0, 1) } else { (surge, unavailable) }
}

fn share(percent: &str, of: i32, round_up: bool) -> i32 {
    let percent: i32 = percent.trim_end_matches('%').parse().unwrap_or(0);
    let hundredths = percent.saturating_mul(of);
    if round_up { hundredths.saturating_add(99) / 100 } else { hundredths / 100 }
}

/// Whether a `Deployment` stops all old pods before it starts new ones.
pub fn recreates(spec: &DeploymentSpec) -> bool {
    spec.strategy.as_ref().and_then(|strategy| strategy.type_.as_deref()) == Some("Recreate")
}
