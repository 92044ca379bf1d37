//! Are the formats for machines what those machines read?

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use k8s_openapi::serde_json::{self, Value, json};

use super::{BROKEN, lint, text};

const ONLY: [&str; 3] = ["farm.yaml", "--only", "rwo-multi-replica"];

fn in_format(format: &str, files: &[(&str, &[u8])], paths: &[&str]) -> String {
    text(&lint(files, &[paths, &["--format", format]].concat()).stdout).to_owned()
}

#[test]
fn json_has_the_fields_that_scripts_rely_on() {
    let printed = in_format("json", &[("farm.yaml", BROKEN.as_bytes())], &ONLY);
    let json: Value = serde_json::from_str(&printed).expect("JSON");
    assert_eq!(
        json["findings"],
        json!([{
            "rule": "rwo-multi-replica",
            "severity": "error",
            "file": "farm.yaml",
            "line": 12,
            "column": 13,
            "object": "Deployment/llama-farm",
            "path": "spec.replicas",
            "message": "2 pods cannot mount `llama-models` on different nodes",
            "help": "set accessModes: [ReadWriteMany] and a class that can do it, or replicas: 1",
        }])
    );
    assert_eq!((&json["summary"]["errors"], &json["summary"]["objects"]), (&json!(1), &json!(2)));
}

#[test]
fn github_shows_a_finding_on_its_line() {
    let printed = in_format("github", &[("farm.yaml", BROKEN.as_bytes())], &ONLY);
    assert_eq!(
        printed,
        "::error file=farm.yaml,line=12,col=13,title=rwo-multi-replica::Deployment/llama-farm: 2 pods cannot mount \
         `llama-models` on different nodes%0Aset accessModes: [ReadWriteMany] and a class that can do it, or replicas: 1\n"
    );
}

/// The schema that OASIS publishes, as the package `serde-sarif` carries it.
fn schema() -> Value {
    let rustc = Command::new("rustc").arg("-vV").output().expect("rustc").stdout;
    let rustc = String::from_utf8(rustc).expect("UTF-8");
    let host = rustc.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host");
    // Packages for other systems need not be on this machine.
    let only = ["--offline", "--filter-platform", host];
    let cargo = Command::new(env!("CARGO")).args(["metadata", "--format-version", "1"]).args(only).output();
    let metadata: Value = serde_json::from_slice(&cargo.expect("cargo").stdout).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let package = packages.iter().find(|package| package["name"] == "serde-sarif").expect("a dev-dependency");
    let folder = PathBuf::from(package["manifest_path"].as_str().expect("a path")).with_file_name("src/schema.json");
    serde_json::from_str(&fs::read_to_string(folder).expect("a file")).expect("JSON")
}

/// The published schema has a pattern for languages that is no pattern: its brackets do not match.
fn without_the_broken_pattern(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            fields.retain(|key, value| key != "pattern" || value.as_str().is_none_or(|text| !text.ends_with("]?$")));
            fields.values_mut().for_each(without_the_broken_pattern);
        }
        Value::Array(items) => items.iter_mut().for_each(without_the_broken_pattern),
        _ => {}
    }
}

#[test]
fn sarif_is_valid_by_its_schema_and_carries_the_pages_of_its_rules() {
    let files = [("my farm/a.yaml", BROKEN.as_bytes()), ("my farm/b.yaml", b"apiVersion: v1\nkind: [".as_slice())];
    let printed = in_format("sarif", &files, &["my farm"]);
    let sarif: Value = serde_json::from_str(&printed).expect("JSON");
    let mut schema = schema();
    without_the_broken_pattern(&mut schema);
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let faults: Vec<String> = validator.iter_errors(&sarif).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?}");
    let run = &sarif["runs"][0];
    let results = run["results"].as_array().expect("results");
    let result = results.iter().find(|result| result["ruleId"] == "rwo-multi-replica").expect("it is found");
    let rule = &run["tool"]["driver"]["rules"]
        [usize::try_from(result["ruleIndex"].as_u64().expect("a number")).expect("small")];
    assert_eq!(rule["id"], "rwo-multi-replica");
    assert!(rule["help"]["markdown"].as_str().expect("a page").contains("## Why"));
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "my%20farm/a.yaml");
    assert_eq!((&place["region"]["startLine"], &place["region"]["startColumn"]), (&json!(12), &json!(13)));
}
