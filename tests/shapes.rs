//! Do kustomize, Flux and Argo CD get what `plain` gives, and what keeps models and rollouts safe besides?

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
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

/// Says past the capture of the test runner that nothing was tested.
fn skip() {
    let _ = writeln!(std::io::stderr(), "skipped: kubectl is not installed");
}

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
        return skip();
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
        return skip();
    }
    for profile in
        ["single-gpu", "ha-rwx", "cpu-72b", "eks-efs", "per-replica", "air-gapped", "local-copy", "autoscaled"]
    {
        place.render(&[profile, "--example", "--as", "kustomize", "-o", profile]);
        let built = place.run("kubectl", &["kustomize", profile]).expect("kubectl");
        assert!(built.status.success() && built.stderr.is_empty(), "{}", String::from_utf8_lossy(&built.stderr));
        let built = objects(&String::from_utf8(built.stdout).expect("text"));
        assert!(built == objects(&place.render(&[profile, "--example"])), "{profile}");
    }
}

#[test]
fn the_chart_s_own_number_of_servers_is_taken_out_where_keda_sets_it() {
    let place = Place::with(PLATFORM);
    place.render(&["autoscaled", "--example", "--as", "helmrelease", "-o", "scaled"]);
    let made = objects(&place.manifests("scaled/manifests"));
    let spec = &made["HelmRelease ollama ollama"]["spec"];
    assert!(spec["values"].get("replicaCount").is_none());
    let patch = spec["postRenderers"][0]["kustomize"]["patches"][0]["patch"].as_str().expect("a patch");
    let patch: Value = serde_yaml::from_str(patch).expect("YAML");
    assert!(patch["spec"].get("replicas").is_some_and(Value::is_null), "{patch:?}");
    assert!(made.contains_key("ScaledObject ollama ollama"));
}

/// The objects of a text without the annotations of Flux or Argo CD.
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

/// What Flux makes of the base for an environment: kustomize writes it in another namespace, then variables are replaced
/// in the text of each object, unless an annotation says not to.
fn substituted(place: &Place, environment: &str) -> Option<BTreeMap<String, Value>> {
    let kustomization = &objects(&place.read(&format!("out/{environment}/flux-kustomization.yaml")))["Kustomization flux-system llama-farm"];
    let namespace = kustomization["spec"]["targetNamespace"].as_str().expect("another namespace");
    assert_eq!(kustomization["spec"]["path"], "./apps/farm/base");
    let variables =
        &objects(&place.read(&format!("out/{environment}/cluster-vars.yaml")))["ConfigMap flux-system cluster-vars"];
    let base = place.0.path().join("out/base");
    let files: Vec<String> = fs::read_dir(&base)
        .expect("a folder")
        .flatten()
        .map(|file| file.file_name().to_string_lossy().into_owned())
        .collect();
    let resources: Vec<&str> = files.iter().map(String::as_str).filter(|file| *file != "kustomization.yaml").collect();
    let kustomization = format!("namespace: {namespace}\nresources: [{}]\n", resources.join(", "));
    fs::write(base.join("kustomization.yaml"), kustomization).expect("written");
    let built = place.run("kubectl", &["kustomize", "out/base"])?;
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let text = String::from_utf8(built.stdout).expect("text");
    let replaced: Vec<String> = text
        .split("\n---\n")
        .map(|document| {
            if document.contains("kustomize.toolkit.fluxcd.io/substitute: disabled") {
                return document.to_owned();
            }
            let mut document = document.replace("$${", "\0");
            for (name, value) in variables["data"].as_mapping().expect("variables") {
                let (name, value) = (name.as_str().expect("a name"), value.as_str().expect("text"));
                document = document.replace(&format!("${{{name}}}"), value);
            }
            assert!(!document.contains("${"), "a variable is left in {document}");
            document.replace('\0', "${")
        })
        .collect();
    Some(without(&replaced.join("\n---\n"), "kustomize.toolkit.fluxcd.io/"))
}

#[test]
fn a_release_of_the_chart_has_what_its_environment_alone_would_have() {
    let platform = PLATFORM
        .replace(", quota: off", ", gitops: {flux: {chart: {version: 1.76.0}}}")
        .replace(", labels: {tier: prod}", "");
    let place = Place::with(&platform);
    place.render(&["farm.yaml", "--as", "helmrelease", "-o", "out"]);
    for environment in ["dev", "prod"] {
        place.render(&["farm.yaml", "--env", environment, "--as", "helmrelease", "-o", environment]);
        let alone = without(&place.manifests(&format!("{environment}/manifests")), "kustomize.toolkit.fluxcd.io/");
        let Some(shared) = substituted(&place, environment) else {
            return skip();
        };
        assert_eq!(shared.keys().collect::<Vec<_>>(), alone.keys().collect::<Vec<_>>());
        for (name, object) in alone {
            assert_eq!(shared[&name], object, "{name} in {environment}");
        }
    }
    let variables = place.read("out/dev/cluster-vars.yaml");
    for name in
        ["chart_version", "cpu_request", "cpu_limit", "memory_request", "memory_limit", "models", "storage_size"]
    {
        assert!(variables.contains(&format!("  llama_farm_{name}: ")), "no {name} in {variables}");
    }
}

#[test]
fn the_release_and_its_patch_hold_all_that_the_deployment_has() {
    let place = Place::with(PLATFORM);
    place.render(&["single-gpu", "--as", "helmrelease", "-o", "out"]);
    let release = &objects(&place.read("out/manifests/85-helmrelease-ollama.yaml"))["HelmRelease ollama ollama"];
    let values = &release["spec"]["values"];
    let patch = release["spec"]["postRenderers"][0]["kustomize"]["patches"][0]["patch"].as_str().expect("a patch");
    let patch: Value = serde_yaml::from_str(patch).expect("YAML");
    let deployment = &objects(&place.render(&["single-gpu"]))["Deployment ollama ollama"];
    let (spec, pod) = (&deployment["spec"], &deployment["spec"]["template"]["spec"]);
    let container = &pod["containers"][0];
    for (value, wanted) in [
        (&values["replicaCount"], &spec["replicas"]),
        (&values["updateStrategy"], &spec["strategy"]),
        (&values["podAnnotations"], &spec["template"]["metadata"]["annotations"]),
        (&values["podSecurityContext"], &pod["securityContext"]),
        (&values["affinity"], &pod["affinity"]),
        (&values["tolerations"], &pod["tolerations"]),
        (&values["terminationGracePeriodSeconds"], &pod["terminationGracePeriodSeconds"]),
        (&values["resources"], &container["resources"]),
        (&values["lifecycle"], &container["lifecycle"]),
        (&values["extraEnvFrom"], &container["envFrom"]),
        (&values["readinessProbe"]["path"], &container["readinessProbe"]["httpGet"]["path"]),
        (&values["persistentVolume"]["existingClaim"], &pod["volumes"][0]["persistentVolumeClaim"]["claimName"]),
        (&patch["spec"]["progressDeadlineSeconds"], &spec["progressDeadlineSeconds"]),
        (&patch["spec"]["template"]["spec"]["containers"][0]["startupProbe"], &container["startupProbe"]),
        (&patch["spec"]["template"]["spec"]["enableServiceLinks"], &pod["enableServiceLinks"]),
    ] {
        assert!(!wanted.is_null());
        assert_eq!(value, wanted);
    }
    let selector = spec["selector"]["matchLabels"].as_mapping().expect("labels");
    assert_eq!(values["podLabels"]["app.kubernetes.io/component"], selector["app.kubernetes.io/component"]);
}

#[test]
fn the_proxy_beside_a_server_stands_in_the_patch_and_the_service_leads_to_it() {
    let place = Place::with(PLATFORM);
    let edge = "expose={proxy: {keys: farm}, service: {type: NodePort, sourceRanges: [10.0.0.0/8]}}";
    place.render(&["single-gpu", "--as", "helmrelease", "-o", "out", "--set", edge]);
    let release = &objects(&place.read("out/manifests/85-helmrelease-ollama.yaml"))["HelmRelease ollama ollama"];
    let patch = |at: usize| {
        let text = release["spec"]["postRenderers"][0]["kustomize"]["patches"][at]["patch"].as_str().expect("a patch");
        serde_yaml::from_str::<Value>(text).expect("YAML")
    };
    let containers = &patch(0)["spec"]["template"]["spec"]["containers"];
    let names: Vec<_> = containers.as_sequence().expect("a list").iter().map(|one| one["name"].as_str()).collect();
    assert_eq!(names, [Some("ollama"), Some("proxy")]);
    let spec = &patch(1)["spec"];
    assert_eq!(spec["ports"][0]["targetPort"], "proxy");
    assert_eq!(spec["externalTrafficPolicy"], "Local");
}

#[test]
fn a_release_of_the_chart_has_no_findings() {
    let place = Place::with(PLATFORM);
    for profile in ["single-gpu", "cpu-72b"] {
        place.render(&[profile, "--as", "helmrelease", "-o", profile]);
        let output = place.run(env!("CARGO_BIN_EXE_ollama-k8s"), &["lint", "--strict", profile]).expect("it runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
}

#[test]
fn what_the_chart_cannot_do_is_refused_with_the_reason() {
    let place = Place::with(PLATFORM);
    for (arguments, said) in [
        (&["per-replica"][..], "a claim for each server needs a StatefulSet"),
        (&["ha-rwx", "--example"], "would send requests to the puller's pods as well"),
        (
            &[
                "cpu-72b",
                "--set",
                "kubernetes=1.36",
                "--set",
                "storage.topology=image",
                "--set",
                "storage.source={image: \"registry.example.com/models:1\"}",
            ],
            "the chart mounts nothing else",
        ),
        (
            &["farm.yaml"],
            "the environments cannot share one release: more than a value differs (Namespace metadata labels)",
        ),
    ] {
        let shape = ["--as", "helmrelease", "-o", "out"];
        let output =
            place.run(env!("CARGO_BIN_EXE_ollama-k8s"), &[&["render"], arguments, &shape].concat()).expect("it runs");
        assert_eq!(output.status.code(), Some(3), "{arguments:?}");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(told.contains(said), "{told}");
        assert!(!place.0.path().join("out").join("manifests").exists());
    }
}
