//! Does a real API server do with each change of the table what `diff` foresees?

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::sync::PoisonError;
use std::thread;
use std::time::Duration;

use k8s_openapi::serde_json::{self, Value};

use crate::kubectl::{feed, items, kubectl, stdout};
use crate::release::CLUSTER;
use crate::table::{self, BASE, CHANGES, Change, Happens};

/// What older API servers say, or do not take, by their sources; not tried on one yet.
const OF_OLDER: [&str; 2] = ["updates to statefulset spec for fields other than", "cannot change roleRef"];
const ONLY_OF_NEWER: &str = "fewer old revisions";

/// The objects of the table, in a namespace of their own.
struct Barn {
    namespace: String,
    is_new: bool,
}

#[test]
#[ignore = "needs a cluster"]
fn a_change_restarts_or_is_refused_as_diff_foresees() {
    let _with_others = CLUSTER.read().unwrap_or_else(PoisonError::into_inner);
    let barn = Barn::build();
    let mut groups: BTreeMap<&str, Vec<&Change>> = BTreeMap::new();
    for change in CHANGES {
        groups.entry(change.object).or_default().push(change);
    }
    let wrong: Vec<String> = thread::scope(|scope| {
        let barn = &barn;
        let check =
            |group: &Vec<&Change>| group.iter().filter_map(|change| barn.check(change).err()).collect::<Vec<_>>();
        let threads: Vec<_> = groups.into_values().map(|group| scope.spawn(move || check(&group))).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("it ends")).collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

impl Barn {
    fn build() -> Self {
        let namespace = format!("barn-{}", std::process::id());
        let version: Value = serde_json::from_str(&kubectl(&["version", "-o", "json"])).expect("json");
        let minor = version["serverVersion"]["minor"].as_str().expect("a number");
        let is_new = minor.trim_end_matches('+').parse::<u32>().expect("a number") >= 37;
        kubectl(&["create", "namespace", &namespace]);
        let barn = Self { namespace, is_new };
        stdout(&barn.apply(BASE));
        for object in ["deployment/llama-farm", "deployment/llama-alone", "statefulset/llama-herd"] {
            barn.kubectl(&["rollout", "status", object, "--timeout=60s"]);
        }
        barn.kubectl(&["wait", "pvc/llama-models", "--for=jsonpath={.status.phase}=Bound", "--timeout=60s"]);
        barn
    }

    /// The names of what is in no namespace have its name in theirs.
    fn apply(&self, text: &str) -> std::process::Output {
        let text = text.replace("barn", &self.namespace);
        feed(&["apply", "--server-side", "--validate=false", "-f", "-"], &text)
    }

    fn kubectl(&self, arguments: &[&str]) -> String {
        kubectl(&[&["--namespace", &self.namespace], arguments].concat())
    }

    /// What the API server does otherwise than is foreseen.
    fn check(&self, change: &Change) -> Result<(), String> {
        if change.what == ONLY_OF_NEWER && !self.is_new {
            return Ok(());
        }
        let (kind, _) = change.object.split_once('/').expect("a kind and a name");
        let makes_pods = kind == "Deployment" || kind == "StatefulSet";
        let restarts = matches!(change.happens, Happens::Restarts(_));
        let before = self.state(change);
        let output = self.apply(&change.after());
        let said = String::from_utf8_lossy(&output.stderr);
        let wrong = |what: &str| Err(format!("{}: {what}: {said}", change.what));
        if let Happens::Refused(words) = change.happens {
            let is_known = said.contains(words) || !self.is_new && OF_OLDER.iter().any(|words| said.contains(words));
            return match (output.status.success(), is_known) {
                (true, _) => self.undo(change, makes_pods).and(wrong("it is taken")),
                (false, false) => wrong("it is refused in other words"),
                (false, true) => Ok(()),
            };
        }
        if !output.status.success() {
            return wrong("it is refused");
        }
        if makes_pods && restarts {
            self.settle(change)?;
        }
        let after = self.state(change);
        self.undo(change, makes_pods && restarts)?;
        if (after.object == before.object) != (change.happens == Happens::Nothing) {
            return wrong("it is the same, or is not");
        }
        let (old, new) = (&before.pods, &after.pods);
        let is_as_foreseen = match (makes_pods, restarts) {
            (true, true) => !new.is_empty() && new.is_disjoint(old),
            // A real node starts the container of a pod again.
            (false, _) => before.object["metadata"]["uid"] == after.object["metadata"]["uid"],
            (true, false) => new.is_subset(old) || old.is_subset(new),
        };
        if is_as_foreseen { Ok(()) } else { wrong(&format!("pods {old:?} become {new:?}")) }
    }

    fn undo(&self, change: &Change, restarts: bool) -> Result<(), String> {
        // A claim stays as large as it is, and the last change of a Deployment cannot be taken back so.
        if change.object.starts_with("PersistentVolumeClaim/") || change.what == "what recreates is to roll" {
            return Ok(());
        }
        let output = self.apply(change.before());
        if !output.status.success() {
            return Err(format!("{}: back: {}", change.what, String::from_utf8_lossy(&output.stderr)));
        }
        if restarts { self.settle(change) } else { Ok(()) }
    }

    /// Waits until all pods of a workload are as its template is.
    fn settle(&self, change: &Change) -> Result<(), String> {
        let object = change.object.to_lowercase();
        let arguments = ["--namespace", &self.namespace, "rollout", "status", &object, "--timeout=60s"];
        let output = feed(&arguments, "");
        if output.status.success() { Ok(()) } else { Err(format!("{}: it never settles", change.what)) }
    }

    /// An object and its pods, once its controller has seen it: what that does it has begun by then.
    fn state(&self, change: &Change) -> State {
        let (kind, name) = change.object.split_once('/').expect("a kind and a name");
        let named = name.replace("barn", &self.namespace);
        for _ in 0..100 {
            let found = items(&self.kubectl(&["get", &format!("{kind},pods"), "-o", "json"]));
            let object =
                found.iter().find(|object| object["kind"] == kind && object["metadata"]["name"] == named.as_str());
            let object = object.expect("it is there");
            let observed = &object["status"]["observedGeneration"];
            if observed.is_null() || *observed == object["metadata"]["generation"] {
                let is_of_it = |pod: &&Value| {
                    pod["kind"] == "Pod"
                        && pod["metadata"]["labels"]["app"] == name
                        && pod["metadata"]["deletionTimestamp"].is_null()
                };
                let pods =
                    found.iter().filter(is_of_it).map(|pod| pod["metadata"]["uid"].as_str().expect("text").to_owned());
                return State { object: bare(object.clone()), pods: pods.collect() };
            }
            thread::sleep(Duration::from_millis(100));
        }
        panic!("{}: its controller does not look at it", change.object);
    }
}

/// An object and its pods that are not on their way out.
struct State {
    object: Value,
    pods: BTreeSet<String>,
}

/// An object without what is written down of how it came about.
fn bare(mut object: Value) -> Value {
    let fields = object.as_object_mut().expect("an object");
    fields.remove("status");
    let metadata = fields["metadata"].as_object_mut().expect("an object");
    metadata.remove("managedFields");
    metadata.remove("resourceVersion");
    // Of rollouts there were some before.
    if let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) {
        annotations.remove("deployment.kubernetes.io/revision");
    }
    object
}

impl Drop for Barn {
    fn drop(&mut self) {
        let text = table::objects().into_iter().filter(|(object, _)| object.contains("barn"));
        let of_no_namespace = text.map(|(object, _)| object.to_lowercase().replace("barn", &self.namespace));
        for object in of_no_namespace.chain([format!("namespace/{}", self.namespace)]) {
            let _ = Command::new("kubectl").args(["delete", "--wait=false", "--ignore-not-found", &object]).output();
        }
    }
}
