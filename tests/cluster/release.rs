//! How does a profile get into the cluster, change there, and leave again?

use std::process::{Child, Command};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};
use std::thread;
use std::time::{Duration, Instant};

use k8s_openapi::serde_json::Value;
use ollama_k8s::bundle::Bundle;
use ollama_k8s::scope::{Scope, Workload};

use crate::built_in;
use crate::claims;
use crate::kubectl::{feed, items, kubectl, node, say, start, stdout};
use crate::pool;
use crate::watch::{self, Watch};

/// How long a pod takes to stop where a test says so; heeded by simulated nodes.
pub const STOP: Duration = Duration::from_secs(30);
pub const SLOW_STOPS: &str = r#"annotations={"pod-delete.stage.kwok.x-k8s.io/delay": "30s"}"#;

/// So many releases are set up or taken down at once: the times that tests assert leave 10 s for all but waiting.
static TURNS: [Mutex<()>; 4] = [const { Mutex::new(()) }; 4];
/// Held by all tests together, or by one that must have the cluster for itself.
pub static CLUSTER: RwLock<()> = RwLock::new(());
static NUMBER: AtomicUsize = AtomicUsize::new(0);

/// A profile in a namespace and on nodes of its own, until it goes out of scope.
pub struct Release {
    profile: &'static str,
    settings: Vec<String>,
    number: usize,
    /// Also the name of its pool of nodes.
    pub namespace: String,
    /// `deployment/ollama` or `statefulset/ollama`.
    workload: String,
    pub replicas: usize,
}

impl Release {
    /// A profile with the examples for what only a user knows, not yet applied.
    pub fn new(profile: &'static str, settings: &[&str]) -> Self {
        Self::on(pool::make, profile, settings)
    }

    /// The same, applied and ready.
    pub fn ready(profile: &'static str, settings: &[&str]) -> Self {
        let release = Self::new(profile, settings);
        release.set_up();
        release
    }

    /// The same as `new`, on nodes that are made by `make_pool`.
    pub fn on(make_pool: impl Fn(&str), profile: &'static str, settings: &[&str]) -> Self {
        // A name of its own: the one before may still be on its way out.
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let namespace = format!("farm-{}-{number}-{profile}", std::process::id());
        let needs = built_in::load(profile, &[]).missing;
        let mut all: Vec<String> = needs.iter().map(|value| format!("{}={}", value.path, value.example)).collect();
        all.push(format!("namespace={namespace}"));
        all.push(format!("hardware.nodeSelector={{{}: {namespace}}}", pool::LABEL));
        all.extend(settings.iter().map(ToString::to_string));

        let all_texts: Vec<&str> = all.iter().map(String::as_str).collect();
        let bundle = built_in::render(profile, &all_texts).bundle;
        let server = server(&bundle);
        let reference = server.item.object.reference();
        let release = Self {
            profile,
            settings: all,
            number,
            namespace,
            workload: format!("{}/{}", reference.kind.to_lowercase(), reference.name),
            replicas: usize::try_from(server.replicas).expect("a count"),
        };
        make_pool(&release.namespace);
        claims::make(&bundle, &release.namespace);
        release
    }

    /// Applies it and waits until it is ready.
    pub fn set_up(&self) {
        self.in_turn(|| {
            self.apply();
            self.wait();
        });
    }

    /// Does what is work for the cluster, while only a few others do.
    pub fn in_turn<T>(&self, work: impl FnOnce() -> T) -> T {
        let _turn = TURNS[self.number % TURNS.len()].lock().unwrap_or_else(PoisonError::into_inner);
        work()
    }

    pub fn set(&mut self, setting: String) {
        self.settings.push(setting);
    }

    /// What `ollama-k8s render` prints.
    pub fn bundle(&self) -> String {
        let mut render = Command::new(env!("CARGO_BIN_EXE_ollama-k8s"));
        render.args(["render", self.profile]).args(self.settings.iter().flat_map(|setting| ["--set", setting]));
        stdout(&render.output().expect("it runs"))
    }

    /// What `kubectl` says of it besides its results: warnings, also those about fields that it does not know.
    pub fn apply_strictly(&self) -> String {
        let output = feed(&["apply", "--server-side", "--validate=strict", "-f", "-"], &self.bundle());
        stdout(&output);
        String::from_utf8(output.stderr).expect("text")
    }

    /// Leaves the schemas alone: reading them is a second of work for `kubectl`, and one test does.
    pub fn apply(&self) {
        stdout(&feed(&["apply", "--server-side", "--validate=false", "-f", "-"], &self.bundle()));
    }

    pub fn wait(&self) {
        self.kubectl(&["rollout", "status", &self.workload, "--timeout=60s"]);
        if !self.get("jobs").is_empty() {
            self.kubectl(&["wait", "jobs", "--all", "--for=condition=Complete", "--timeout=60s"]);
        }
    }

    fn kubectl(&self, arguments: &[&str]) -> String {
        kubectl(&[&["--namespace", &self.namespace], arguments].concat())
    }

    pub fn get(&self, what: &str) -> Vec<Value> {
        items(&self.kubectl(&["get", what, "-o", "json"]))
    }

    /// The class that the bundle brings, or a test in its place.
    pub fn class(&self) -> String {
        format!("{}-ollama-models", self.namespace)
    }

    /// The servers that are not on their way out.
    pub fn servers(&self) -> Vec<Value> {
        let pods = self.get("pods");
        let is_server = |pod: &Value| pod["metadata"]["labels"]["app.kubernetes.io/component"] == "server";
        pods.into_iter().filter(|pod| is_server(pod) && pod["metadata"]["deletionTimestamp"].is_null()).collect()
    }

    /// Whether a server has nowhere to go when its node is drained: it is alone, or its disk is there.
    fn waits_for_its_node(&self) -> bool {
        self.replicas == 1 || self.workload.starts_with("statefulset/")
    }

    fn quota_and_budget(&self) -> Vec<Value> {
        self.get("resourcequotas,poddisruptionbudgets")
    }

    pub fn check_quota_and_availability(&self) {
        watch::check(&self.namespace, &self.quota_and_budget());
    }

    /// Runs a change to its end, with an eye on what must hold meanwhile; how long it takes.
    pub fn watched(&self, change: impl FnOnce() -> Child) -> Duration {
        let watch = Watch::over(&self.namespace);
        let begun = Instant::now();
        stdout(&change().wait_with_output().expect("a process"));
        let taken = begun.elapsed();
        watch.end(&self.quota_and_budget());
        taken
    }

    /// Another version of Ollama; how long it takes until all servers run it.
    pub fn upgrade(&mut self) -> Duration {
        let tag = if self.profile == "amd-rocm" { "0.34.1-rocm" } else { "0.34.1" };
        self.set(format!("server.image.tag={tag}"));
        let taken = self.watched(|| {
            self.apply();
            start(&["--namespace", &self.namespace, "rollout", "status", &self.workload, "--timeout=5m"])
        });
        for pod in self.servers() {
            let image = pod["spec"]["containers"][0]["image"].as_str().expect("an image");
            assert!(image.ends_with(&format!("ollama/ollama:{tag}")), "{image}");
        }
        say(&format!("{}: rolled out in {:.1} s", self.profile, taken.as_secs_f32()));
        taken
    }

    /// Drains the node of a server, and waits until there are as many as before; how long the drain takes.
    pub fn drain(&self) -> Duration {
        let drained = node(&self.servers()[0]).to_owned();
        let taken = self
            .watched(|| start(&["drain", &drained, "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=120s"]));
        say(&format!("{}: drained in {:.1} s", self.profile, taken.as_secs_f32()));
        if self.waits_for_its_node() {
            kubectl(&["uncordon", &drained]);
        }
        self.wait();
        taken
    }

    /// The most that an upgrade may take: each pod's own time, one after the other.
    pub fn stop_times(&self, stop: Duration) -> Duration {
        stop * u32::try_from(self.replicas).expect("a few") + Duration::from_secs(10)
    }
}

impl Drop for Release {
    fn drop(&mut self) {
        let quietly = |arguments: &[&str]| {
            let _ = Command::new("kubectl").args(["--namespace", &self.namespace]).args(arguments).output();
        };
        self.in_turn(|| {
            quietly(&["delete", "deployments,statefulsets,jobs", "--all"]);
            quietly(&["delete", "pods", "--all", "--force", "--grace-period=0"]);
            let classes = [self.class(), claims::class(&self.namespace)].map(|class| format!("storageclass/{class}"));
            let namespace = format!("namespace/{}", self.namespace);
            quietly(&["delete", "--wait=false", "--ignore-not-found", &classes[0], &classes[1], &namespace]);
            quietly(&["delete", "nodes", "--wait=false", "--selector", &format!("{}={}", pool::LABEL, self.namespace)]);
        });
    }
}

/// What makes the servers of a bundle.
fn server(bundle: &Bundle) -> Workload<'_> {
    Scope::of_made(bundle.iter(), &[]).servers().next().cloned().expect("a bundle has servers")
}

/// Checks all profiles at the same time.
pub fn each_profile(check: impl Fn(&'static str) + Sync) {
    let profiles: Vec<(&str, &[&str])> = built_in::names().map(|name| (name, &[][..])).collect();
    each(&profiles, |profile, _| check(profile));
}

/// Checks these profiles, each with its settings, at the same time.
pub fn each(
    profiles: &[(&'static str, &'static [&'static str])],
    check: impl Fn(&'static str, &'static [&'static str]) + Sync,
) {
    let _with_others = CLUSTER.read().unwrap_or_else(PoisonError::into_inner);
    thread::scope(|scope| {
        for (profile, settings) in profiles {
            let check = &check;
            scope.spawn(move || check(profile, settings));
        }
    });
}
