//! The container that answers requests.

use super::{Bytes, base, base_env, home, models, no_gpu, resources, script, scripts, words};
use crate::facts::OLLAMA_PORT;
use crate::k8s::*;
use crate::plan::{EnvSource, Plan, Store, Way};
use crate::resources::nodes::DEVICES;
use crate::resources::service::PORT_NAME;

pub(in crate::resources) fn server(plan: &Plan) -> Container {
    let release = &plan.release;
    let mut variables = base_env(&format!("0.0.0.0:{OLLAMA_PORT}"));
    variables.push(env("DRAIN_SECONDS", plan.times.drain.0.to_string()));
    if plan.gpu.is_none() {
        variables.push(no_gpu());
    }
    if plan.preloaded().next().is_some() {
        variables.push(words("PRELOAD", plan.preloaded().map(ToString::to_string)));
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
        startup_probe: Some(startup_probe(plan)),
        readiness_probe: Some(Probe { failure_threshold: Some(3), ..probe(&plan.ready_path(), 5) }),
        liveness_probe: Some(Probe { failure_threshold: Some(6), ..probe("/", 10) }),
        lifecycle: Some(Lifecycle {
            pre_stop: Some(LifecycleHandler {
                exec: Some(ExecAction { command: Some(script("drain.sh")) }),
                ..Default::default()
            }),
            ..Default::default()
        }),
        volume_mounts: Some(vec![models(!plan.servers_write()), home(), scripts()]),
        ..base(plan)
    }
}

/// Until the server answers; or until it has loaded what it is to load before it is ready.
fn startup_probe(plan: &Plan) -> Probe {
    if plan.preloaded().next().is_none() {
        return Probe { failure_threshold: Some(90), ..probe("/", 2) };
    }
    Probe {
        exec: Some(ExecAction { command: Some(script("preload.sh")) }),
        period_seconds: Some(10),
        failure_threshold: Some(3),
        timeout_seconds: Some(i32::try_from(plan.times.startup.value.0).unwrap_or(i32::MAX)),
        ..Default::default()
    }
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
    // What lies on the node's disk counts as the pod's own.
    let store = if let Store::NodeDisk(disk) = &plan.store { disk.size.value } else { Bytes(0) };
    let mut resources = resources(plan, size.cpu.value, size.memory.value, size.memory.value, size.home.value + store);
    if store > Bytes(0) && !size.disk_is_reserved {
        let requests = resources.requests.get_or_insert_default();
        requests.insert("ephemeral-storage".into(), (store + Bytes::mib(64)).into());
    }
    if let Some(gpu) = &plan.gpu {
        match &gpu.card.device.way {
            Way::Resource(resource) => {
                resources.limits.get_or_insert_default().insert(resource.clone(), count(gpu.count.value));
            }
            Way::Claim(_) => {
                resources.claims = Some(vec![ResourceClaim { name: DEVICES.into(), ..Default::default() }]);
            }
        }
    }
    resources
}
