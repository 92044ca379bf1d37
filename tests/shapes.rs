//! Do kustomize, Flux and Argo CD get what `plain` gives, and what keeps models and rollouts safe besides?

use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Output};

use indoc::indoc;
use serde_yaml::Value;

/// A model on CPUs for clients behind a gateway, other on dev than on prod.
const PLATFORM: &str = indoc! {"
    apiVersion: ollama-k8s/v1
    kind: Profile
    name: llama-farm
    namespace: barn
    models: [qwen2.5:72b]
    hardware: {cpu: 16}
    network: {allowFrom: [{namespace: agentgateway-system}]}
    gitops:
      path: apps/farm
      flux: {variables: cluster-vars, dependsOn: [{name: fields}]}
      argocd: {repository: https://git.example.com/farm.git}
    environments:
      dev: {namespace: barn-dev, models: [qwen2.5:14b], hardware: {cpu: 8}, quota: off}
      prod: {storage: {size: 200Gi}, disruption: off, labels: {tier: prod}}
"};

struct Place(tempfile::TempDir);

impl Place {
    fn with(profile: &str) -> Self {
        let place = Self(tempfile::tempdir().expect("a folder"));
        fs::write(place.0.path().join("farm.yaml"), profile).expect("written");
        place
    }

    fn run(&self, command: &str, arguments: &[&str]) -> Option<Output> {
        let output = Command::new(command).args(arguments).current_dir(&self.0).output();
        output.ok()
    }

    /// What the tool prints, which must go well.
    fn render(&self, arguments: &[&str]) -> String {
        let output = self.run(env!("CARGO_BIN_EXE_ollama-k8s"), &[&["render"], arguments].concat()).expect("it runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.0.path().join(path)).expect("a file")
    }

    /// The texts of all manifests in a folder.
    fn manifests(&self, folder: &str) -> String {
        let mut paths: Vec<_> = fs::read_dir(self.0.path().join(folder)).expect("a folder").flatten().collect();
        paths.sort_by_key(fs::DirEntry::file_name);
        paths.iter().map(|entry| fs::read_to_string(entry.path()).expect("text")).collect()
    }
}

/// The objects of a text by kind, namespace and name, as a reader that is not ours reads them.
fn objects(text: &str) -> BTreeMap<String, Value> {
    let documents = serde_yaml::Deserializer::from_str(text);
    let values = documents.map(|document| serde::Deserialize::deserialize(document).expect("YAML"));
    let values = values.filter(|value: &Value| !value.is_null());
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    values
        .map(|value: Value| {
            let meta = &value["metadata"];
            (format!("{} {} {}", word(&value["kind"]), word(&meta["namespace"]), word(&meta["name"])), value)
        })
        .collect()
}

#[test]
fn kustomize_makes_of_base_and_overlay_what_plain_gives() {
    let place = Place::with(PLATFORM);
    place.render(&["farm.yaml", "--as", "kustomize", "-o", "out"]);
    if place.run("kubectl", &["version", "--client"]).is_none() {
        return println!("skipped: kubectl is not installed");
    }
    for environment in ["dev", "prod"] {
        let built = place.run("kubectl", &["kustomize", &format!("out/overlays/{environment}")]).expect("kubectl");
        assert!(built.status.success() && built.stderr.is_empty(), "{}", String::from_utf8_lossy(&built.stderr));
        let built = objects(&String::from_utf8(built.stdout).expect("text"));
        let plain = objects(&place.render(&["farm.yaml", "--env", environment]));
        assert_eq!(built.keys().collect::<Vec<_>>(), plain.keys().collect::<Vec<_>>());
        for (name, object) in plain {
            assert_eq!(built[&name], object, "{name} in {environment}");
        }
    }
}

#[test]
fn kustomize_makes_of_each_built_in_profile_what_plain_gives() {
    let place = Place::with(PLATFORM);
    if place.run("kubectl", &["version", "--client"]).is_none() {
        return println!("skipped: kubectl is not installed");
    }
    for profile in ["single-gpu", "ha-rwx", "cpu-72b", "eks-efs", "per-replica", "air-gapped", "local-copy"] {
        place.render(&[profile, "--example", "--as", "kustomize", "-o", profile]);
        let built = place.run("kubectl", &["kustomize", profile]).expect("kubectl");
        assert!(built.status.success() && built.stderr.is_empty(), "{}", String::from_utf8_lossy(&built.stderr));
        let built = objects(&String::from_utf8(built.stdout).expect("text"));
        assert!(built == objects(&place.render(&[profile, "--example"])), "{profile}");
    }
}

/// The objects of a text without the annotations of a GitOps tool.
fn without(text: &str, prefix: &str) -> BTreeMap<String, Value> {
    let mut found = objects(text);
    for object in found.values_mut() {
        let Some(meta) = object["metadata"].as_mapping_mut() else { continue };
        let is_empty = meta.get_mut("annotations").and_then(Value::as_mapping_mut).is_some_and(|annotations| {
            annotations.retain(|key, _| !key.as_str().is_some_and(|key| key.starts_with(prefix)));
            annotations.is_empty()
        });
        if is_empty {
            meta.remove("annotations");
        }
    }
    found
}

#[test]
fn flux_and_argo_cd_apply_what_plain_gives_with_annotations_of_their_own() {
    let place = Place::with(PLATFORM);
    for (shape, prefix) in [("flux", "kustomize.toolkit.fluxcd.io/"), ("argocd", "argocd.argoproj.io/")] {
        place.render(&["farm.yaml", "--as", shape, "-o", shape]);
        for environment in ["dev", "prod"] {
            let text = place.manifests(&format!("{shape}/{environment}/manifests"));
            let plain = objects(&place.render(&["farm.yaml", "--env", environment]));
            assert!(without(&text, prefix) == plain, "{shape} for {environment}");
            assert!(objects(&text) != plain, "{shape} annotates something");
        }
    }
}

#[test]
fn flux_waits_longer_than_the_pull_and_keeps_the_models() {
    let place = Place::with(PLATFORM);
    place.render(&["farm.yaml", "--as", "flux", "-o", "out"]);
    let kustomization =
        &objects(&place.read("out/prod/flux-kustomization.yaml"))["Kustomization flux-system llama-farm"];
    let spec = &kustomization["spec"];
    assert_eq!((&spec["wait"], &spec["prune"]), (&Value::Bool(true), &Value::Bool(true)));
    assert_eq!(spec["path"], "./apps/farm/prod/manifests");
    assert_eq!(spec["dependsOn"][0]["name"], "fields");
    assert_eq!(spec["postBuild"]["substituteFrom"][0]["name"], "cluster-vars");
    let manifests = objects(&place.manifests("out/prod/manifests"));
    let deployment = &manifests["Deployment barn llama-farm"];
    let deadline = deployment["spec"]["progressDeadlineSeconds"].as_u64().expect("seconds");
    let timeout = spec["timeout"].as_str().and_then(|text| text.strip_suffix('m')).expect("minutes");
    assert!(timeout.parse::<u64>().expect("a number") * 60 >= deadline);
    for kept in ["PersistentVolumeClaim barn llama-farm-models", "Namespace  barn"] {
        assert_eq!(
            manifests[kept]["metadata"]["annotations"]["kustomize.toolkit.fluxcd.io/prune"], "disabled",
            "{kept}"
        );
    }
}

#[test]
fn flux_replaces_no_variable_of_a_shell() {
    let place = Place::with(PLATFORM);
    place.render(&["farm.yaml", "--as", "flux", "-o", "out"]);
    for (name, object) in objects(&place.manifests("out/prod/manifests")) {
        let text = serde_yaml::to_string(&object).expect("text");
        let is_protected = object["metadata"]["annotations"]["kustomize.toolkit.fluxcd.io/substitute"] == "disabled";
        assert_eq!(text.contains("${"), is_protected, "{name}");
    }
}

#[test]
fn argo_cd_waits_for_no_claim_before_the_pod_that_binds_it() {
    let place = Place::with(PLATFORM);
    place.render(&[
        "ha-rwx",
        "--example",
        "--set",
        "gitops.argocd.repository=https://git.example.com/farm.git",
        "--as",
        "argocd",
        "-o",
        "out",
    ]);
    let manifests = objects(&place.manifests("out/manifests"));
    let wave = |object: &Value| {
        let wave = object["metadata"]["annotations"]["argocd.argoproj.io/sync-wave"].as_str().unwrap_or("0");
        wave.parse::<i32>().expect("a number")
    };
    let of =
        |kind: &str| manifests.iter().find(|(name, _)| name.starts_with(kind)).map(|(_, object)| object).expect("one");
    let (claim, job, servers) = (of("PersistentVolumeClaim"), of("Job"), of("Deployment"));
    assert_eq!((wave(claim), wave(job)), (wave(servers), wave(servers)));
    assert!(wave(of("ConfigMap")) < wave(servers) && wave(of("Namespace")) < wave(servers));
    assert_eq!(job["metadata"]["annotations"]["argocd.argoproj.io/hook"], "Sync");
    assert_eq!(claim["metadata"]["annotations"]["argocd.argoproj.io/sync-options"], "Prune=false,Delete=false");
}

#[test]
fn a_shape_that_is_a_folder_asks_for_one_and_argo_cd_for_the_repository() {
    let place = Place::with(PLATFORM);
    for (arguments, said) in [
        (&["render", "cpu-72b", "--as", "flux"][..], "error: this shape is a folder: say which with -o DIR\n"),
        (
            &["render", "cpu-72b", "--as", "argocd", "-o", "out"],
            "error: Argo CD needs to know the repository: --set gitops.argocd.repository=https://git.example.com/team/apps.git\n",
        ),
    ] {
        let output = place.run(env!("CARGO_BIN_EXE_ollama-k8s"), arguments).expect("it runs");
        assert_eq!(output.status.code(), Some(3));
        assert_eq!(String::from_utf8_lossy(&output.stderr), said);
    }
}

#[test]
fn gitops_settings_that_cannot_work_are_refused() {
    let place = Place::with(PLATFORM);
    for (setting, said) in [
        ("gitops.timeout=5m", "a first rollout may take 186m"),
        ("gitops.path=../apps", "the folder is not in the repository"),
        ("gitops.flux.interval=5s", "Flux looks at most once a minute"),
        ("gitops.flux.chart.version=1.x", "a version that is not exact is another one tomorrow"),
    ] {
        let output =
            place.run(env!("CARGO_BIN_EXE_ollama-k8s"), &["render", "cpu-72b", "--set", setting]).expect("it runs");
        assert_eq!(output.status.code(), Some(3), "{setting}");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(told.contains(said), "{told}");
    }
}
