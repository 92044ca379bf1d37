//! Does the advice of a finding fit the manifest that it is about, as it is written?

use k8s_openapi::serde_json::{self, Value};

use super::lint;

/// What a rule says of a manifest: each sentence, with its advice below it.
fn said(rule: &str, manifest: &str) -> String {
    let output = lint(&[("farm.yaml", manifest.as_bytes())], &["farm.yaml", "--only", rule, "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let found = report["findings"].as_array().expect("a list").iter();
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    let told = found.map(|finding| format!("{}\n= help: {}\n", text(finding, "message"), text(finding, "help")));
    told.collect::<Vec<_>>().concat()
}

/// Asserts that a rule says all of these texts of a manifest, and none of those.
fn says(rule: &str, manifest: &str, these: &[&str], not: &[&str]) {
    let said = said(rule, manifest);
    for these in these {
        assert!(said.contains(these), "{rule} does not say {these:?}:\n{said}");
    }
    for not in not {
        assert!(!said.contains(not), "{rule} says {not:?}:\n{said}");
    }
}

/// A pod with these fields in its container, and these beside its containers.
fn pod(container: &str, beside: &str) -> String {
    format!(
        "{{apiVersion: v1, kind: Pod, metadata: {{name: llama-farm, labels: {{app: llama}}}}, spec: \
         {{containers: [{{name: llama, {container}}}], {beside}}}}}\n"
    )
}

const OFFICIAL: &str = "image: \"ollama/ollama:0.34.2\"";

#[test]
fn a_variable_that_nobody_reads_is_replaced_by_what_does_it() {
    let with = |name: &str, value: &str| pod(&format!("{OFFICIAL}, env: [{{name: {name}, value: \"{value}\"}}]"), "");
    says("env-unknown", &with("OLLAMA_HOME", "/llama"), &["= help: write HOME\n"], &[]);
    says("env-unknown", &with("OLLAMA_PORT", "8080"), &["OLLAMA_HOST: \"0.0.0.0:8080\"", "targetPort"], &[]);
    says("env-unknown", &with("OLLAMA_PORT", "11434"), &["leave it out"], &["OLLAMA_HOST"]);
    says("env-unknown", &with("OLLAMA_MODEL_NAME", "llama3.2"), &["a request names the model"], &["num_predict"]);
    says("env-unknown", &with("OLLAMA_NUM_PREDICT", "9"), &["num_predict is an option"], &[]);
    says("env-unknown", &with("OLLAMA_BARN", "9"), &["= help: leave it out\n"], &[]);
}

#[test]
fn a_probe_asks_the_port_on_which_the_server_listens() {
    for (container, port) in [
        (OFFICIAL, 11434),
        ("image: \"farm.example/llm/ollama:3\", ports: [{containerPort: 8080}]", 8080),
        (
            "image: \"farm.example/barn-ollama:3\", ports: [{containerPort: 7070}], env: [{name: OLLAMA_HOST, value: \"0.0.0.0:7070\"}]",
            7070,
        ),
    ] {
        says("no-probes", &pod(container, ""), &[&format!("port: {port}")], &[]);
    }
}

#[test]
fn a_model_that_is_listed_twice_is_pulled_once() {
    let values = "ollama: {models: {pull: [\"tinyllama\"], run: [\"tinyllama:latest\"]}}\nreplicaCount: 1\n";
    says("chart-ephemeral-store", values, &["pulls its model again"], &["2 models"]);
}

#[test]
fn a_value_of_the_chart_that_is_a_list_is_shown_as_one() {
    let values =
        "ollama: {gpu: {enabled: true, type: nvidia}}\npersistentVolume: {enabled: true, accessMode: ReadWriteOnce}\n";
    says("chart-unknown-value", values, &["write `accessModes: [ReadWriteOnce]`"], &[]);
}

#[test]
fn a_service_that_is_closed_loses_what_only_an_open_one_may_have() {
    let service = |more: &str| {
        let pod = pod(OFFICIAL, "");
        format!(
            "{pod}---\n{{apiVersion: v1, kind: Service, metadata: {{name: llama}}, spec: {{type: LoadBalancer, selector: {{app: llama}}, {more}}}}}\n"
        )
    };
    let all =
        "externalTrafficPolicy: Local, allocateLoadBalancerNodePorts: true, ports: [{port: 11434, nodePort: 30434}]";
    let remove = "remove nodePort, externalTrafficPolicy and allocateLoadBalancerNodePorts,";
    says("exposed-unauth", &service(all), &[remove], &[]);
    says("exposed-unauth", &service("ports: [{port: 11434}]"), &["set type: ClusterIP, and let"], &["remove"]);
}

#[test]
fn a_home_that_is_mounted_is_not_mounted_again() {
    let at = |path: &str| {
        pod(
            &format!("{OFFICIAL}, volumeMounts: [{{name: home, mountPath: {path}}}]"),
            "securityContext: {runAsUser: 997}, volumes: [{name: home, emptyDir: {}}]",
        )
    };
    says("nonroot-home", &at("/home/llama"), &["set HOME: /home/llama, which is mounted already"], &["emptyDir"]);
    says("nonroot-home", &at("/srv/llama"), &["mount a volume there"], &[]);
}

#[test]
fn a_folder_that_must_be_there_is_not_made_on_other_nodes() {
    let of = |kind: &str| {
        pod(
            &format!("{OFFICIAL}, volumeMounts: [{{name: models, mountPath: /root/.ollama}}]"),
            &format!("volumes: [{{name: models, hostPath: {{path: /srv/llama, type: {kind}}}}}]"),
        )
    };
    says("store-hostpath", &of("Directory"), &["starts only on a node that has `/srv/llama`"], &["empty"]);
    says("store-hostpath", &of("DirectoryOrCreate"), &["an empty `/srv/llama`"], &[]);
}

#[test]
fn an_init_container_beside_a_server_is_not_made_a_second_one() {
    let script = "ollama serve & sleep 5; ollama pull tinyllama; wait";
    let init = |containers: &str| {
        format!(
            "{{apiVersion: v1, kind: Pod, metadata: {{name: llama-farm}}, spec: {{initContainers: [{{name: pull, \
             {OFFICIAL}, command: [sh, -c, \"{script}\"]}}], containers: [{containers}]}}}}\n"
        )
    };
    let server = format!("{{name: llama, {OFFICIAL}}}");
    says("job-serves-forever", &init(&server), &["server=$!"], &["restartPolicy: Always"]);
    says("job-serves-forever", &init("{name: hen, image: hen}"), &["restartPolicy: Always"], &[]);
}

#[test]
fn a_user_who_may_not_enter_roots_home_keeps_no_models_there() {
    let of = |path: &str| {
        pod(
            &format!("{OFFICIAL}, volumeMounts: [{{name: models, mountPath: {path}}}]"),
            "securityContext: {runAsUser: 1000}, volumes: [{name: models, persistentVolumeClaim: {claimName: models}}]",
        )
    };
    let home = "set mountPath: /home/ubuntu/.ollama";
    says("store-elsewhere", &of("/root/.ollama"), &[home], &["OLLAMA_MODELS"]);
    says("store-elsewhere", &of("/srv/models"), &[home, "OLLAMA_MODELS: /srv/models"], &[]);
}
