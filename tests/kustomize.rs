//! Is what a kustomization makes of its objects judged, at the lines where it says so?

use ollama_k8s::lint::{Options, lint};
use ollama_k8s::tree::Sources;

const SERVER: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: llama}
spec:
  selector: {matchLabels: {app: llama}}
  template:
    metadata: {labels: {app: llama}}
    spec:
      containers:
      - name: llama
        image: ollama/ollama:0.34.2
        envFrom: [{configMapRef: {name: settings}}]
        volumeMounts: [{name: models, mountPath: /root/.ollama}]
      volumes: [{name: models, persistentVolumeClaim: {claimName: models}}]
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: models}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}}
---
apiVersion: v1
kind: Service
metadata: {name: llama}
spec: {selector: {app: llama, farm: north}, ports: [{port: 11434}]}
";

/// What a rule finds in a folder of files, as `FILE: what stands there`.
fn found(rule: &str, files: &[(&str, &str)]) -> Vec<String> {
    let mut sources = Sources::default();
    sources.add_folder("");
    let ids: Vec<_> = files.iter().map(|(name, text)| sources.add(*name, *text)).collect();
    let report = lint(&sources, ids, &Options::default());
    let own = report.found.iter().filter(|found| found.finding.rule.id == rule);
    own.map(|found| {
        let at = found.spot.origin;
        let source = sources.get(at.source);
        format!("{}: {}", source.name, &source.text[at.start as usize..at.end as usize])
    })
    .collect()
}

/// The same for the server and a kustomization over it.
fn over(rule: &str, kustomization: &str) -> Vec<String> {
    let base = "resources: [server.yaml]\n";
    found(
        rule,
        &[("base/kustomization.yaml", base), ("base/server.yaml", SERVER), ("farm/kustomization.yaml", kustomization)],
    )
}

#[test]
fn an_image_is_judged_where_the_kustomization_sets_it() {
    let image = |set: &str| format!("resources: [../base]\nimages: [{{name: ollama/ollama, {set}}}]\n");
    assert_eq!(over("image-vulnerable", &image("newTag: 0.3.0")), ["farm/kustomization.yaml: 0.3.0"]);
    assert_eq!(over("image-tag", &image("newTag: latest")), ["farm/kustomization.yaml: latest"]);
    assert!(over("image-tag", &image("newTag: 0.34.2")).is_empty());
}

#[test]
fn an_image_of_several_environments_is_judged_in_each() {
    let environment = |tag: &str| format!("resources: [../base]\nimages: [{{name: ollama/ollama, newTag: {tag}}}]\n");
    let (barn, farm) = (environment("0.3.0"), environment("0.34.2"));
    let files = [
        ("barn/kustomization.yaml", barn.as_str()),
        ("base/kustomization.yaml", "resources: [server.yaml]\n"),
        ("base/server.yaml", SERVER),
        ("farm/kustomization.yaml", farm.as_str()),
    ];
    assert_eq!(found("image-vulnerable", &files), ["barn/kustomization.yaml: 0.3.0"]);
}

#[test]
fn numbers_of_pods_are_those_of_the_kustomization() {
    let replicas = "resources: [../base]\nreplicas: [{name: llama, count: 3}]\n";
    assert_eq!(over("rwo-multi-replica", replicas), ["farm/kustomization.yaml: 3"]);
}

#[test]
fn a_generated_config_map_has_its_variables_where_they_are_written() {
    let literals =
        "resources: [../base]\nconfigMapGenerator:\n- name: settings\n  literals:\n  - OLLAMA_KEEP_ALVE=24h\n";
    assert_eq!(over("env-unknown", literals), ["farm/kustomization.yaml: 24h"]);
    let files = [
        ("kustomization.yaml", "resources: [server.yaml]\nconfigMapGenerator: [{name: settings, envs: [llama.env]}]\n"),
        ("llama.env", "# llamas\nOLLAMA_KEEP_ALVE=24h\n"),
        ("server.yaml", SERVER),
    ];
    assert_eq!(found("env-unknown", &files), ["llama.env: 24h"]);
    assert!(found("config-no-checksum", &files).is_empty(), "its name has a hash");
}

#[test]
fn a_merged_config_map_is_the_one_of_the_only_overlay() {
    let base = "resources: [server.yaml]\nconfigMapGenerator: [{name: settings, literals: [OLLAMA_KEEP_ALIVE=1h]}]\n";
    let merge = "resources: [../base]\nconfigMapGenerator: [{name: settings, behavior: merge, literals: [OLLAMA_KEEP_ALIVE=soon]}]\n";
    let files = [("base/kustomization.yaml", base), ("base/server.yaml", SERVER), ("farm/kustomization.yaml", merge)];
    assert_eq!(found("env-value", &files), ["farm/kustomization.yaml: soon"]);
}

#[test]
fn only_labels_that_reach_the_pods_are_found_by_a_service() {
    let labels = |more: &str| format!("resources: [../base]\nlabels: [{{pairs: {{farm: north}}{more}}}]\n");
    assert_eq!(over("service-selects-nothing", &labels("")).len(), 1);
    assert!(over("service-selects-nothing", &labels(", includeSelectors: true")).is_empty());
}

#[test]
fn a_patch_of_one_of_several_environments_is_held_against_its_object() {
    let patch = "resources: [../base]\npatches:\n- target: {kind: Deployment, name: llama}\n  patch: |-\n    - {op: remove, path: /spec/paused}\n";
    let files = [
        ("barn/kustomization.yaml", "resources: [../base]\n"),
        ("base/kustomization.yaml", "resources: [server.yaml]\n"),
        ("base/server.yaml", SERVER),
        ("farm/kustomization.yaml", patch),
    ];
    assert_eq!(found("kustomize-patch-path", &files), ["farm/kustomization.yaml: /spec/paused"]);
}

#[test]
fn a_file_is_missing_only_where_its_folder_was_read() {
    let kustomization = "resources: [../base, more.yaml, .hidden.yaml, ../../else.yaml]\n";
    assert_eq!(over("kustomize-file-missing", kustomization), ["farm/kustomization.yaml: more.yaml"]);
    let mut sources = Sources::default();
    let id = sources.add("farm/kustomization.yaml", "resources: [ollama.yaml]\n");
    assert!(lint(&sources, [id], &Options::default()).found.is_empty());
}

#[test]
fn a_part_of_kustomizations_may_change_what_others_list() {
    let part = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches:\n- target: {kind: Deployment, name: llama}\n  patch: |-\n    - {op: remove, path: /spec/paused}\n";
    let files = [
        ("base/kustomization.yaml", "resources: [server.yaml]\n"),
        ("base/server.yaml", SERVER),
        ("gpu/kustomization.yaml", part),
        ("farm/kustomization.yaml", "resources: [../base]\ncomponents: [../gpu]\n"),
    ];
    assert!(found("kustomize-patch-target", &files).is_empty());
}
