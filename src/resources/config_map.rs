//! The server's settings and the scripts, and which of them a pod must be replaced for.

use std::collections::BTreeMap;

use super::meta;
use crate::bundle::Commented;
use crate::k8s::*;
use crate::plan::{Component, Plan};

/// Fills the store.
const PULL: &str = include_str!("../../templates/pull.sh");
/// Waits for the store.
const WAIT: &str = include_str!("../../templates/wait.sh");
/// Waits for open connections.
const DRAIN: &str = include_str!("../../templates/drain.sh");

/// Where the scripts are mounted.
pub(super) const SCRIPTS: &str = "/scripts";

pub(super) fn settings(plan: &Plan) -> Commented<ConfigMap> {
    let data = plan.settings.iter().map(|setting| (setting.name.to_owned(), setting.value.value.clone())).collect();
    let object =
        ConfigMap { metadata: meta(plan, plan.release.settings(), None), data: Some(data), ..Default::default() };
    plan.settings.iter().fold(
        Commented::new(object, "Ollama's settings. A change replaces the pods: its hash stands in their template."),
        |commented, setting| commented.because(format!("data {}", setting.name), setting.value.reason.clone()),
    )
}

pub(super) fn scripts(plan: &Plan) -> Commented<ConfigMap> {
    let mut data = map([("pull.sh", PULL.to_owned()), ("drain.sh", DRAIN.to_owned())]);
    if plan.has_puller() {
        data.insert("wait.sh".into(), WAIT.to_owned());
    }
    let object =
        ConfigMap { metadata: meta(plan, plan.release.scripts(), None), data: Some(data), ..Default::default() };
    Commented::new(object, "POSIX sh, with nothing but what Ollama's image has.")
}

/// A hash of all that a pod of this kind reads from the two: another hash, another pod.
pub(super) fn hash(plan: &Plan, component: Component) -> String {
    let mut hash = Fnv::default();
    match component {
        Component::Puller => hash.add(PULL),
        Component::Server => {
            hash.add(DRAIN);
            hash.add(if plan.has_puller() { WAIT } else { PULL });
            let settings: BTreeMap<&str, &str> =
                plan.settings.iter().map(|s| (s.name, s.value.value.as_str())).collect();
            for (name, value) in settings {
                hash.add(name);
                hash.add(value);
            }
        }
    }
    hash.in_hex()
}

/// FNV-1a, 64 bit: the same in every build, on every machine. Source: RFC 9923.
pub(super) struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    /// Adds a text, and its end.
    pub(super) fn add(&mut self, text: &str) {
        for byte in text.bytes().chain([0xff]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    /// Ten hexadecimal digits: a part of a name.
    pub(super) fn in_hex(&self) -> String {
        format!("{:010x}", self.0 >> 24)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::OLLAMA_PORT;

    #[test]
    fn the_drain_script_watches_the_server_s_port() {
        assert!(DRAIN.contains(&format!(":{OLLAMA_PORT:04X} ")) && DRAIN.contains(&OLLAMA_PORT.to_string()));
    }

    #[test]
    fn scripts_stay_readable_blocks() {
        for script in [PULL, WAIT, DRAIN] {
            assert!(script.ends_with('\n') && !script.ends_with("\n\n") && script.starts_with('#'));
            assert!(script.lines().all(|line| line.trim_end() == line && !line.contains('\t')));
        }
    }
}
