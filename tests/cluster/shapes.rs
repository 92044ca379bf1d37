//! Does a real API server take what is written for Flux, Argo CD and kustomize, by their own definitions?

use std::fs;
use std::path::Path;
use std::process::Command;

use indoc::indoc;

use crate::kubectl::{feed, kubectl, say, stdout};

const PLATFORM: &str = indoc! {"
    apiVersion: ollama-k8s/v1
    kind: Profile
    name: llama-farm
    namespace: shapes-prod
    models: [qwen2.5:72b]
    hardware: {cpu: 16}
    gitops:
      flux: {namespace: shapes-gitops, variables: cluster-vars, dependsOn: [{name: fields, namespace: barn}]}
      argocd: {namespace: shapes-gitops, repository: https://git.example.com/farm.git}
    environments:
      dev: {namespace: shapes-dev, models: [qwen2.5:14b], hardware: {cpu: 8}}
      prod: {storage: {size: 200Gi}}
"};

/// Holds objects against the API server, every field of them.
const STRICTLY: [&str; 5] = ["apply", "--server-side", "--validate=strict", "--dry-run=server", "--field-manager=test"];

fn render(folder: &Path, shape: &str) {
    render_to(folder, shape, shape, &[]);
}

fn render_to(folder: &Path, to: &str, shape: &str, more: &[&str]) {
    let rendered = Command::new(env!("CARGO_BIN_EXE_ollama-k8s"))
        .args(["render", "farm.yaml", "--as", shape, "-o", to])
        .args(more)
        .current_dir(folder)
        .output()
        .expect("it runs");
    assert!(rendered.status.success(), "{}", String::from_utf8_lossy(&rendered.stderr));
}

#[test]
#[ignore = "needs a cluster"]
fn every_shape_is_valid_by_the_definitions_of_those_who_take_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |path: &str| folder.path().join(path).display().to_string();
    fs::write(folder.path().join("farm.yaml"), PLATFORM).expect("written");
    for namespace in ["shapes-gitops", "shapes-dev", "shapes-prod"] {
        let text = format!("apiVersion: v1\nkind: Namespace\nmetadata: {{name: {namespace}}}\n");
        stdout(&feed(&["apply", "--server-side", "-f", "-"], &text));
    }
    let definitions = kubectl(&["get", "customresourcedefinitions", "-o", "name"]);
    for (shape, definition, file) in [
        ("flux", "kustomizations.kustomize.toolkit.fluxcd.io", "flux-kustomization.yaml"),
        ("argocd", "applications.argoproj.io", "argocd-application.yaml"),
    ] {
        render(folder.path(), shape);
        if !definitions.contains(definition) {
            say(&format!("skipped: the cluster has no {definition}"));
            continue;
        }
        for environment in ["dev", "prod"] {
            let told = feed(&[&STRICTLY[..], &["-f", &at(&format!("{shape}/{environment}/{file}"))]].concat(), "");
            assert_eq!((stdout(&told).lines().count(), &*String::from_utf8_lossy(&told.stderr)), (1, ""));
            let manifests = at(&format!("{shape}/{environment}/manifests"));
            let told = feed(&[&STRICTLY[..], &["-f", &manifests]].concat(), "");
            assert_eq!((stdout(&told).lines().count() > 7, &*String::from_utf8_lossy(&told.stderr)), (true, ""));
        }
    }
    helm_release(folder.path(), &definitions);
    render(folder.path(), "kustomize");
    for environment in ["dev", "prod"] {
        let told = feed(&[&STRICTLY[..], &["-k", &at(&format!("kustomize/overlays/{environment}"))]].concat(), "");
        assert_eq!((stdout(&told).lines().count() > 7, &*String::from_utf8_lossy(&told.stderr)), (true, ""));
    }
    kubectl(&["delete", "namespace", "shapes-gitops", "shapes-dev", "shapes-prod", "--wait=false"]);
}

/// The release, what is beside it, and what gives its variables.
fn helm_release(folder: &Path, definitions: &str) {
    if !definitions.contains("helmreleases.helm.toolkit.fluxcd.io") {
        return say("skipped: the cluster has no HelmRelease");
    }
    render(folder, "helmrelease");
    for environment in ["dev", "prod"] {
        let alone = format!("release-of-{environment}");
        render_to(folder, &alone, "helmrelease", &["--env", environment]);
        for path in [format!("{alone}/manifests"), format!("helmrelease/{environment}")] {
            let told = feed(&[&STRICTLY[..], &["-f", &folder.join(path).display().to_string()]].concat(), "");
            assert_eq!((stdout(&told).lines().count() > 1, &*String::from_utf8_lossy(&told.stderr)), (true, ""));
        }
    }
}
