//! The address inside the cluster, and those of servers that have a name of their own.

use super::meta;
use crate::bundle::Commented;
use crate::facts::OLLAMA_PORT;
use crate::k8s::*;
use crate::plan::{Component, Plan, Store};

/// The name of the server's port, in the pod and in the Service.
pub(super) const PORT_NAME: &str = "http";

pub(super) fn build(plan: &Plan) -> Commented {
    let release = &plan.release;
    let mut metadata = meta(plan, release.name.clone(), Some(Component::Server));
    if !plan.service.annotations.is_empty() {
        metadata.annotations.get_or_insert_default().extend(plan.service.annotations.clone());
    }
    let port = ServicePort {
        port: plan.service.port.into(),
        name: Some(PORT_NAME.into()),
        target_port: Some(IntOrString::String(PORT_NAME.into())),
        ..Default::default()
    };
    let object = Service {
        metadata,
        spec: Some(ServiceSpec {
            type_: Some("ClusterIP".into()),
            selector: Some(release.selector(Component::Server)),
            ports: Some(vec![port]),
            ..Default::default()
        }),
        ..Default::default()
    };
    let address = format!("http://{}.{}.svc:{}", release.name, release.namespace, plan.service.port);
    Commented::new(
        object,
        format!("{address}, for clients inside the cluster; servers that lack the model get no requests."),
    )
}

/// Gives each server of a `StatefulSet` a name.
pub(super) fn headless(plan: &Plan) -> Option<Commented> {
    if !matches!(plan.store, Store::ClaimEach(_)) {
        return None;
    }
    let release = &plan.release;
    let object = Service {
        metadata: meta(plan, release.headless(), Some(Component::Server)),
        spec: Some(ServiceSpec {
            type_: Some("ClusterIP".into()),
            cluster_ip: Some("None".into()),
            selector: Some(release.selector(Component::Server)),
            ports: Some(vec![ServicePort {
                port: OLLAMA_PORT.into(),
                name: Some(PORT_NAME.into()),
                target_port: Some(IntOrString::String(PORT_NAME.into())),
                ..Default::default()
            }]),
            ..Default::default()
        }),
        ..Default::default()
    };
    let first = format!("{}-0.{}.{}.svc:{OLLAMA_PORT}", release.name, release.headless(), release.namespace);
    Some(Commented::new(object, format!("Gives each server a name, for whoever must reach that one: {first}.")))
}
