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
    // Hashed when this was compiled.
    const PULL_HASH: Fnv = Fnv::new().with(PULL);
    const WAIT_HASH: Fnv = Fnv::new().with(DRAIN).with(WAIT);
    const PULL_AND_SERVE_HASH: Fnv = Fnv::new().with(DRAIN).with(PULL);
    match component {
        Component::Puller => PULL_HASH.in_hex(),
        Component::Server => {
            let scripts = if plan.has_puller() { WAIT_HASH } else { PULL_AND_SERVE_HASH };
            let settings: BTreeMap<&str, &str> =
                plan.settings.iter().map(|s| (s.name, s.value.value.as_str())).collect();
            settings.iter().fold(scripts, |hash, (name, value)| hash.with(name).with(value)).in_hex()
        }
    }
}

/// FNV-1a, 64 bit: the same in every build, on every machine. Source: RFC 9923.
pub(super) struct Fnv(u64);

impl Fnv {
    /// The hash of nothing.
    pub(super) const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// The hash of what came before, and a text and its end.
    #[must_use]
    pub(super) const fn with(self, text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut hash = self;
        let mut at = 0;
        // No iterators where it is to be known at compile time.
        while at < bytes.len() {
            hash = hash.with_byte(bytes[at]);
            at += 1;
        }
        hash.with_byte(0xff)
    }

    const fn with_byte(self, byte: u8) -> Self {
        Self((self.0 ^ byte as u64).wrapping_mul(0x0100_0000_01b3))
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
