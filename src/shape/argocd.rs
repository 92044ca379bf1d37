//! How does Argo CD take a bundle: manifests in waves, and an Application that applies them?

use serde::Serialize;

use super::flux::Metadata;
use super::{Files, MANIFESTS, Variant, annotated, in_repository, inside, plain};
use crate::bundle::{Comment, Object};
use crate::yaml;

/// `Application` of `argoproj.io/v1alpha1`. Source: argoproj/argo-cd `docs/operator-manual/application.yaml`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Application {
    api_version: &'static str,
    kind: &'static str,
    metadata: Metadata,
    spec: Spec,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    project: String,
    source: Source,
    destination: Destination,
    sync_policy: SyncPolicy,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Source {
    #[serde(rename = "repoURL")]
    repo_url: String,
    target_revision: String,
    path: String,
}

#[derive(Serialize)]
struct Destination {
    server: String,
    namespace: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SyncPolicy {
    automated: Automated,
    sync_options: Vec<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Automated {
    prune: bool,
    self_heal: bool,
}

/// The Application, and the manifests in a folder beside it, so that it does not apply itself.
pub(super) fn files(variant: &Variant) -> Result<Files, String> {
    let mut text = String::new();
    let (object, comments) = application(variant)?;
    yaml::write_document(&object, &comments, &mut text);
    let manifests = plain::files(&annotated(&variant.bundle, annotations));
    let mut files: Files = inside(MANIFESTS, manifests).collect();
    files.insert("argocd-application.yaml".to_owned(), text);
    Ok(files)
}

fn application(variant: &Variant) -> Result<(Application, Vec<Comment>), String> {
    let Variant { plan, environment, .. } = variant;
    let argocd = &plan.gitops.argocd;
    let Some(repository) = &argocd.repository else {
        return Err("Argo CD needs to know the repository: --set gitops.argocd.repository=https://git.example.com/team/apps.git".to_owned());
    };
    // Argo CD keeps all Applications in one namespace, and often for several clusters.
    let name = match environment {
        Some(environment) => format!("{}-{environment}", plan.release.name),
        None => plan.release.name.clone(),
    };
    let object = Application {
        api_version: "argoproj.io/v1alpha1",
        kind: "Application",
        metadata: Metadata { name, namespace: argocd.namespace.to_string() },
        spec: Spec {
            project: argocd.project.to_string(),
            source: Source {
                repo_url: repository.clone(),
                target_revision: argocd.revision.clone(),
                path: in_repository(variant, MANIFESTS),
            },
            destination: Destination { server: argocd.server.clone(), namespace: plan.release.namespace.clone() },
            sync_policy: SyncPolicy {
                automated: Automated { prune: true, self_heal: true },
                sync_options: vec!["ServerSideApply=true"],
            },
        },
    };
    let comments = vec![
        Comment {
            path: "".into(),
            text: "Argo CD applies the folder. It is healthy when the models can be served.".into(),
        },
        Comment {
            path: "spec syncPolicy automated".into(),
            text: "what is not in the folder any more is deleted, but never the claim and its namespace".into(),
        },
    ];
    Ok((object, comments))
}

/// The waves: first what pods need before they are made, then everything else at once. A claim whose class waits for
/// its first pod is bound by a pod of its own wave; in a wave before, it would be waited for without end.
fn annotations(object: &Object) -> Vec<(&'static str, String)> {
    let is_before = matches!(
        object,
        Object::Namespace(_)
            | Object::ResourceQuota(_)
            | Object::LimitRange(_)
            | Object::StorageClass(_)
            | Object::ServiceAccount(_)
            | Object::ConfigMap(_)
            | Object::NetworkPolicy(_)
    );
    let mut found = Vec::new();
    if is_before {
        found.push(("argocd.argoproj.io/sync-wave", "-1".to_owned()));
    }
    match object {
        Object::PersistentVolumeClaim(_) | Object::Namespace(_) | Object::StorageClass(_) => {
            found.push(("argocd.argoproj.io/sync-options", "Prune=false,Delete=false".to_owned()));
        }
        Object::Job(_) => {
            found.push(("argocd.argoproj.io/hook", "Sync".to_owned()));
            found.push(("argocd.argoproj.io/hook-delete-policy", "BeforeHookCreation".to_owned()));
        }
        _ => {}
    }
    found
}
