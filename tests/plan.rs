//! Does `plan` explain everything, and answer whether a model fits?

mod built_in;

use std::process::{Command, Output};
use std::str;

use built_in::{names, render, text};
use ollama_k8s::yaml::Format;
use serde_yaml::Value;

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ollama-k8s")).args(arguments).output().expect("it runs")
}

/// What a command prints as JSON, read by a reader that is not ours: JSON is YAML.
fn json(arguments: &[&str]) -> Value {
    serde_yaml::from_slice(&run(arguments).stdout).expect("JSON")
}

fn number(value: &Value) -> u64 {
    value.as_u64().expect("a number")
}

/// How many numbers a document holds where Kubernetes takes one.
fn count_numbers(value: &Value) -> usize {
    match value {
        Value::Number(_) => 1,
        Value::Sequence(items) => items.iter().map(count_numbers).sum(),
        Value::Mapping(fields) => fields.values().map(count_numbers).sum(),
        _ => 0,
    }
}

#[test]
fn every_number_of_a_bundle_has_a_reason() {
    let guarded = "expose={proxy: {keys: a, metrics: {namespace: b}}, gateway: {parent: {name: a}}, \
                   service: {type: NodePort, sourceRanges: [10.0.0.0/8]}}";
    for (name, settings) in names().map(|name| (name, vec![])).chain([("single-gpu", vec![guarded])]) {
        let rendered = render(name, &settings);
        let bundle = text(&rendered, Format::Yaml);
        let documents: Vec<Value> = serde_yaml::Deserializer::from_str(&bundle)
            .map(|document| serde::Deserialize::deserialize(document).expect("YAML"))
            .collect();
        let set = settings.iter().flat_map(|setting| ["--set", setting]);
        let plan = json(&["plan", name, "-o", "json"].into_iter().chain(set).collect::<Vec<_>>());
        let reasons = plan["reasons"].as_sequence().expect("a list");
        let numbers = reasons.iter().filter(|reason| {
            let value = reason["value"].as_str().expect("text");
            !reason["path"].as_str().expect("text").contains("hard") && value.parse::<i64>().is_ok()
        });
        assert!(numbers.count() >= documents.iter().map(count_numbers).sum(), "{name}");
        for reason in reasons {
            let why = reason["reason"].as_str().expect("text");
            assert!(why.len() > 5 && !why.starts_with("The server"), "{name}: {reason:?}");
        }
        for amount in [
            "resources.limits.memory",
            "resources.requests.memory",
            "terminationGracePeriodSeconds",
            "startupProbe.periodSeconds",
        ] {
            assert!(
                reasons.iter().any(|reason| reason["path"].as_str().is_some_and(|path| path.ends_with(amount))),
                "{name} {amount}"
            );
        }
    }
}

#[test]
fn the_parts_of_a_model_add_up_and_are_what_the_pod_holds() {
    let plan = json(&["plan", "cpu-72b", "-o", "json"]);
    let memory = plan["models"][0]["memory"].as_mapping().expect("parts");
    let parts: u64 =
        memory.iter().filter(|(name, _)| name.as_str() != Some("total")).map(|(_, bytes)| number(bytes)).sum();
    assert_eq!(parts, number(&plan["models"][0]["memory"]["total"]));
    let pod = &plan["pods"][0];
    let of_pod: u64 = pod["parts"].as_sequence().expect("parts").iter().map(|part| number(&part["bytes"])).sum();
    assert_eq!(of_pod, number(&pod["used"]));
    assert!(of_pod > parts && of_pod <= number(&pod["memory"]));
}

#[test]
fn the_results_of_an_embedding_model_are_in_host_memory_wherever_it_runs() {
    let with = json(&["plan", "--model", "bge-m3", "--gpu", "l4", "-o", "json"]);
    let without = json(&["plan", "--model", "bge-m3", "--cpu", "-o", "json"]);
    // 2048 tokens x (250002 of vocabulary + 1024) x 4 bytes.
    let grown = 2048 * (250_002 + 1024) * 4;
    for plan in [&with, &without] {
        let parts = plan["pods"][0]["parts"].as_sequence().expect("parts");
        assert!(parts.iter().any(|part| number(&part["bytes"]) == grown), "{parts:?}");
    }
    let output = |plan: &Value| number(&plan["models"][0]["memory"]["output"]);
    assert_eq!((output(&with), output(&without)), (0, grown));
}

#[test]
fn a_question_without_a_profile_is_answered() {
    let fits = run(&["plan", "--model", "llama3.3:70b", "--gpu", "l40s"]);
    assert!(fits.status.success());
    let said = str::from_utf8(&fits.stdout).expect("text");
    assert!(said.contains("GPU 1 of 1: l40s") && said.contains("of 44.4 GiB"), "{said}");
    assert!(!said.contains('█'), "bars are for terminals");
    assert!(!said.contains("Quota"), "nobody asked for a bundle");

    let refused = run(&["plan", "--model", "llama3.3:70b", "--gpu", "l4"]);
    assert_eq!(refused.status.code(), Some(3));
    let why = str::from_utf8(&refused.stderr).expect("text");
    assert!(why.contains("22.0 GiB cannot hold it: 43.4 GiB = 39.0 weights"), "{why}");
    assert!(why.contains("hardware.gpu.count: 4") && why.contains("hardware.gpu.model: l40s"), "{why}");
}

#[test]
fn what_does_not_fit_is_still_added_up_for_scripts() {
    let plan = json(&[
        "plan",
        "--model",
        "llama3.1:8b",
        "--gpu",
        "l4",
        "--parallel",
        "2",
        "--context",
        "131072",
        "-o",
        "json",
    ]);
    assert_eq!(number(&plan["models"][0]["memory"]["kvCache"]), 32 << 30);
    assert!(number(&plan["gpus"][0]["used"]) > number(&plan["gpus"][0]["usable"]));
    assert_eq!(plan["problems"][0]["severity"].as_str(), Some("error"));
}

#[test]
fn what_is_larger_than_any_machine_is_refused_and_no_bug() {
    let model = "models=[{name: a, size: 9999999Ti, layers: 8, kvHeads: 8, headDim: 32}]";
    let asked =
        ["plan", "cpu-72b", "--set", model, "--set", "server.promptCache=9999999Ti", "--set", "hardware.memory=64Gi"];
    assert_eq!(run(&asked).status.code(), Some(3));
}

#[test]
fn what_is_said_to_fit_fits_and_more_does_not() {
    let question = ["plan", "--model", "qwen3:8b", "--gpu", "l4", "-o", "json"];
    let plan = json(&question);
    let context = number(&plan["fits"]["context"]);
    let asked = |context: u64| run(&[&question[..], &["--context", &context.to_string()]].concat()).status.code();
    // The model's own longest context fits: there is no more.
    assert_eq!((context, asked(context)), (40_960, Some(0)));
    let parallel = number(&plan["fits"]["parallel"]);
    let asked = |parallel: u64| run(&[&question[..], &["--parallel", &parallel.to_string()]].concat()).status.code();
    assert_eq!((asked(parallel), asked(parallel + 1)), (Some(0), Some(3)));
}

#[test]
fn a_quantised_cache_and_the_cpu_are_asked_for_by_flags() {
    let whole = json(&["plan", "--model", "qwen3:8b", "--cpu", "-o", "json"]);
    let half = json(&["plan", "--model", "qwen3:8b", "--cpu", "--kv-cache", "q8_0", "-o", "json"]);
    let cache = |plan: &Value| number(&plan["models"][0]["memory"]["kvCache"]);
    assert_eq!(cache(&half) * 64, cache(&whole) * 34);
    assert_eq!(half["models"][0]["cacheType"].as_str(), Some("q8_0"));
    assert!(whole["gpus"].as_sequence().is_some_and(Vec::is_empty));
    assert_eq!(number(&whole["models"][0]["memory"]["promptCache"]), 512 << 20);
}

#[test]
fn of_a_file_whose_type_is_not_known_nothing_is_taken_off_what_a_gpu_must_hold() {
    let own = "models=[{name: team/tuned, size: 5Gi, layers: 32, kvHeads: 8, headDim: 128, vocabulary: 128256, embedding: 4096, heads: 32}]";
    let plan = json(&["plan", "single-gpu", "--set", own, "-o", "json"]);
    let weights = &plan["gpus"][0]["parts"][0];
    assert_eq!((weights["what"].as_str(), number(&weights["bytes"])), (Some("weights"), 5 << 30));
}

#[test]
fn where_a_model_s_figures_come_from_is_said() {
    for (name, origin) in [("llama3.1:8b", "catalogue"), ("llama3.1:8b-instruct-q6_K", "estimate")] {
        assert_eq!(
            json(&["plan", "--model", name, "-o", "json"])["models"][0]["origin"].as_str(),
            Some(origin),
            "{name}"
        );
    }
    let said = run(&["render", "--model", "llama3.1:8b-instruct-q6_K"]);
    assert!(str::from_utf8(&said.stderr).expect("text").contains("6.1 GiB are estimated from `llama3.1:8b`, Q4_K_M"));
    let own = "models=[{name: team/tuned, size: 5Gi, layers: 32, kvHeads: 8, headDim: 128}]";
    let plan = json(&["plan", "single-gpu", "--set", own, "-o", "json"]);
    assert_eq!(plan["models"][0]["origin"].as_str(), Some("profile"));
}

#[test]
fn the_catalogue_is_searched_by_words() {
    let out = run(&["models", "qwen3", "8b"]);
    let lines = str::from_utf8(&out.stdout).expect("text");
    assert!(
        lines.lines().count() > 1 && lines.lines().all(|line| line.contains("qwen3") && line.contains('\t')),
        "{lines}"
    );
    let gpus = json(&["gpus", "g6.xlarge", "-o", "json"]);
    assert_eq!(gpus[0]["name"].as_str(), Some("l4"));
    assert!(str::from_utf8(&run(&["platforms"]).stdout).expect("text").contains("eks"));
    let nothing = run(&["gpus", "voodoo"]);
    assert_eq!(nothing.status.code(), Some(3));
    assert!(str::from_utf8(&nothing.stderr).expect("text").contains("no GPU matches \"voodoo\""));
}

#[test]
fn origin_says_of_each_value_which_layer_it_comes_from() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
    write("farm.yaml", "apiVersion: ollama-k8s/v1\nkind: Profile\nname: llama\nmodels:\n  - {name: llama3.2:3b}\n");
    write("over.yaml", "# more\nserver: {parallel: 2}\nenvironments: {dev: {replicas: 1}}\n");
    let run = |more: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_ollama-k8s"))
            .args([
                "plan",
                "farm.yaml",
                "--overlay",
                "over.yaml",
                "--env",
                "dev",
                "--set",
                "namespace=barn",
                "--origin",
            ])
            .args(more)
            .current_dir(folder.path())
            .output()
            .expect("it runs");
        String::from_utf8(output.stdout).expect("text")
    };
    let expected = indoc::indoc! {"
        apiVersion: ollama-k8s/v1  # farm.yaml:1
        kind: Profile              # farm.yaml:2
        name: llama                # farm.yaml:3
        models:
          - name: llama3.2:3b      # farm.yaml:5
        server:
          parallel: 2              # over.yaml:2
        replicas: 1                # over.yaml:3
        namespace: barn            # --set
    "};
    assert_eq!(run(&[]), expected);
    let json: Value = serde_yaml::from_str(&run(&["-o", "json"])).expect("JSON");
    let parallel = json.as_sequence().expect("a list").iter().find(|value| value["path"] == "server.parallel");
    let place = parallel.map(|value| (value["file"].as_str(), value["line"].as_u64(), value["column"].as_u64()));
    assert_eq!(place, Some((Some("over.yaml"), Some(2), Some(20))));
}
