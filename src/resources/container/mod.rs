//! The containers: the server, what pulls, copies and waits. Here is what they share.

mod copier;
mod proxy;
mod puller;
mod server;
mod waiter;

pub(super) use copier::copier;
pub(super) use proxy::{KEYS_FILE, METRICS_PORT, METRICS_PORT_NAME, PROXY_PORT, proxy, proxy_reasons};
pub(super) use puller::{puller, puller_reasons};
pub(super) use server::server;
pub(super) use waiter::waiter;

use super::config_map::SCRIPTS;
use super::pod::{HOME, HOME_VOLUME, MODELS, MODELS_VOLUME, SCRIPTS_VOLUME};
use crate::k8s::*;
use crate::plan::Plan;
use crate::units::{Bytes, Millicores};

/// The home of a container that only pulls: key and logs.
const HOME_OF_SMALL: Bytes = Bytes::mib(256);
/// Logs on the node: the kubelet keeps at most five files of 10 MiB a container.
const LOGS: Bytes = Bytes::mib(256);

/// What all containers share.
fn base(plan: &Plan) -> Container {
    Container {
        image: Some(plan.image.reference.clone()),
        image_pull_policy: Some(plan.image.pull_policy.into()),
        termination_message_policy: Some("FallbackToLogsOnError".into()),
        security_context: Some(SecurityContext {
            allow_privilege_escalation: Some(false),
            read_only_root_filesystem: Some(true),
            capabilities: Some(Capabilities { drop: Some(vec!["ALL".into()]), ..Default::default() }),
            ..Default::default()
        }),
        ..Default::default()
    }
}

fn base_env(host: &str) -> Vec<EnvVar> {
    vec![env("HOME", HOME), env("TMPDIR", HOME), env("OLLAMA_MODELS", MODELS), env("OLLAMA_HOST", host)]
}

/// The image asks for all GPUs of the node; without a request that would take them past the scheduler.
fn no_gpu() -> EnvVar {
    env("NVIDIA_VISIBLE_DEVICES", "void")
}

/// CPU is also a limit where the quota counts it.
fn resources(plan: &Plan, cpu: Millicores, request: Bytes, limit: Bytes, scratch: Bytes) -> ResourceRequirements {
    let scratch_limit = scratch + LOGS;
    let mut limits = map([("memory", limit.into()), ("ephemeral-storage", scratch_limit.into())]);
    if plan.size.cpu_is_limit {
        limits.insert("cpu".into(), cpu.max(Millicores(100)).into());
    }
    let reserved = if plan.size.disk_is_reserved { scratch_limit } else { Bytes::mib(64) };
    let requests = map([("cpu", cpu.into()), ("memory", request.into()), ("ephemeral-storage", reserved.into())]);
    ResourceRequirements { requests: Some(requests), limits: Some(limits), ..Default::default() }
}

/// A variable of several words, as the scripts take them: none of these names has a space.
fn words(name: &str, words: impl Iterator<Item = String>) -> EnvVar {
    env(name, words.collect::<Vec<_>>().join(" "))
}

fn script(name: &str) -> Vec<String> {
    vec!["/bin/sh".into(), format!("{SCRIPTS}/{name}")]
}

/// A folder of a volume.
fn mount(volume: &str, path: &str, read_only: bool) -> VolumeMount {
    VolumeMount {
        mount_path: path.into(),
        name: volume.into(),
        read_only: read_only.then_some(true),
        ..Default::default()
    }
}

fn models(read_only: bool) -> VolumeMount {
    mount(MODELS_VOLUME, MODELS, read_only)
}

fn home() -> VolumeMount {
    mount(HOME_VOLUME, HOME, false)
}

fn scripts() -> VolumeMount {
    mount(SCRIPTS_VOLUME, SCRIPTS, true)
}
