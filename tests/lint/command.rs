//! Which files, which rules, and which status?

use std::io::Write;
use std::process::{Command, Stdio};

use super::{BROKEN, lint, status, text};

#[test]
fn an_error_is_shown_in_its_line_with_what_to_write_and_ends_with_status_1() {
    let output = lint(&[("farm.yaml", BROKEN.as_bytes())], &["farm.yaml", "--only", "rwo-multi-replica"]);
    assert_eq!(status(&output), 1);
    let shown = "\
error[rwo-multi-replica]: Deployment/llama-farm: 2 pods cannot mount `llama-models` on different nodes
  --> farm.yaml:12:13
   |
 4 | spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}}
   |        ----------- mounted by one node
...
12 |   replicas: 2
   |             ^
   |
   = help: set accessModes: [ReadWriteMany] and a class that can do it, or replicas: 1

1 error in 2 objects
";
    assert_eq!(text(&output.stdout), shown);
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn a_claim_is_found_in_another_file_of_the_folder() {
    let (claim, deployment) = BROKEN.split_once("---\n").expect("two documents");
    let files = [("apps/a.yaml", claim.as_bytes()), ("apps/deep/b.yml", deployment.as_bytes())];
    let output = lint(&files, &["apps", "--only", "rwo-multi-replica"]);
    assert_eq!(status(&output), 1, "{}", text(&output.stdout));
}

#[test]
fn stdin_is_read_like_a_file() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ollama-k8s"))
        .args(["lint", "-", "--only", "rwo-multi-replica"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    child.stdin.take().expect("a pipe").write_all(BROKEN.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert!(text(&output.stdout).contains("--> stdin:12:13"));
}

#[test]
fn warnings_end_with_status_1_only_when_that_is_asked_for() {
    let warned = BROKEN.replace("replicas: 2", "replicas: 1").replace("ollama:0.34.2", "ollama:latest");
    let files = [("farm.yaml", warned.as_bytes())];
    let output = lint(&files, &["farm.yaml"]);
    assert_eq!(status(&output), 0, "{}", text(&output.stdout));
    assert!(text(&output.stdout).contains("warning"));
    assert_eq!(status(&lint(&files, &["farm.yaml", "--strict"])), 1);
}

#[test]
fn a_rule_that_is_skipped_finds_nothing_and_a_misspelt_one_is_refused() {
    let files = [("farm.yaml", BROKEN.as_bytes())];
    let output = lint(&files, &["farm.yaml", "--skip", "rwo-multi-replica"]);
    assert!(!text(&output.stdout).contains("rwo-multi-replica"));
    let output = lint(&files, &["farm.yaml", "--only", "rwo-multi-replicas"]);
    assert_eq!(status(&output), 2);
    assert!(text(&output.stderr).contains("did you mean rwo-multi-replica?"), "{}", text(&output.stderr));
}

#[test]
fn what_an_object_allows_with_a_reason_is_counted_and_not_shown() {
    let allowed = BROKEN.replace(
        "  name: llama-farm\n",
        "  name: llama-farm\n  annotations: {ollama-k8s/allow: \"rwo-multi-replica: one node only\"}\n",
    );
    let files = [("farm.yaml", allowed.as_bytes())];
    let output = lint(&files, &["farm.yaml", "--only", "rwo-multi-replica,allow-unused"]);
    assert_eq!((status(&output), text(&output.stdout)), (0, "nothing wrong in 2 objects; allowed: 1\n"));
}

#[test]
fn what_is_no_manifest_is_passed_over_and_counted() {
    let files: [(&str, &[u8]); 5] = [
        ("farm.yaml", BROKEN.as_bytes()),
        (".github/workflows/ci.yaml", b"on: push\njobs: {}\n"),
        ("chart/values.yaml", b"controllers: {}\n"),
        (
            "chart/templates/deployment.yaml",
            b"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Values.name }}\n",
        ),
        ("notes.txt", b"apiVersion: what\nkind: ever\n"),
    ];
    let output = lint(&files, &[".", "--only", "rwo-multi-replica"]);
    let last = text(&output.stdout).lines().last().expect("a summary");
    assert_eq!(last, "1 error in 2 objects; passed over: 1 document that is no manifest, 1 template");
}

#[test]
fn a_path_that_is_not_there_is_the_system_s_fault() {
    let output = lint(&[], &["missing.yaml"]);
    assert_eq!(status(&output), 4);
    assert!(text(&output.stderr).contains("cannot read missing.yaml"));
}

#[test]
fn a_folder_without_manifests_has_nothing_wrong() {
    let output = lint(&[("empty/readme.md", b"")], &["empty"]);
    assert_eq!((status(&output), text(&output.stdout)), (0, "nothing wrong in 0 objects\n"));
}

#[test]
fn the_rules_are_listed_and_each_is_explained() {
    let output = lint(&[], &["--rules"]);
    assert!(text(&output.stdout).lines().any(|line| line.starts_with("rwo-multi-replica ")));
    let output = lint(&[], &["--rules", "--format", "json"]);
    assert!(text(&output.stdout).contains("\"id\": \"rwo-multi-replica\""));
    let page = Command::new(env!("CARGO_BIN_EXE_ollama-k8s")).args(["explain", "rwo-multi-replica"]).output();
    let page = page.expect("it runs");
    assert!(text(&page.stdout).starts_with("# rwo-multi-replica (error)\n"));
}
