//! The way in from outside.

use super::{meta, service::PORT_NAME};
use crate::bundle::Commented;
use crate::k8s::*;
use crate::plan::{self, Component, Plan};

pub(super) fn build(plan: &Plan) -> Option<Commented> {
    let ingress = plan.ingress.as_ref()?;
    let mut metadata = meta(plan, plan.release.name.clone(), Some(Component::Server));
    metadata.annotations.get_or_insert_default().extend(ingress.annotations.clone());
    let object = Ingress {
        metadata,
        spec: Some(IngressSpec {
            ingress_class_name: Some(ingress.class_name.clone()),
            tls: ingress.tls.as_ref().map(|tls| {
                vec![IngressTLS { hosts: Some(vec![ingress.host.clone()]), secret_name: tls.secret.clone() }]
            }),
            rules: Some(vec![IngressRule { host: Some(ingress.host.clone()), http: Some(paths(plan, ingress)) }]),
            ..Default::default()
        }),
        ..Default::default()
    };
    let about = match &ingress.open_because {
        Some(reason) => format!("Nobody is asked who they are, because: {reason}."),
        None => "Only inference: nothing here pulls, creates or deletes models.".to_owned(),
    };
    let commented = Commented::new(object, about).because(
        "metadata annotations",
        "a stream of tokens outlasts the usual timeouts, and its first token may take a model load",
    );
    Some(commented)
}

fn paths(plan: &Plan, ingress: &plan::Ingress) -> HTTPIngressRuleValue {
    let backend = IngressBackend {
        service: Some(IngressServiceBackend {
            name: plan.release.name.clone(),
            port: Some(ServiceBackendPort { name: Some(PORT_NAME.into()), ..Default::default() }),
        }),
        ..Default::default()
    };
    let path = |(path, exact): &(&str, bool)| HTTPIngressPath {
        backend: backend.clone(),
        path: Some((*path).to_owned()),
        path_type: if *exact { "Exact" } else { "Prefix" }.into(),
    };
    HTTPIngressRuleValue { paths: ingress.paths.iter().map(path).collect() }
}
