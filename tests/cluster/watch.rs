//! What must hold at any moment of a change: the quota suffices, and as many servers are up as the budget promises.

use std::io::Read;
use std::process::Child;
use std::thread::{self, JoinHandle};

use k8s_openapi::serde_json::{Deserializer, Value};

use crate::kubectl::start;

/// Every state of the quotas and budgets of a namespace, until it ends or goes out of scope.
pub struct Watch {
    namespace: String,
    commands: Vec<Child>,
    readers: Vec<JoinHandle<Vec<u8>>>,
}

impl Watch {
    pub fn over(namespace: &str) -> Self {
        let mut watch = Self { namespace: namespace.to_owned(), commands: Vec::new(), readers: Vec::new() };
        for what in ["resourcequotas", "poddisruptionbudgets"] {
            let mut command = start(&["--namespace", namespace, "get", what, "--watch", "-o", "json"]);
            let mut output = command.stdout.take().expect("a pipe");
            watch.readers.push(thread::spawn(move || {
                let mut text = Vec::new();
                output.read_to_end(&mut text).expect("a pipe can be read");
                text
            }));
            watch.commands.push(command);
        }
        watch
    }

    /// Checks all states that these objects were seen in, each at least once.
    pub fn end(mut self, objects: &[Value]) {
        self.stop();
        let texts = self.readers.drain(..).map(|reader| reader.join().expect("it only reads"));
        // What was being written when it was stopped is no whole object.
        let whole =
            |text: Vec<u8>| Deserializer::from_slice(&text).into_iter().map_while(Result::ok).collect::<Vec<_>>();
        let states: Vec<Value> = texts.flat_map(whole).collect();
        for object in objects {
            let uid = &object["metadata"]["uid"];
            assert!(states.iter().any(|state| state["metadata"]["uid"] == *uid), "not watched: {object:#}");
        }
        check(&self.namespace, &states);
    }

    fn stop(&mut self) {
        for mut command in self.commands.drain(..) {
            let _ = command.kill();
            let _ = command.wait();
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Checks quotas and budgets as they are.
pub fn check(namespace: &str, states: &[Value]) {
    for state in states {
        for (key, used) in state["status"]["used"].as_object().into_iter().flatten() {
            let hard = &state["status"]["hard"][key];
            assert!(amount(used) <= amount(hard), "{namespace}: {key}: {used} of {hard}");
        }
        if state["kind"] == "PodDisruptionBudget" {
            let healthy = |key: &str| state["status"][key].as_i64().expect("a number");
            assert!(healthy("currentHealthy") >= healthy("desiredHealthy"), "{namespace}: {state:#}");
        }
    }
}

/// A quantity as the API server writes it.
fn amount(quantity: &Value) -> f64 {
    let text = quantity.as_str().expect("a quantity");
    let units =
        [("m", 1e-3), ("k", 1e3), ("M", 1e6), ("G", 1e9), ("Ki", 1024.0), ("Mi", 1_048_576.0), ("Gi", 1_073_741_824.0)];
    let unit = units.iter().rev().find(|(unit, _)| text.ends_with(unit)).unwrap_or(&("", 1.0));
    text.trim_end_matches(unit.0).parse::<f64>().expect("a number") * unit.1
}

#[cfg(test)]
mod tests {
    use k8s_openapi::serde_json::json;

    use super::*;

    #[test]
    #[should_panic(expected = "pods: \"5\" of \"4\"")]
    fn more_than_the_quota_allows_is_found() {
        check("farm", &[json!({"status": {"hard": {"pods": "4"}, "used": {"pods": "5"}}})]);
    }

    #[test]
    #[should_panic(expected = "PodDisruptionBudget")]
    fn fewer_servers_than_the_budget_promises_are_found() {
        let status = json!({"currentHealthy": 0, "desiredHealthy": 1});
        check("farm", &[json!({"kind": "PodDisruptionBudget", "status": status})]);
    }
}
