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

/// What older API servers say, or do not take. Source: measured on 1.28, and kubernetes issue 130263.
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
    thread::scope(|scope| {
        let barn = &barn;
        for group in groups.values() {
            scope.spawn(move || group.iter().for_each(|change| barn.check(change)));
        }
    });
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

    fn check(&self, change: &Change) {
        if change.what == ONLY_OF_NEWER && !self.is_new {
            return;
        }
        let object = change.object.to_lowercase().replace("barn", &self.namespace);
        let before = (self.object(&object), self.pods(change));
        let output = self.apply(&change.new());
        let said = String::from_utf8_lossy(&output.stderr);
        let what = format!("{}: {said}", change.what);
        if let Happens::Refused(words) = change.happens {
            assert!(!output.status.success(), "it is taken: {what}");
            let is_known = said.contains(words) || !self.is_new && OF_OLDER.iter().any(|words| said.contains(words));
            assert!(is_known, "{what}");
            return;
        }
        assert!(output.status.success(), "{what}");
        if matches!(change.happens, Happens::Restarts(_)) && !change.object.starts_with("Pod/") {
            self.kubectl(&["rollout", "status", &object, "--timeout=60s"]);
        }
        let after = (self.observed(&object), self.pods(change));
        match change.happens {
            Happens::Nothing => assert_eq!(after.0, before.0, "{what}"),
            _ => assert_ne!(after.0, before.0, "{what}"),
        }
        if change.object.starts_with("Pod/") {
            // Nothing but its image is another, for which a real node starts its container again.
            assert_eq!(after.0["metadata"]["uid"], before.0["metadata"]["uid"], "{what}");
        } else if matches!(change.happens, Happens::Restarts(_)) {
            assert!(!after.1.is_empty() && after.1.is_disjoint(&before.1), "{what} {:?} {:?}", before.1, after.1);
        } else {
            assert!(
                after.1.is_subset(&before.1) || before.1.is_subset(&after.1),
                "{what} {:?} {:?}",
                before.1,
                after.1
            );
        }
        self.undo(change, &object);
    }

    fn undo(&self, change: &Change, object: &str) {
        // A claim stays as large as it is, and the last change of a Deployment is one that cannot be taken back so.
        if change.object.starts_with("PersistentVolumeClaim/") || change.what == "what recreates is to roll" {
            return;
        }
        let output = self.apply(change.old());
        assert!(output.status.success(), "{}: back: {}", change.what, String::from_utf8_lossy(&output.stderr));
        if change.object.starts_with("Deployment/") || change.object.starts_with("StatefulSet/") {
            self.kubectl(&["rollout", "status", object, "--timeout=60s"]);
        }
    }

    /// An object without what is written down of how it came about.
    fn object(&self, object: &str) -> Value {
        let mut found: Value = serde_json::from_str(&self.kubectl(&["get", object, "-o", "json"])).expect("json");
        let fields = found.as_object_mut().expect("an object");
        fields.remove("status");
        let metadata = fields["metadata"].as_object_mut().expect("an object");
        metadata.remove("managedFields");
        metadata.remove("resourceVersion");
        // Of rollouts there were some before.
        if let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) {
            annotations.remove("deployment.kubernetes.io/revision");
        }
        found
    }

    /// The same, once its controller has seen the change: what it does it has begun by then.
    fn observed(&self, object: &str) -> Value {
        for _ in 0..100 {
            let found: Value = serde_json::from_str(&self.kubectl(&["get", object, "-o", "json"])).expect("json");
            let observed = &found["status"]["observedGeneration"];
            if observed.is_null() || *observed == found["metadata"]["generation"] {
                return self.object(object);
            }
            thread::sleep(Duration::from_millis(100));
        }
        panic!("{object} is not looked at");
    }

    /// The pods of a workload that are not on their way out.
    fn pods(&self, change: &Change) -> BTreeSet<String> {
        let (kind, name) = change.object.split_once('/').expect("a kind and a name");
        if !["Deployment", "StatefulSet"].contains(&kind) {
            return BTreeSet::new();
        }
        let pods = items(&self.kubectl(&["get", "pods", "-o", "json", "--selector", &format!("app={name}")]));
        let stays = |pod: &&Value| pod["metadata"]["deletionTimestamp"].is_null();
        pods.iter().filter(stays).map(|pod| pod["metadata"]["uid"].as_str().expect("text").to_owned()).collect()
    }
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
