//! The containers: the server, what pulls, what waits.

use super::config_map::SCRIPTS;
use super::pod::{HOME, HOME_VOLUME, MODELS, MODELS_VOLUME, SCRIPTS_VOLUME};
use super::service::PORT_NAME;
use crate::facts::OLLAMA_PORT;
use crate::k8s::*;
use crate::plan::{Component, EnvSource, PULLER_CPU, PULLER_MEMORY, Plan};
use crate::units::{Bytes, Millicores};

/// Where the puller leaves its last word for waiting servers: in the store, beside Ollama's own folders.
fn status() -> EnvVar {
    env("PULL_STATUS", format!("{MODELS}/.ollama-k8s-status"))
}

/// The container that answers requests.
pub(super) fn server(plan: &Plan) -> Container {
    let release = &plan.release;
    let mut variables = base_env(&format!("0.0.0.0:{OLLAMA_PORT}"));
    variables.push(env("DRAIN_SECONDS", plan.times.drain.0.to_string()));
    if plan.gpu.is_none() {
        variables.push(no_gpu());
    }
    variables.extend(plan.env.iter().map(|(name, value)| env(name, value)));
    let settings = ConfigMapEnvSource { name: release.settings(), ..Default::default() };
    let mut sources = vec![EnvFromSource { config_map_ref: Some(settings), ..Default::default() }];
    sources.extend(plan.env_from.iter().map(env_source));
    Container {
        name: "ollama".into(),
        args: Some(vec!["serve".into()]),
        ports: Some(vec![ContainerPort {
            container_port: OLLAMA_PORT.into(),
            name: Some(PORT_NAME.into()),
            ..Default::default()
        }]),
        env: Some(variables),
        env_from: Some(sources),
        resources: Some(server_resources(plan)),
        startup_probe: Some(Probe { failure_threshold: Some(90), ..probe("/", 2) }),
        readiness_probe: Some(Probe { failure_threshold: Some(3), ..probe(&plan.ready_path(), 5) }),
        liveness_probe: Some(Probe { failure_threshold: Some(6), ..probe("/", 10) }),
        lifecycle: Some(Lifecycle {
            pre_stop: Some(LifecycleHandler {
                exec: Some(ExecAction { command: Some(script("drain.sh")) }),
                ..Default::default()
            }),
            ..Default::default()
        }),
        volume_mounts: Some(vec![models(plan.has_puller()), home(), scripts()]),
        ..base(plan)
    }
}

/// The container that fills the store: of the Job, or before the server.
pub(super) fn puller(plan: &Plan) -> Container {
    let names = plan.models.iter().map(|model| {
        if model.name == model.pull { model.name.to_string() } else { format!("{}={}", model.pull, model.name) }
    });
    let mut variables = base_env(&format!("127.0.0.1:{OLLAMA_PORT}"));
    variables.extend([
        env("OLLAMA_NO_CLOUD", "1"),
        env("OLLAMA_NOPRUNE", "1"),
        no_gpu(),
        env("MODELS", names.collect::<Vec<_>>().join(" ")),
        env("PULL_SECONDS", plan.times.pull.value.0.to_string()),
        env("PULL_TRY_SECONDS", plan.times.pull_try.0.to_string()),
    ]);
    if plan.insecure_pull {
        variables.push(env("PULL_INSECURE", "1"));
    }
    if plan.has_puller() {
        variables.push(status());
    }
    Container {
        name: "pull".into(),
        command: Some(script("pull.sh")),
        env: Some(variables),
        resources: Some(resources(plan, PULLER_CPU, PULLER_MEMORY, PULLER_MEMORY, HOME_OF_SMALL)),
        volume_mounts: Some(vec![models(false), home(), scripts()]),
        ..base(plan)
    }
}

/// The reasons of the puller's numbers, for the object in which it stands at `path`.
pub(super) fn puller_reasons(plan: &Plan, puller: &Container, path: &str) -> [(String, String); 2] {
    let variables = puller.env.iter().flatten();
    let at = variables.take_while(|variable| variable.name != "PULL_SECONDS").count();
    [
        (format!("{path} env {at} value"), plan.times.pull.reason.clone()),
        (
            format!("{path} resources"),
            "one thread checks the sums, and Ollama writes as it reads; the rest is page cache".into(),
        ),
    ]
}

/// The container that holds a server back until the store is full.
pub(super) fn waiter(plan: &Plan) -> Container {
    // By label, not by name: a change of the Job alone must not replace the servers.
    let pullers = plan.release.find(Component::Puller);
    let namespace = &plan.release.namespace;
    let files = plan.models.iter().map(|model| format!("{}={}", model.name, model.name.manifest()));
    Container {
        name: "wait".into(),
        command: Some(script("wait.sh")),
        env: Some(vec![
            env("OLLAMA_MODELS", MODELS),
            env("WAIT_FOR", files.collect::<Vec<_>>().join(" ")),
            status(),
            env("PULL_LOG", format!("kubectl -n {namespace} logs -l {pullers} --prefix --tail=20")),
            env("PULL_AGAIN", format!("kubectl -n {namespace} delete job -l {pullers}, and apply again")),
        ]),
        resources: Some(resources(plan, Millicores(10), Bytes::mib(16), Bytes::mib(64), Bytes(0))),
        volume_mounts: Some(vec![models(true), scripts()]),
        ..base(plan)
    }
}

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

fn env_source(source: &EnvSource) -> EnvFromSource {
    match source {
        EnvSource::Secret(name) => EnvFromSource {
            secret_ref: Some(SecretEnvSource { name: name.clone(), ..Default::default() }),
            ..Default::default()
        },
        EnvSource::ConfigMap(name) => EnvFromSource {
            config_map_ref: Some(ConfigMapEnvSource { name: name.clone(), ..Default::default() }),
            ..Default::default()
        },
    }
}

fn server_resources(plan: &Plan) -> ResourceRequirements {
    let size = &plan.size;
    let mut resources = resources(plan, size.cpu.value, size.memory.value, size.memory.value, size.home.value);
    if let Some(gpu) = &plan.gpu {
        resources.limits.get_or_insert_default().insert(gpu.resource.into(), count(gpu.count.value));
    }
    resources
}

/// CPU is also a limit where the quota counts it.
fn resources(plan: &Plan, cpu: Millicores, request: Bytes, limit: Bytes, scratch: Bytes) -> ResourceRequirements {
    let scratch_limit = scratch + LOGS;
    let mut limits = map([("memory", limit.into()), ("ephemeral-storage", scratch_limit.into())]);
    if plan.size.cpu_is_limit {
        limits.insert("cpu".into(), cpu.max(Millicores(100)).into());
    }
    let requests = map([("cpu", cpu.into()), ("memory", request.into()), ("ephemeral-storage", Bytes::mib(64).into())]);
    ResourceRequirements { requests: Some(requests), limits: Some(limits), ..Default::default() }
}

fn probe(path: &str, period_seconds: i32) -> Probe {
    Probe {
        http_get: Some(HTTPGetAction {
            port: IntOrString::String(PORT_NAME.into()),
            path: Some(path.into()),
            ..Default::default()
        }),
        period_seconds: Some(period_seconds),
        timeout_seconds: Some(5),
        ..Default::default()
    }
}

fn script(name: &str) -> Vec<String> {
    vec!["/bin/sh".into(), format!("{SCRIPTS}/{name}")]
}

fn models(read_only: bool) -> VolumeMount {
    VolumeMount {
        mount_path: MODELS.into(),
        name: MODELS_VOLUME.into(),
        read_only: read_only.then_some(true),
        ..Default::default()
    }
}

fn home() -> VolumeMount {
    VolumeMount { mount_path: HOME.into(), name: HOME_VOLUME.into(), ..Default::default() }
}

fn scripts() -> VolumeMount {
    VolumeMount { mount_path: SCRIPTS.into(), name: SCRIPTS_VOLUME.into(), read_only: Some(true), ..Default::default() }
}
