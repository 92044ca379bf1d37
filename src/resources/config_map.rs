//! The server's settings and the scripts, and which of them a pod must be replaced for.

use std::collections::BTreeMap;

use super::container::{KEYS_FILE, METRICS_PORT, PROXY_PORT};
use super::meta;
use crate::bundle::Commented;
use crate::hash::Fnv;
use crate::k8s::*;
use crate::plan::{Component, Delivery, Plan};
use crate::text;

/// A script: its name, its text, and its hash, made when this was compiled.
struct Script {
    name: &'static str,
    text: &'static str,
    hash: Fnv,
}

macro_rules! script {
    ($name:literal) => {
        Script {
            name: $name,
            text: include_str!(concat!("../../templates/", $name)),
            hash: Fnv::of(include_str!(concat!("../../templates/", $name))),
        }
    };
}

/// What the others share.
const STORE: Script = script!("store.sh");
/// Fills the store.
const PULL: Script = script!("pull.sh");
/// Its part that lets one puller at a time work.
const LOCK: Script = script!("lock.sh");
/// Its part that watches Ollama.
const CLIENT: Script = script!("client.sh");
/// Waits for the store.
const WAIT: Script = script!("wait.sh");
/// Copies a store.
const COPY: Script = script!("copy.sh");
/// Loads models before the server counts as ready.
const PRELOAD: Script = script!("preload.sh");
/// Waits for open connections.
const DRAIN: Script = script!("drain.sh");

/// Where the scripts are mounted.
pub(super) const SCRIPTS: &str = "/scripts";

pub(super) fn settings(plan: &Plan) -> Commented {
    let data = plan.settings.iter().map(|setting| (setting.name.to_owned(), setting.value.value.clone())).collect();
    let object =
        ConfigMap { metadata: meta(plan, plan.release.settings(), None), data: Some(data), ..Default::default() };
    plan.settings.iter().fold(
        Commented::new(object, "Ollama's settings. A change replaces the pods: its hash stands in their template."),
        |commented, setting| commented.because(format!("data {}", setting.name), setting.value.reason.clone()),
    )
}

pub(super) fn scripts(plan: &Plan) -> Commented {
    let mut data = BTreeMap::new();
    for component in [Component::Server, Component::Puller] {
        data.extend(
            scripts_of(plan, component).into_iter().map(|script| (script.name.to_owned(), script.text.to_owned())),
        );
    }
    data.extend(plan.made().map(|(_, made)| (format!("modelfile-{}", made.hash), made.text.clone())));
    let object =
        ConfigMap { metadata: meta(plan, plan.release.scripts(), None), data: Some(data), ..Default::default() };
    let commented = Commented::new(object, "POSIX sh, with nothing but what Ollama's image has.");
    plan.made().fold(commented, |commented, (name, made)| {
        commented.because(format!("data modelfile-{}", made.hash), format!("makes {name}"))
    })
}

/// What the proxy beside each server is configured to do.
pub(super) fn proxy(plan: &Plan) -> Option<Commented> {
    let data = [("haproxy.cfg".to_owned(), haproxy(plan)?)].into();
    let object = ConfigMap { metadata: meta(plan, plan.release.proxy(), None), data: Some(data), ..Default::default() };
    let about = if plan.proxy.as_ref()?.keys.is_some() {
        "The proxy in front of each server. A change replaces the pods; a changed Secret of keys does not:\nkubectl rollout restart."
    } else {
        "The proxy in front of each server. A change replaces the pods: its hash stands in their template."
    };
    Some(Commented::new(object, about))
}

fn haproxy(plan: &Plan) -> Option<String> {
    const PATHS: text::Paths = text::Paths { port: PROXY_PORT, metrics: METRICS_PORT, keys: KEYS_FILE };
    plan.proxy.as_ref().map(|proxy| text::haproxy(plan, proxy, PATHS))
}

/// The scripts that a pod of this kind runs.
fn scripts_of(plan: &Plan, component: Component) -> Vec<Script> {
    let mut scripts = match (component, &plan.delivery) {
        (Component::Puller, Delivery::Job) => vec![STORE, PULL, LOCK, CLIENT],
        (Component::Puller, _) => Vec::new(),
        (Component::Server, Delivery::Init) => vec![STORE, PULL, LOCK, CLIENT, DRAIN],
        (Component::Server, Delivery::Copy(_)) => vec![STORE, WAIT, COPY, DRAIN],
        (Component::Server, _) => vec![STORE, WAIT, DRAIN],
    };
    if component == Component::Server && plan.preloaded().next().is_some() {
        scripts.push(PRELOAD);
    }
    scripts
}

/// A hash of all that a pod of this kind reads from the two: another hash, another pod.
pub(super) fn hash(plan: &Plan, component: Component) -> String {
    let mut hash =
        scripts_of(plan, component).iter().fold(Fnv::of(""), |hash, script| hash.with(&script.hash.in_hex()));
    if component == Component::Server {
        let settings: BTreeMap<&str, &str> = plan.settings.iter().map(|s| (s.name, s.value.value.as_str())).collect();
        hash = settings.iter().fold(hash, |hash, (name, value)| hash.with(name).with(value));
        hash = haproxy(plan).iter().fold(hash, |hash, text| hash.with(text));
    }
    hash.in_hex()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::OLLAMA_PORT;

    #[test]
    fn the_drain_script_watches_the_server_s_port() {
        assert!(DRAIN.text.contains(&format!(":{OLLAMA_PORT:04X} ")) && DRAIN.text.contains(&OLLAMA_PORT.to_string()));
    }

    #[test]
    fn scripts_stay_readable_blocks() {
        for Script { text: script, .. } in [STORE, PULL, LOCK, CLIENT, WAIT, COPY, PRELOAD, DRAIN] {
            assert!(script.ends_with('\n') && !script.ends_with("\n\n") && script.starts_with('#'));
            assert!(script.lines().all(|line| line.trim_end() == line && !line.contains('\t')));
        }
    }
}
