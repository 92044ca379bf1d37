//! The container that fills the store: of the Job, or before the server.

use super::{HOME_OF_SMALL, base, base_env, home, models, mount, no_gpu, resources, script, scripts, words};
use crate::facts::OLLAMA_PORT;
use crate::k8s::*;
use crate::plan::{PULLER_CPU, PULLER_MEMORY, Plan, Registry};
use crate::resources::pod::{AUTHORITIES, AUTHORITIES_VOLUME, HOME, KEY_VOLUME};

pub(in crate::resources) fn puller(plan: &Plan) -> Container {
    let pulled = plan.pulled().into_iter().map(|pulled| match &pulled.name {
        name if *name == pulled.source => name.to_string(),
        name => format!("{}={name}", pulled.source),
    });
    let made = plan.made().map(|(name, made)| format!("{name}={}", made.hash));
    let mut variables = base_env(&format!("127.0.0.1:{OLLAMA_PORT}"));
    variables.extend([env("OLLAMA_NO_CLOUD", "1"), env("OLLAMA_NOPRUNE", "1"), no_gpu(), words("MODELS", pulled)]);
    if plan.made().next().is_some() {
        variables.push(words("CREATE", made));
    }
    variables.push(env("PULL_SECONDS", plan.times.pull.value.0.to_string()));
    let mut mounts = vec![models(false), home(), scripts()];
    if let Some(registry) = &plan.registry {
        variables.extend(registry_env(registry));
        if registry.authorities.is_some() {
            mounts.push(mount(AUTHORITIES_VOLUME, AUTHORITIES, true));
        }
        if registry.key.is_some() {
            mounts.push(mount(KEY_VOLUME, &format!("{HOME}/.ollama"), true));
        }
    }
    Container {
        name: "pull".into(),
        command: Some(script("pull.sh")),
        env: Some(variables),
        resources: Some(resources(plan, PULLER_CPU, PULLER_MEMORY, PULLER_MEMORY, HOME_OF_SMALL)),
        volume_mounts: Some(mounts),
        ..base(plan)
    }
}

fn registry_env(registry: &Registry) -> Vec<EnvVar> {
    let mut variables = Vec::new();
    if registry.insecure {
        variables.push(env("PULL_INSECURE", "1"));
    }
    if let Some(authorities) = &registry.authorities {
        variables.push(env("SSL_CERT_FILE", format!("{AUTHORITIES}/{}", authorities.key)));
    }
    if let Some(proxy) = &registry.proxy {
        variables.push(env("HTTPS_PROXY", proxy.https.clone()));
        if !proxy.no_proxy.is_empty() {
            variables.push(env("NO_PROXY", proxy.no_proxy.clone()));
        }
    }
    variables
}

/// The reasons of the puller's numbers, for the object in which it stands at `path`.
pub(in crate::resources) fn puller_reasons(plan: &Plan, puller: &Container, path: &str) -> Vec<(String, String)> {
    let at = |name: &str| puller.env.iter().flatten().position(|variable| variable.name == name);
    let variable = |name: &str, reason: &str| Some((format!("{path} env {} value", at(name)?), reason.to_owned()));
    let resources = "one thread checks the sums, and Ollama writes as it reads; the rest is page cache";
    [
        variable("PULL_SECONDS", &plan.times.pull.reason),
        variable("CREATE", "made after the pull, each from the Modelfile with this hash"),
        variable("SSL_CERT_FILE", "trusted besides the image's own authorities, which are in a folder"),
        Some((format!("{path} resources"), resources.to_owned())),
    ]
    .into_iter()
    .flatten()
    .collect()
}
