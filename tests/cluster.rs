//! Does a real control plane take the bundles, and do they schedule, roll out and drain there?
//!
//! Ignored unless asked for, as they need a cluster with GPU nodes in several zones, simulated ones will do:
//! `KUBECONFIG=… cargo test --test cluster -- --ignored`. `tests/control-plane.sh` makes one for them.
//! They drive `kubectl` and the command itself, as a user does, and put back what they change.

mod built_in;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use indoc::{formatdoc, indoc};
use k8s_openapi::serde_json::{self, Value};

/// How long a pod takes to stop where a test says so; heeded by simulated nodes.
const STOP: Duration = Duration::from_secs(30);
const SLOW_STOPS: &str = r#"annotations={"pod-delete.stage.kwok.x-k8s.io/delay": "30s"}"#;

/// One test at a time: they cordon and drain the nodes of one cluster.
fn alone() -> MutexGuard<'static, ()> {
    static CLUSTER: Mutex<()> = Mutex::new(());
    CLUSTER.lock().unwrap_or_else(PoisonError::into_inner)
}

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// Checks all profiles. Those with GPUs take turns, as they may want the same nodes.
fn each_profile(check: impl Fn(&'static str) + Sync) {
    let _alone = alone();
    thread::scope(|scope| {
        scope.spawn(|| check("cpu-72b"));
        built_in::names().filter(|name| *name != "cpu-72b").for_each(&check);
    });
}

/// A profile that is applied in a namespace of its own, until it goes out of scope.
struct Release {
    profile: &'static str,
    settings: Vec<String>,
    namespace: String,
    cordoned: Vec<String>,
}

impl Release {
    /// A profile with the examples for what only a user knows, not yet applied.
    fn new(profile: &'static str, settings: &[&str]) -> Self {
        // A name of its own: the one before may still be on its way out.
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let namespace = format!("farm-{}-{number}-{profile}", std::process::id());
        let needs = built_in::load(profile, &[]).missing;
        let mut all: Vec<String> = needs.iter().map(|value| format!("{}={}", value.path, value.example)).collect();
        all.push(format!("namespace={namespace}"));
        all.extend(settings.iter().map(ToString::to_string));
        Self { profile, settings: all, namespace, cordoned: Vec::new() }
    }

    /// The same, applied and ready.
    fn ready(profile: &'static str, settings: &[&str]) -> Self {
        let release = Self::new(profile, settings);
        release.apply();
        release.wait();
        release
    }

    /// What `ollama-k8s render` prints.
    fn bundle(&self) -> String {
        let mut render = Command::new(env!("CARGO_BIN_EXE_ollama-k8s"));
        render.args(["render", self.profile]).args(self.settings.iter().flat_map(|setting| ["--set", setting]));
        stdout(&render.output().expect("it runs"))
    }

    /// What `kubectl` says of it besides its results: warnings.
    fn apply(&self) -> String {
        let output = feed(&["apply", "--server-side", "--validate=strict", "-f", "-"], &self.bundle());
        stdout(&output);
        String::from_utf8(output.stderr).expect("text")
    }

    fn wait(&self) {
        self.kubectl(&["rollout", "status", "deployment/ollama", "--timeout=60s"]);
        if !self.get("jobs").is_empty() {
            self.kubectl(&["wait", "jobs", "--all", "--for=condition=Complete", "--timeout=60s"]);
        }
    }

    fn kubectl(&self, arguments: &[&str]) -> String {
        kubectl(&[&["--namespace", &self.namespace], arguments].concat())
    }

    fn get(&self, what: &str) -> Vec<Value> {
        items(&self.kubectl(&["get", what, "-o", "json"]))
    }

    /// The class that the bundle brings, or a test in its place.
    fn class(&self) -> String {
        format!("{}-ollama-models", self.namespace)
    }

    /// The servers that are not on their way out.
    fn servers(&self) -> Vec<Value> {
        let pods = self.get("pods");
        let is_server = |pod: &Value| pod["metadata"]["labels"]["app.kubernetes.io/component"] == "server";
        pods.into_iter().filter(|pod| is_server(pod) && pod["metadata"]["deletionTimestamp"].is_null()).collect()
    }

    fn replicas(&self) -> u32 {
        built_in::load(self.profile, &[]).profile.replicas
    }

    fn cordon(&mut self, node: String) {
        kubectl(&["cordon", &node]);
        self.cordoned.push(node);
    }

    fn uncordon(&mut self) {
        for node in self.cordoned.drain(..) {
            kubectl(&["uncordon", &node]);
        }
    }

    /// What must hold at any moment of a change.
    fn check_quota_and_availability(&self) {
        for quota in self.get("resourcequotas") {
            for (key, used) in quota["status"]["used"].as_object().into_iter().flatten() {
                let hard = &quota["status"]["hard"][key];
                assert!(amount(used) <= amount(hard), "{}: {key}: {used} of {hard}", self.profile);
            }
        }
        for budget in self.get("poddisruptionbudgets") {
            let healthy = |key: &str| budget["status"][key].as_i64().expect("a number");
            assert!(healthy("currentHealthy") >= healthy("desiredHealthy"), "{}: {budget:#}", self.profile);
        }
    }

    /// Runs a command to its end, with an eye on what must hold.
    fn watched(&self, mut command: Child) {
        while command.try_wait().expect("a process").is_none() {
            self.check_quota_and_availability();
            thread::sleep(Duration::from_millis(500));
        }
        let output = command.wait_with_output().expect("a process");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Another version of Ollama; how long it takes until all servers run it.
    fn upgrade(&mut self) -> Duration {
        self.settings.push("server.version=0.34.1".into());
        let begun = Instant::now();
        self.apply();
        self.watched(start(&[
            "--namespace",
            &self.namespace,
            "rollout",
            "status",
            "deployment/ollama",
            "--timeout=5m",
        ]));
        let taken = begun.elapsed();
        for pod in self.servers() {
            assert_eq!(pod["spec"]["containers"][0]["image"], "ollama/ollama:0.34.1");
        }
        say(&format!("{}: rolled out in {:.1} s", self.profile, taken.as_secs_f32()));
        taken
    }

    /// The most that an upgrade may take: each pod's own time, one after the other.
    fn stop_times(&self) -> Duration {
        STOP * self.replicas() + Duration::from_secs(10)
    }
}

impl Drop for Release {
    fn drop(&mut self) {
        self.uncordon();
        let quietly = |arguments: &[&str]| {
            let _ = Command::new("kubectl").args(["--namespace", &self.namespace]).args(arguments).output();
        };
        quietly(&["delete", "deployments,jobs", "--all"]);
        quietly(&["delete", "pods", "--all", "--force", "--grace-period=0"]);
        quietly(&["delete", "namespace", &self.namespace, "--wait=false"]);
        quietly(&["delete", "storageclass", "--ignore-not-found", &self.class()]);
    }
}

fn start(arguments: &[&str]) -> Child {
    let mut command = Command::new("kubectl");
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("kubectl is installed")
}

fn feed(arguments: &[&str], text: &str) -> Output {
    let mut command = start(arguments);
    command.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("it reads");
    command.wait_with_output().expect("a process")
}

fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).expect("text")
}

fn kubectl(arguments: &[&str]) -> String {
    stdout(&feed(arguments, ""))
}

fn items(json: &str) -> Vec<Value> {
    let list: Value = serde_json::from_str(json).expect("json");
    list["items"].as_array().expect("a list").clone()
}

/// Past the capture of the test runner: times are worth reading when all is well, too.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// A quantity as the API server writes it.
fn amount(quantity: &Value) -> f64 {
    let text = quantity.as_str().expect("a quantity");
    let units =
        [("m", 1e-3), ("k", 1e3), ("M", 1e6), ("G", 1e9), ("Ki", 1024.0), ("Mi", 1_048_576.0), ("Gi", 1_073_741_824.0)];
    let unit = units.iter().rev().find(|(unit, _)| text.ends_with(unit)).unwrap_or(&("", 1.0));
    text.trim_end_matches(unit.0).parse::<f64>().expect("a number") * unit.1
}

/// A label of the node of each pod.
fn of_nodes(pods: &[Value], label: &str) -> Vec<String> {
    let nodes: BTreeMap<String, Value> = items(&kubectl(&["get", "nodes", "-o", "json"]))
        .into_iter()
        .map(|node| (name(&node).to_owned(), node["metadata"]["labels"][label].clone()))
        .collect();
    pods.iter().map(|pod| nodes[node(pod)].as_str().unwrap_or_default().to_owned()).collect()
}

fn name(object: &Value) -> &str {
    object["metadata"]["name"].as_str().expect("a name")
}

fn node(pod: &Value) -> &str {
    pod["spec"]["nodeName"].as_str().expect("a node")
}

fn are_distinct(values: &[String]) -> bool {
    values.iter().collect::<BTreeSet<_>>().len() == values.len()
}

fn has_condition(object: &Value, condition: &str) -> bool {
    let conditions = object["status"]["conditions"].as_array();
    conditions.into_iter().flatten().any(|found| found["type"] == condition && found["status"] == "True")
}

#[test]
#[ignore = "needs a cluster"]
fn each_profile_is_admitted_without_a_warning_and_becomes_ready() {
    each_profile(|profile| {
        let release = Release::new(profile, &[]);
        assert_eq!(release.apply(), "", "{profile}");
        release.wait();
        let servers = release.servers();
        assert_eq!(servers.len(), release.replicas() as usize, "{profile}");
        assert!(
            servers.iter().all(|pod| pod["status"]["phase"] == "Running" && has_condition(pod, "Ready")),
            "{profile}"
        );
        assert!(
            release.get("persistentvolumeclaims").iter().all(|claim| claim["status"]["phase"] == "Bound"),
            "{profile}"
        );
        release.check_quota_and_availability();
    });
}

#[test]
#[ignore = "needs a cluster"]
fn servers_are_where_their_hardware_is_and_apart_from_each_other() {
    each_profile(|profile| {
        let release = Release::ready(profile, &[]);
        let servers = release.servers();
        let on_gpus = of_nodes(&servers, "nvidia.com/gpu.present").iter().all(|present| present == "true");
        assert_eq!(on_gpus, profile != "cpu-72b", "{profile}");
        assert!(are_distinct(&of_nodes(&servers, "kubernetes.io/hostname")), "{profile}");
        if profile == "eks-efs" {
            assert!(are_distinct(&of_nodes(&servers, "topology.kubernetes.io/zone")));
        }
    });
}

#[test]
#[ignore = "needs a cluster"]
fn a_pod_lands_only_on_a_card_that_is_large_enough() {
    let _alone = alone();
    for (gpu, product) in
        [("{memory: 80Gi}", "NVIDIA-H100-80GB-HBM3"), ("h100", "NVIDIA-H100-80GB-HBM3"), ("l4", "NVIDIA-L4")]
    {
        let release = Release::ready("single-gpu", &[&format!("hardware.gpu={gpu}")]);
        assert_eq!(of_nodes(&release.servers(), "nvidia.com/gpu.product"), [product], "{gpu}");
    }
}

#[test]
#[ignore = "needs a cluster"]
fn applying_again_changes_nothing() {
    each_profile(|profile| {
        let release = Release::ready(profile, &[]);
        let state = || {
            let objects = items(&stdout(&feed(&["get", "-f", "-", "-o", "json"], &release.bundle())));
            let version = |object: &Value| {
                let meta = &object["metadata"];
                format!("{}/{} {} {}", object["kind"], name(object), meta["resourceVersion"], meta["generation"])
            };
            objects.iter().map(version).collect::<Vec<_>>()
        };
        let mut before = state();
        // Controllers still write down that all is well.
        for _ in 0..20 {
            thread::sleep(Duration::from_millis(500));
            let now = state();
            if std::mem::replace(&mut before, now) == before {
                break;
            }
        }
        assert!(before.len() > 8);
        release.apply();
        let changed: Vec<String> = state().into_iter().filter(|object| !before.contains(object)).collect();
        assert!(changed.is_empty(), "{profile}: {changed:?}");
    });
}

#[test]
#[ignore = "needs a cluster"]
fn a_new_version_takes_no_longer_than_the_pods_take_to_stop() {
    each_profile(|profile| {
        let mut release = Release::ready(profile, &[SLOW_STOPS]);
        assert!(release.upgrade() <= release.stop_times(), "{profile}");
    });
}

#[test]
#[ignore = "needs a cluster"]
fn servers_that_may_share_no_node_are_replaced_where_no_node_is_spare() {
    let _alone = alone();
    let mut release = Release::ready("ha-rwx", &[SLOW_STOPS]);
    let servers = release.servers();
    let taken: Vec<&str> = servers.iter().map(node).collect();
    for spare in items(&kubectl(&["get", "nodes", "-l", "nvidia.com/gpu.present=true", "-o", "json"])) {
        if !taken.contains(&name(&spare)) {
            release.cordon(name(&spare).to_owned());
        }
    }
    assert!(release.upgrade() <= release.stop_times());
}

#[test]
#[ignore = "needs a cluster"]
fn a_disk_of_one_node_is_never_asked_for_by_two() {
    let _alone = alone();
    let mut release = Release::new("single-gpu", &[SLOW_STOPS]);
    let class = release.class();
    let disks = formatdoc! {"
        apiVersion: storage.k8s.io/v1
        kind: StorageClass
        metadata: {{name: {class}}}
        provisioner: ebs.csi.aws.com
        volumeBindingMode: WaitForFirstConsumer
    "};
    stdout(&feed(&["apply", "-f", "-"], &disks));
    release.settings.push(format!("storage.class={class}"));
    release.apply();
    release.wait();
    assert!(release.upgrade() <= release.stop_times());
    let events = release.get("events");
    let of_volumes: Vec<_> = events.iter().filter(|event| event["reason"] == "FailedAttachVolume").collect();
    assert!(of_volumes.is_empty(), "{of_volumes:#?}");
}

#[test]
#[ignore = "needs a cluster"]
fn the_node_of_a_server_can_be_drained_and_the_budget_holds() {
    each_profile(|profile| {
        let mut release = Release::ready(profile, &[SLOW_STOPS]);
        let drained = node(&release.servers()[0]).to_owned();
        let begun = Instant::now();
        release.cordon(drained.clone());
        release.watched(start(&["drain", &drained, "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=120s"]));
        assert!(begun.elapsed() <= STOP + Duration::from_secs(10), "{profile}");
        say(&format!("{profile}: drained in {:.1} s", begun.elapsed().as_secs_f32()));
        // One server alone waits for the node of its disk, or the only one that is large enough.
        if release.replicas() == 1 {
            release.uncordon();
        }
        release.wait();
    });
}

#[test]
#[ignore = "needs a cluster"]
fn the_namespace_refuses_a_pod_without_our_security_settings() {
    let pod = indoc! {"
        apiVersion: v1
        kind: Pod
        metadata: {name: stray}
        spec:
          containers:
            - {name: stray, image: busybox}
    "};
    each_profile(|profile| {
        let release = Release::ready(profile, &[]);
        let output = feed(&["--namespace", &release.namespace, "apply", "-f", "-"], pod);
        assert!(!output.status.success(), "{profile}");
        let message = String::from_utf8_lossy(&output.stderr);
        assert!(message.contains("violates PodSecurity \"restricted:v1.28\""), "{message}");
    });
}
