//! What are the words of a command line, and does the real kubectl understand them?

use std::collections::BTreeSet;
use std::io::Write;
use std::process::Command;

/// The words, as a shell parts them; what stands behind a pipe is not ours to judge.
pub fn words(line: &str) -> Vec<String> {
    let line = line.split(" | ").next().expect("a first part");
    let output = Command::new("sh").args(["-c", &format!("printf '%s\\n' {line}")]).output().expect("sh");
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text").lines().map(str::to_owned).collect()
}

/// A command that is understood goes on to ask the server, which is not there.
pub fn all_reach_the_server(lines: &BTreeSet<String>) {
    if Command::new("kubectl").args(["version", "--client"]).output().is_err() {
        let _ =
            writeln!(std::io::stderr(), "skipped: kubectl is not installed, so no command of a runbook is run by it");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("config");
    let nobody = "apiVersion: v1\nkind: Config\ncurrent-context: nobody\nclusters: [{name: nobody, cluster: {server: 'http://127.0.0.1:1'}}]\n\
                  contexts: [{name: nobody, context: {cluster: nobody, user: ''}}]\n";
    std::fs::write(&config, nobody).expect("it is written");
    for line in lines {
        let said = said(&words(line)[1..], &config);
        assert!(said.contains("127.0.0.1:1"), "{line}: {said}");
    }
    let wrong = ["rollout", "status", "deployment/a", "--timeot=1s"].map(str::to_owned);
    assert!(!said(&wrong, &config).contains("127.0.0.1:1"), "a misspelt flag is noticed");
}

fn said(arguments: &[String], config: &std::path::Path) -> String {
    let output = Command::new("kubectl").args(arguments).env("KUBECONFIG", config).output().expect("kubectl runs");
    assert!(!output.status.success(), "{arguments:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}
