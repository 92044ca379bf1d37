//! What does `kubectl` do and say?

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::{Child, Command, Output, Stdio};

use k8s_openapi::serde_json::{self, Value};

pub fn start(arguments: &[&str]) -> Child {
    let mut command = Command::new("kubectl");
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("kubectl is installed")
}

pub fn feed(arguments: &[&str], text: &str) -> Output {
    let mut command = start(arguments);
    command.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("it reads");
    command.wait_with_output().expect("a process")
}

pub fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).expect("text")
}

pub fn kubectl(arguments: &[&str]) -> String {
    stdout(&feed(arguments, ""))
}

pub fn items(json: &str) -> Vec<Value> {
    let list: Value = serde_json::from_str(json).expect("json");
    list["items"].as_array().expect("a list").clone()
}

/// Past the capture of the test runner: times are worth reading when all is well, too.
pub fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// A label of the node of each pod.
pub fn of_nodes(pods: &[Value], label: &str) -> Vec<String> {
    let nodes: BTreeMap<String, Value> = items(&kubectl(&["get", "nodes", "-o", "json"]))
        .into_iter()
        .map(|node| (name(&node).to_owned(), node["metadata"]["labels"][label].clone()))
        .collect();
    pods.iter().map(|pod| nodes[node(pod)].as_str().unwrap_or_default().to_owned()).collect()
}

pub fn name(object: &Value) -> &str {
    object["metadata"]["name"].as_str().expect("a name")
}

pub fn node(pod: &Value) -> &str {
    pod["spec"]["nodeName"].as_str().expect("a node")
}

pub fn are_distinct(values: &[String]) -> bool {
    values.iter().collect::<BTreeSet<_>>().len() == values.len()
}

pub fn has_condition(object: &Value, condition: &str) -> bool {
    let conditions = object["status"]["conditions"].as_array();
    conditions.into_iter().flatten().any(|found| found["type"] == condition && found["status"] == "True")
}
