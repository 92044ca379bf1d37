//! `argo-destination`: Argo CD knows no such cluster, or does not read the Application.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::*;
use crate::scope::{Item, Scope, is_variable};
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "argo-destination",
    severity: Severity::Warning,
    summary: "Argo CD knows no such cluster, or does not read the Application",
    versions: Versions::All,
    docs: include_str!("argo_destination.md"),
    check,
};

/// The cluster that Argo CD runs in. Source: Argo CD 3.5.7 `KubernetesInternalAPIServerAddr`.
pub(super) const OWN: &str = "https://kubernetes.default.svc";

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, _) in scope.custom("Application", "argoproj.io/").filter(|(item, _)| scope.concerns_ollama(*item)) {
        let to = |key| item.at(&["spec", "destination", key]).and_then(Node::text);
        if let Some(server) = to("server").filter(|server| is_meant_as_own(server) && !has_clusters(scope)) {
            let message = format!("Argo CD calls its own cluster {OWN}, and knows none at `{server}` by itself");
            findings.add(item, "spec.destination.server", message, format!("write {OWN}"));
        }
        let own = item.namespace().filter(|own| to("namespace") == Some(own) && !is_variable(own));
        // OpenShift's is openshift-gitops.
        let may_be_argo = |own: &str| own.contains("argo") || own.contains("gitops");
        if let Some(own) = own.filter(|own| !may_be_argo(own) && !is_told(scope, own)) {
            let message = format!(
                "Argo CD reads Applications in its own namespace: one in `{own}`, where Ollama goes, counts only where \
                 application.namespaces has it"
            );
            findings.add(item, "metadata.namespace", message, "set namespace: argocd, or where Argo CD is");
        }
    }
}

/// Whether an address is that of the own cluster in other words, or with a slip of the pen.
fn is_meant_as_own(server: &str) -> bool {
    let server = server.trim_end_matches('/');
    if server == OWN || is_variable(server) {
        return false;
    }
    let host = server.split_once("//").map_or(server, |(_, host)| host);
    let is_in_words = host.starts_with("kubernetes.default");
    is_in_words || strsim::osa_distance(server, OWN) <= 2
}

/// Whether the manifests make clusters known to Argo CD.
fn has_clusters(scope: &Scope<'_>) -> bool {
    scope.all::<Secret>().any(|(_, secret)| {
        let labels = secret.metadata.labels.as_ref();
        labels.and_then(|labels| labels.get("argocd.argoproj.io/secret-type")).is_some_and(|kind| kind == "cluster")
    })
}

/// Whether the manifests say that Argo CD reads Applications elsewhere.
fn is_told(scope: &Scope<'_>, namespace: &str) -> bool {
    let is_setting = |map: &ConfigMap| {
        map.data.as_ref().is_some_and(|data| data.get("application.namespaces").is_some_and(|text| !text.is_empty()))
    };
    let reads = |project: &Node| {
        let named = project.get("spec").and_then(|spec| spec.get("sourceNamespaces")).map_or(&[][..], Node::items);
        named
            .iter()
            .filter_map(Node::text)
            .any(|named| named == namespace || named.contains('*') || named.starts_with('/'))
    };
    let is_argos = |item: &Item<'_>| item.namespace() == Some(namespace);
    let mut images =
        scope.all_workloads().iter().filter(|workload| is_argos(&workload.item)).flat_map(|one| &one.seats);
    images.any(|seat| seat.container.image.as_deref().is_some_and(|image| image.contains("argocd")))
        || scope.custom("ArgoCD", "argoproj.io/").next().is_some()
        || scope.all::<ConfigMap>().any(|(_, map)| is_setting(map))
        || scope.custom("AppProject", "argoproj.io/").any(|(item, project)| is_argos(&item) || reads(project))
}
