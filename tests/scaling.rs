//! Is a number of servers that changes written down as what KEDA, quota and people need?

mod built_in;

use built_in::{load, render, text};
use k8s_openapi::serde_json::{self, Value, json};
use ollama_k8s::Rendered;
use ollama_k8s::plan;
use ollama_k8s::text::{MadeFrom, notes, runbook};
use ollama_k8s::yaml::Format;

/// An object of a bundle as JSON.
fn object(rendered: &Rendered, kind: &str) -> Value {
    let found = rendered.bundle.iter().find(|object| object.kind() == kind);
    serde_json::to_value(found.unwrap_or_else(|| panic!("no {kind}"))).expect("JSON")
}

/// The comment above a field of the `ScaledObject`.
fn reason(rendered: &Rendered, path: &str) -> String {
    let scaled = rendered.bundle.objects.iter().find(|commented| commented.object.kind() == "ScaledObject");
    let comments = scaled.map(|commented| &commented.comments).expect("a ScaledObject");
    comments.iter().find(|comment| comment.path == path).expect("a comment").text.to_string()
}

/// Where no server is, nothing beside them counts: the query is the user's own.
const FROM_ZERO: &str = "autoscale={min: 0, max: 4, prometheus: {serverAddress: 'http://p', query: up}}";

#[test]
fn the_servers_have_no_number_that_an_apply_would_set_back() {
    for settings in [&[][..], &["storage.class=fast"]] {
        let rendered = render("autoscaled", settings);
        let kind = if settings.is_empty() { "Deployment" } else { "StatefulSet" };
        assert_eq!(object(&rendered, kind)["spec"].get("replicas"), None);
        assert!(text(&rendered, Format::Yaml).contains("without replicas: KEDA sets their number"));
        let target = &object(&rendered, "ScaledObject")["spec"]["scaleTargetRef"];
        assert_eq!(*target, json!({"apiVersion": "apps/v1", "kind": kind, "name": "ollama"}));
    }
    assert_eq!(object(&render("per-replica", &[]), "StatefulSet")["spec"]["replicas"], 2);
}

#[test]
fn each_server_is_to_have_what_it_works_on_at_once() {
    let threshold = |settings: &[&str]| {
        let spec = object(&render("autoscaled", settings), "ScaledObject");
        spec["spec"]["triggers"][0]["metadata"]["threshold"].clone()
    };
    assert_eq!(threshold(&[]), "2");
    assert_eq!(threshold(&["server.parallel=1"]), "1");
    assert_eq!(threshold(&["autoscale.prometheus.threshold=6"]), "6");
    assert_eq!(threshold(&["autoscale.prometheus.threshold=514"]), "514");
    let said =
        reason(&render("autoscaled", &["autoscale.prometheus.threshold=6"]), "spec triggers 0 metadata threshold");
    assert!(said.contains("4 wait") && said.contains("2 at once") && said.contains("512 more"), "{said}");
}

#[test]
fn all_metadata_of_the_trigger_are_text_and_a_secret_is_named() {
    let settings = [
        "autoscale.prometheus.metadata={authModes: bearer, namespace: farm}",
        "autoscale.prometheus.authenticationRef=token",
    ];
    let rendered = render("autoscaled", &settings);
    let trigger = &object(&rendered, "ScaledObject")["spec"]["triggers"][0];
    assert!(trigger["metadata"].as_object().expect("a mapping").values().all(Value::is_string));
    assert_eq!(trigger["metadata"]["namespace"], "farm");
    assert_eq!(trigger["metricType"], "AverageValue");
    assert_eq!(trigger["authenticationRef"]["name"], "token");
    assert!(rendered.bundle.header.contains("TriggerAuthentication token"));
}

#[test]
fn a_server_goes_slowly_and_comes_at_once() {
    let behavior = |settings: &[&str]| {
        let spec = object(&render("autoscaled", settings), "ScaledObject");
        spec["spec"]["advanced"]["horizontalPodAutoscalerConfig"]["behavior"].clone()
    };
    let usual = behavior(&[]);
    assert_eq!(usual["scaleUp"]["stabilizationWindowSeconds"], 0);
    assert_eq!(usual["scaleDown"]["policies"], json!([{"type": "Pods", "value": 1, "periodSeconds": 150}]));
    // 15 s to be counted + 49 to copy + 180 to start + 49 to load + 120 to go.
    assert_eq!(usual["scaleDown"]["stabilizationWindowSeconds"], 420);
    let slow = behavior(&["server.drain=1h"]);
    // What an HPA takes at most.
    assert_eq!(slow["scaleDown"]["stabilizationWindowSeconds"], 3600);
    assert_eq!(slow["scaleDown"]["policies"][0]["periodSeconds"], 1800);
}

#[test]
fn quota_claims_and_nodes_are_for_the_most_servers() {
    let rendered = render("autoscaled", &[]);
    let hard = &object(&rendered, "ResourceQuota")["spec"]["hard"];
    assert_eq!((&hard["pods"], &hard["requests.nvidia.com/gpu"]), (&json!("5"), &json!("5")));
    let most = reason(&rendered, "spec maxReplicaCount");
    assert!(most.contains("4 nvidia.com/gpu = 4 x 1") && most.contains("4 nodes"), "{most}");
    let each = render("autoscaled", &["storage={topology: perReplica, source: null}"]);
    let hard = &object(&each, "ResourceQuota")["spec"]["hard"];
    assert_eq!(hard["persistentvolumeclaims"], "4");
    let most = reason(&each, "spec maxReplicaCount");
    assert!(most.contains("4 claims, which stay"), "{most}");
}

#[test]
fn one_server_that_is_alone_is_never_held_by_a_budget() {
    for (settings, expected) in [
        (&[][..], Some(1)),
        (&["autoscale.min=1"], Some(1)),
        (&["autoscale={min: 0, max: 1, prometheus: {serverAddress: 'http://p', query: up}}"], None),
    ] {
        let rendered = render("autoscaled", settings);
        let budget = rendered.bundle.iter().find(|object| object.kind() == "PodDisruptionBudget");
        let away = budget.map(|budget| serde_json::to_value(budget).expect("JSON")["spec"]["maxUnavailable"].clone());
        assert_eq!(away, expected.map(|away: u32| json!(away)), "{settings:?}");
    }
}

#[test]
fn from_zero_the_time_to_wake_is_said_everywhere() {
    let rendered = render("autoscaled", &[FROM_ZERO]);
    let scaled = object(&rendered, "ScaledObject");
    assert_eq!(scaled["spec"]["minReplicaCount"], 0);
    // The first server fills its store before it goes.
    assert_eq!(scaled["spec"]["initialCooldownPeriod"], rendered.plan.times.progress.value.0);
    // 30 s until KEDA looks + 49 to copy + 180 to start + 49 to load.
    let sum =
        "308s = 30s until KEDA looks + 49s to copy 4.6 GiB at 100 MB/s + 3m to start + 49s to load 4.6 GiB at 100 MB/s";
    assert!(reason(&rendered, "spec minReplicaCount").contains(sum), "{}", reason(&rendered, "spec minReplicaCount"));
    let warning = &rendered.warnings[0].message;
    assert!(warning.contains("503 or no connection, for up to 6m, or 16m on a node without the image"), "{warning}");
    let notes = notes(&rendered.plan, &rendered.bundle, &MadeFrom::default());
    assert!(notes.contains("up to 6m") && notes.contains("0 to 4"), "{notes}");
    let account =
        ollama_k8s::account(&load("autoscaled", &[FROM_ZERO]).profile, &MadeFrom::default()).0.expect("a plan");
    assert!(ollama_k8s::account::write(&account, ollama_k8s::account::Bars::Plain, true).contains(sum));
    assert_eq!(object(&render("autoscaled", &[]), "ScaledObject")["spec"].get("initialCooldownPeriod"), None);
}

#[test]
fn a_server_that_pulls_at_each_waking_is_warned_of() {
    let rendered = render("autoscaled", &[FROM_ZERO, "storage={topology: ephemeral, source: null}"]);
    let warning = &rendered.warnings[0];
    assert!(warning.message.contains("492s to pull 4.6 GiB at 10 MB/s"), "{warning:?}");
    assert!(warning.fields.iter().any(|(field, _)| field == "storage.topology"), "{warning:?}");
}

#[test]
fn one_server_on_a_disk_of_its_own_may_sleep() {
    let rendered =
        render("single-gpu", &["autoscale={min: 0, max: 1, prometheus: {serverAddress: 'http://p', query: up}}"]);
    assert_eq!(object(&rendered, "Deployment")["spec"]["strategy"]["type"], "Recreate");
    assert_eq!(rendered.plan.server_count(), "0 to 1");
    // What is in a claim stays there.
    assert!(!rendered.warnings[0].message.contains("pull"), "{:?}", rendered.warnings);
}

#[test]
fn pages_speak_of_the_range_and_of_what_is_counted() {
    let rendered = render("autoscaled", &[]);
    let page = runbook(&rendered.plan, &rendered.bundle, &MadeFrom::default());
    for said in [
        "| servers | 2 to 4",
        "2 requests in work each",
        "- Profile: `autoscale.max: 5`",
        "describe hpa keda-hpa-ollama",
    ] {
        assert!(page.contains(said), "{said}:\n{page}");
    }
    assert!(!page.contains("`replicas:"), "{page}");
}

#[test]
fn a_number_of_servers_and_a_range_of_them_name_both_fields() {
    let problems = plan::resolve(&load("autoscaled", &["replicas=2"]).profile).expect_err("a contradiction");
    let fields: Vec<&str> =
        problems.iter().flat_map(|problem| &problem.fields).map(|(field, _)| field.as_str()).collect();
    assert_eq!(fields, ["replicas", "autoscale"]);
}

#[test]
fn what_scales_has_the_name_of_the_release() {
    let rendered = render("autoscaled", &["name=llama-farm"]);
    let mut names = rendered.bundle.iter().map(|object| object.reference().to_string());
    assert!(names.any(|name| name == "ScaledObject/llama-farm"));
}
