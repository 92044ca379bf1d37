//! The way in from outside by an Ingress, and what its controller reads besides.

use k8s_openapi::serde_json::json;

use super::{meta, service::PORT_NAME};
use crate::bundle::{Commented, Custom};
use crate::facts::OLLAMA_PORT;
use crate::k8s::*;
use crate::plan::{self, Companion, Component, Plan};
use crate::resources::container::PROXY_PORT;

pub(super) fn build(plan: &Plan) -> Vec<Commented> {
    let Some(ingress) = &plan.ingress else { return Vec::new() };
    let companion = ingress.companion.as_ref().map(|companion| self::companion(plan, companion));
    companion.into_iter().chain([way_in(plan, ingress)]).collect()
}

fn way_in(plan: &Plan, ingress: &plan::Ingress) -> Commented {
    let mut metadata = meta(plan, plan.release.name.clone(), Some(Component::Server));
    metadata.annotations.get_or_insert_default().extend(ingress.annotations.clone());
    let class = &ingress.class;
    let object = Ingress {
        metadata,
        spec: Some(IngressSpec {
            ingress_class_name: (!class.by_annotation).then(|| class.name.clone()),
            tls: ingress.tls.as_ref().map(|tls| {
                vec![IngressTLS { hosts: Some(vec![ingress.host.clone()]), secret_name: tls.secret.clone() }]
            }),
            rules: Some(vec![IngressRule { host: Some(ingress.host.clone()), http: Some(paths(plan, ingress)) }]),
            ..Default::default()
        }),
        ..Default::default()
    };
    Commented::new(object, about(ingress.open_because.as_deref(), ingress.routes)).because(
        "metadata annotations",
        "a stream of tokens outlasts the usual timeouts, and its first token may take a model load",
    )
}

/// Who comes in by such a way, and to what.
pub(super) fn about(open_because: Option<&str>, routes: &[plan::Route]) -> String {
    match open_because {
        Some(reason) => format!("Nobody is asked who they are, because: {reason}."),
        None if routes.iter().any(|route| route.path == "/") => {
            "To everything, also to what pulls, creates and deletes models.".to_owned()
        }
        None => "Only inference: nothing here pulls, creates or deletes models.".to_owned(),
    }
}

fn paths(plan: &Plan, ingress: &plan::Ingress) -> HTTPIngressRuleValue {
    let backend = IngressBackend {
        service: Some(IngressServiceBackend {
            name: plan.release.name.clone(),
            port: Some(ServiceBackendPort { name: Some(PORT_NAME.into()), ..Default::default() }),
        }),
        ..Default::default()
    };
    let path = |route: &plan::Route| HTTPIngressPath {
        backend: backend.clone(),
        path: Some(route.path.to_owned()),
        path_type: if route.exact { "Exact" } else { "Prefix" }.into(),
    };
    HTTPIngressRuleValue { paths: ingress.routes.iter().map(path).collect() }
}

fn companion(plan: &Plan, companion: &Companion) -> Commented {
    let metadata = meta(plan, plan.release.name.clone(), Some(Component::Server));
    match companion {
        Companion::Middleware(spec) => {
            let object = Custom::new("traefik.io/v1alpha1", "Middleware", metadata, spec.clone());
            Commented::new(object, "Asks who it is; the Ingress names it as NAMESPACE-NAME@kubernetescrd.")
        }
        Companion::BackendConfig { timeout, drain } => {
            let port = if plan.proxy.is_some() { PROXY_PORT } else { OLLAMA_PORT };
            let spec = json!({
                "timeoutSec": timeout.0,
                "connectionDraining": { "drainingTimeoutSec": drain.0 },
                "healthCheck": { "type": "HTTP", "requestPath": "/", "port": port, "checkIntervalSec": 15 },
            });
            let object = Custom::new("cloud.google.com/v1", "BackendConfig", metadata, spec);
            Commented::new(object, "How Google's load balancer treats the Service, whose annotation names it.")
                .because(
                    "spec timeoutSec",
                    "the whole answer, of which the first token may take a model load; it would be 30",
                )
                .because("spec connectionDraining", "as long as a stopping server waits for open answers")
                .because(
                    "spec healthCheck",
                    "a server that answers is well; whether it has its model, its readiness says",
                )
        }
    }
}
