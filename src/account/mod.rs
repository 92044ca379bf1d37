//! What does a plan amount to: each model, pod, GPU, claim and namespace, part by part, with its reason?
//!
//! The field names are those of `plan -o json`, on which scripts rely: sizes in bytes, times in seconds.

mod numbers;
mod parts;
mod text;

use serde::Serialize;

use crate::bundle::Bundle;
use crate::plan::{Fits, Plan, Problem, Severity};
use crate::sizing::{Device, footprint};
use crate::units::Bytes;

pub use text::{Bars, write};

/// Everything that `plan` says.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    api_version: &'static str,
    kind: &'static str,
    models: Vec<ModelAccount>,
    pods: Vec<PodAccount>,
    gpus: Vec<GpuAccount>,
    claims: Vec<ClaimAccount>,
    quota: Vec<Amount>,
    times: Times,
    fits: Fits,
    reasons: Vec<Reason>,
    problems: Vec<ProblemAccount>,
}

/// A model, loaded as the plan loads it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ModelAccount {
    name: String,
    quantization: Option<&'static str>,
    origin: &'static str,
    source: String,
    context: u64,
    parallel: u64,
    cache_type: &'static str,
    disk: u64,
    memory: Memory,
}

/// Where the model runs: on a GPU without prompt cache and output, which host memory holds (see the pods).
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Memory {
    weights: u64,
    projector: u64,
    kv_cache: u64,
    recurrent: u64,
    compute: u64,
    output: u64,
    prompt_cache: u64,
    total: u64,
}

/// A part of a sum.
#[derive(Debug, Serialize)]
struct Part {
    what: &'static str,
    bytes: u64,
}

/// The memory of all pods of a kind, each.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PodAccount {
    name: String,
    /// So many, at most where their number changes.
    replicas: u32,
    /// At least so many, where their number changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    min_replicas: Option<u32>,
    /// Thousandths of a core.
    millicores: u32,
    memory: u64,
    used: u64,
    parts: Vec<Part>,
    reason: String,
}

/// A GPU of a server.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct GpuAccount {
    name: Option<&'static str>,
    /// What a program can use; unknown where the profile does not say.
    usable: Option<u64>,
    used: u64,
    parts: Vec<Part>,
}

/// A claim, each of several alike, or a part of the node's disk.
#[derive(Debug, Serialize)]
struct ClaimAccount {
    /// None: a part of the node's disk.
    name: Option<String>,
    count: u32,
    bytes: u64,
    used: u64,
    parts: Vec<Part>,
    reason: String,
}

/// An amount of a quota.
#[derive(Debug, Serialize)]
struct Amount {
    resource: String,
    hard: String,
    reason: String,
}

/// How long things may take, seconds.
#[derive(Debug, Serialize)]
struct Times {
    pull: u32,
    load: u32,
    startup: u32,
    progress: u32,
    grace: u32,
    /// Until a server that is added gives its first answer, where their number changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    wake: Option<Wake>,
}

/// At most so long, seconds.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Wake {
    image_on_node: u32,
    image_pulled: u32,
    reason: String,
}

/// A number of the bundle.
#[derive(Debug, PartialEq, Serialize)]
pub struct Reason {
    /// `Deployment/ollama spec.replicas`.
    pub path: String,
    /// The number, as it is written.
    pub value: String,
    /// Why it is so.
    pub reason: String,
    /// Where a fact behind it is from; empty where it is computed or chosen.
    pub source: String,
}

/// What is wrong, or could be better.
#[derive(Debug, Serialize)]
struct ProblemAccount {
    severity: &'static str,
    field: String,
    message: String,
    help: Option<String>,
}

impl Account {
    /// Every number of the bundle, with its reason.
    pub fn into_reasons(self) -> Vec<Reason> {
        self.reasons
    }

    /// What else would fit.
    pub fn fits(&self) -> &Fits {
        &self.fits
    }
}

/// Adds up a plan and the bundle that is made of it.
pub fn of(plan: &Plan, bundle: &Bundle, problems: &[Problem]) -> Account {
    let times = &plan.times;
    let quota = plan.quota.iter().flat_map(|quota| &quota.hard);
    Account {
        api_version: "ollama-k8s/v1",
        kind: "Plan",
        models: models(plan),
        pods: parts::pods(plan),
        gpus: parts::gpus(plan),
        claims: parts::claims(plan),
        quota: quota
            .map(|(resource, amount)| Amount {
                resource: resource.clone(),
                hard: amount.value.clone(),
                reason: amount.reason.clone(),
            })
            .collect(),
        times: Times {
            pull: times.pull.value.0,
            load: times.load.value.0,
            startup: times.startup.value.0,
            progress: times.progress.value.0,
            grace: times.grace.value.0,
            wake: plan.autoscale.as_ref().map(|autoscale| Wake {
                image_on_node: autoscale.wake.warm().0,
                image_pulled: autoscale.wake.cold().0,
                reason: autoscale.wake.to_string(),
            }),
        },
        fits: plan.fits(),
        reasons: numbers::reasons(bundle),
        problems: problems
            .iter()
            .map(|problem| ProblemAccount {
                severity: if problem.severity == Severity::Error { "error" } else { "warning" },
                field: problem.fields.first().map(|(field, _)| field.clone()).unwrap_or_default(),
                message: problem.message.clone(),
                help: problem.help.clone(),
            })
            .collect(),
    }
}

fn models(plan: &Plan) -> Vec<ModelAccount> {
    plan.models
        .iter()
        .map(|model| {
            let mut parts = footprint(&model.shape, plan.load);
            let on_cpu = plan.load.device == Device::Cpu;
            let prompt_cache = if on_cpu { plan.prompt_cache(model) } else { Bytes(0) };
            if !on_cpu {
                parts.output = Bytes(0);
            }
            ModelAccount {
                name: model.name.to_string(),
                quantization: model.quantization,
                origin: model.origin.name(),
                source: model.source.clone(),
                context: plan.load.context_of(&model.shape),
                parallel: plan.load.slots(&model.shape),
                cache_type: plan.load.cache.name(),
                disk: model.disk().0,
                memory: Memory {
                    weights: parts.weights.0,
                    projector: parts.projector.0,
                    kv_cache: parts.kv_cache.0,
                    recurrent: parts.recurrent.0,
                    compute: parts.compute.0,
                    output: parts.output.0,
                    prompt_cache: prompt_cache.0,
                    total: (parts.total() + prompt_cache).0,
                },
            }
        })
        .collect()
}
