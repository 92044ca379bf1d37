//! What does a container run, with which variables, and where does it keep models?

use std::borrow::Cow;

use super::{Address, Image, Item, PORT, Scope};
use crate::k8s::{ConfigMap, Container, EnvVar, Quantity};

/// What a container does with Ollama.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runs {
    /// `ollama serve` is what it runs, or what its script starts.
    Server,
    /// It asks a server: pulls, creates, warms.
    Client,
    /// Nothing.
    Other,
}

/// A container's seat in a pod.
#[derive(Clone, Debug)]
pub struct Seat<'a> {
    /// The container.
    pub container: &'a Container,
    /// The way to it in its object: `spec.template.spec.containers[0]`.
    pub path: String,
    /// Whether it is among the init containers.
    pub is_init: bool,
    /// What it does with Ollama.
    pub runs: Runs,
}

/// What is known of a variable.
#[derive(Clone, Debug, PartialEq)]
pub enum Env<'a> {
    /// Nobody sets it.
    Absent,
    /// Its value.
    Text(&'a str),
    /// It may be set, to what is not among the manifests.
    Unknown,
}

impl<'a> Env<'a> {
    /// Its value, where it is known.
    pub fn text(self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl<'a> Seat<'a> {
    pub(super) fn of(container: &'a Container, path: String, is_init: bool) -> Self {
        Self { container, path, is_init, runs: runs(container) }
    }

    /// Whether it runs as long as its pod: no init container, or one that is a sidecar.
    pub fn stays(&self) -> bool {
        !self.is_init || self.container.restart_policy.as_deref() == Some("Always")
    }

    /// Its name.
    pub fn name(&self) -> &'a str {
        &self.container.name
    }

    /// Its image: repository, and tag or digest.
    pub fn image(&self) -> Image<'a> {
        Image::of(self.container.image.as_deref().unwrap_or_default())
    }

    /// What it is told to run, as one text: a script, or words with spaces between; empty where its image decides.
    pub fn script(&self) -> Cow<'a, str> {
        script(self.container)
    }

    /// A variable as it is written here, with the way to it.
    pub fn variable(&self, name: &str) -> Option<(&'a EnvVar, String)> {
        let env = self.container.env.as_deref().unwrap_or_default();
        let at = env.iter().rposition(|variable| variable.name == name)?;
        Some((&env[at], format!("{}.env[{at}]", self.path)))
    }

    /// The way to the value of a variable; to the container where the value comes from elsewhere.
    pub fn value_way(&self, name: &str) -> String {
        self.variable(name).map_or_else(|| self.path.clone(), |(_, path)| format!("{path}.value"))
    }

    /// Whether it may do what the node may.
    pub fn is_privileged(&self) -> bool {
        self.container.security_context.as_ref().is_some_and(|context| context.privileged == Some(true))
    }

    /// The user that it runs as, if the manifest says.
    pub fn user(&self, pod: &crate::k8s::PodSpec) -> Option<i64> {
        let own = self.container.security_context.as_ref().and_then(|context| context.run_as_user);
        own.or_else(|| pod.security_context.as_ref()?.run_as_user)
    }

    /// How many of an extended resource it asks for: `nvidia.com/gpu`; 0 where none.
    pub fn extended(&self, resource: &str) -> u64 {
        let Some(resources) = &self.container.resources else { return 0 };
        let of = |map: &Option<std::collections::BTreeMap<String, Quantity>>| {
            map.as_ref().and_then(|map| map.get(resource)?.0.parse().ok())
        };
        of(&resources.limits).or_else(|| of(&resources.requests)).unwrap_or(0)
    }

    /// The extended resources of GPUs that it asks for, with how many: none of those of which it asks for 0.
    pub fn gpus(&self) -> impl Iterator<Item = (&'a str, u64)> {
        let resources = self.container.resources.as_ref();
        let limits = resources.and_then(|resources| resources.limits.as_ref());
        let requests = resources.and_then(|resources| resources.requests.as_ref());
        let of_limits = limits.into_iter().flatten();
        let of_requests =
            requests.into_iter().flatten().filter(move |(key, _)| limits.is_none_or(|l| !l.contains_key(*key)));
        of_limits
            .chain(of_requests)
            .filter(|(key, _)| is_gpu(key))
            .filter_map(|(key, count)| Some((key.as_str(), count.0.parse().ok()?)))
            .filter(|(_, count)| *count > 0)
    }
}

/// Whether an extended resource is a GPU, or a part of one.
pub fn is_gpu(resource: &str) -> bool {
    ["nvidia.com/", "amd.com/", "gpu.intel.com/"].iter().any(|vendor| resource.starts_with(vendor))
}

fn words(container: &Container) -> impl Iterator<Item = &String> {
    container.command.iter().flatten().chain(container.args.iter().flatten())
}

fn script(container: &Container) -> Cow<'_, str> {
    let mut words = words(container);
    match (words.next(), words.next()) {
        (None, _) => Cow::Borrowed(""),
        (Some(only), None) => Cow::Borrowed(only),
        _ => Cow::Owned(self::words(container).map(String::as_str).collect::<Vec<_>>().join(" ")),
    }
}

fn runs(container: &Container) -> Runs {
    let image = Image::of(container.image.as_deref().unwrap_or_default());
    let by_itself = container.command.is_none()
        && container.args.as_ref().is_none_or(|args| args.first().is_some_and(|arg| arg == "serve"));
    let listens = || {
        let host = container.env.iter().flatten().rfind(|variable| variable.name == "OLLAMA_HOST");
        let host = host.and_then(|variable| variable.value.as_deref());
        // An address of no host is where a server listens; a client has the name of one.
        let own = host.map(Address::of).filter(|address| matches!(address.host, "" | "0.0.0.0" | "::"));
        let port = own.map_or(PORT, |address| i32::from(address.port));
        container.ports.iter().flatten().any(|own| own.container_port == port)
    };
    if by_itself && (image.is_ollama() || image.is_made_of_ollama() && listens()) {
        return Runs::Server;
    }
    if !words(container).any(|word| word.contains("ollama") || word.contains("/api/")) {
        return if image.is_ollama() { Runs::Client } else { Runs::Other };
    }
    let script = script(container);
    if script.contains("ollama serve") || script.contains("ollama start") {
        return Runs::Server;
    }
    // The last two are mistaken for the ones before.
    let asks = [
        "ollama pull",
        "ollama run",
        "ollama create",
        "/api/pull",
        "/api/create",
        "/api/generate",
        "/api/chat",
        ":11434/v1/pull",
        ":11434/v1/create",
        ":11434/pull",
    ];
    if image.is_ollama() || asks.iter().any(|word| script.contains(word)) { Runs::Client } else { Runs::Other }
}

/// What a variable is, through `ConfigMap`s that are among the manifests.
pub(super) fn env<'a>(scope: &Scope<'a>, from: Item<'a>, seat: &Seat<'a>, name: &str) -> Env<'a> {
    if let Some(variable) = seat.container.env.iter().flatten().rfind(|variable| variable.name == name) {
        return match (&variable.value, &variable.value_from) {
            (Some(value), _) if value.contains("$(") => Env::Unknown,
            (Some(value), _) => Env::Text(value),
            (None, None) => Env::Text(""),
            (None, Some(source)) => {
                let Some(key) = &source.config_map_key_ref else { return Env::Unknown };
                let map =
                    scope.find::<ConfigMap>(from, &key.name).and_then(|(_, map)| map.data.as_ref()?.get(&key.key));
                map.map_or(Env::Unknown, |value| Env::Text(value))
            }
        };
    }
    let mut found = Env::Absent;
    for source in seat.container.env_from.iter().flatten() {
        let prefix = source.prefix.as_deref().unwrap_or_default();
        let Some(key) = name.strip_prefix(prefix) else { continue };
        let map = source.config_map_ref.as_ref().and_then(|map| scope.find::<ConfigMap>(from, &map.name));
        match map {
            Some((_, map)) => {
                if let Some(value) = map.data.as_ref().and_then(|data| data.get(key)) {
                    found = Env::Text(value);
                }
            }
            None => found = Env::Unknown,
        }
    }
    found
}
