//! Do the hook of pre-commit and the action of GitHub run what they say?

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_yaml::Value;

use super::{BROKEN, text};

/// The script of the action's last step, run as GitHub runs it.
fn action(settings: &[(&str, &str)], file: &str) -> (Option<i32>, String, Option<String>) {
    let action: Value = serde_yaml::from_str(include_str!("../../action.yml")).expect("YAML");
    let step = action["runs"]["steps"].as_sequence().expect("steps").last().expect("a step");
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("farm.yaml"), file).expect("it is written");
    let mut command = Command::new("bash");
    command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"].as_str().expect("a script")]);
    let binaries = Path::new(env!("CARGO_BIN_EXE_ollama-k8s")).parent().expect("a folder");
    command.current_dir(&folder).env("PATH", format!("{}:/usr/bin:/bin", binaries.display()));
    for (variable, input) in step["env"].as_mapping().expect("variables") {
        let input = input.as_str().expect("an input").trim_start_matches("${{ inputs.").trim_end_matches(" }}");
        let default = action["inputs"][input]["default"].as_str().expect("a default");
        let value = settings.iter().find(|(name, _)| *name == input).map_or(default, |(_, value)| value);
        command.env(variable.as_str().expect("a name"), value);
    }
    let output = command.output().expect("bash");
    let sarif = fs::read_to_string(folder.path().join("found.sarif")).ok();
    (output.status.code(), text(&output.stdout).to_owned() + text(&output.stderr), sarif)
}

#[test]
fn the_action_fails_on_an_error_shows_it_on_its_line_and_leaves_a_file_for_code_scanning() {
    let (status, printed, sarif) = action(&[("sarif", "found.sarif")], BROKEN);
    assert_eq!(status, Some(1), "{printed}");
    assert!(printed.contains("::error file=farm.yaml,line=12,"), "{printed}");
    assert!(sarif.expect("a file").contains("\"ruleId\": \"rwo-multi-replica\""));
}

#[test]
fn the_action_does_as_it_is_set() {
    let fine = BROKEN.replace("replicas: 2", "replicas: 1").replace("ollama:0.34.2", "ollama:latest");
    assert_eq!(action(&[], &fine).0, Some(0));
    assert_eq!(action(&[("strict", "true")], &fine).0, Some(1));
    assert_eq!(action(&[("paths", "farm.yaml missing.yaml")], &fine).0, Some(4));
    let (_, printed, _) = action(&[("skip", "rwo-multi-replica"), ("kubernetes", "1.35")], BROKEN);
    assert!(!printed.contains("rwo-multi-replica"), "{printed}");
}

#[test]
fn the_hook_runs_a_command_that_there_is() {
    let hooks: Value = serde_yaml::from_str(include_str!("../../.pre-commit-hooks.yaml")).expect("YAML");
    let mut entry = hooks[0]["entry"].as_str().expect("a command").split(' ');
    assert_eq!(entry.next(), Some(env!("CARGO_PKG_NAME")));
    let help = Command::new(env!("CARGO_BIN_EXE_ollama-k8s")).args(entry).arg("--help").output().expect("it runs");
    assert!(help.status.success());
}
