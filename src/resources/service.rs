//! The address inside the cluster or at its edge, and those of servers that have a name of their own.

use super::container::PROXY_PORT;
use super::meta;
use crate::bundle::Commented;
use crate::facts::OLLAMA_PORT;
use crate::k8s::*;
use crate::plan::{Component, Plan, ServiceKind, Store};

/// The name of the server's port in the pod, and of the Service's own.
pub(super) const PORT_NAME: &str = "http";
/// The name of the proxy's port in the pod.
pub(super) const PROXY_PORT_NAME: &str = "proxy";

/// The name of the port that everybody connects to in the pod.
pub(super) fn target(plan: &Plan) -> &'static str {
    if plan.proxy.is_some() { PROXY_PORT_NAME } else { PORT_NAME }
}

pub(super) fn build(plan: &Plan) -> Commented {
    let release = &plan.release;
    let service = &plan.service;
    let mut metadata = meta(plan, release.name.clone(), Some(Component::Server));
    if !service.annotations.is_empty() {
        metadata.annotations.get_or_insert_default().extend(service.annotations.clone());
    }
    let at_the_edge = service.kind != ServiceKind::ClusterIp;
    let ranges = match &service.kind {
        ServiceKind::LoadBalancer(ranges) => Some(ranges.clone()),
        ServiceKind::ClusterIp | ServiceKind::NodePort(_) => None,
    };
    let object = Service {
        metadata,
        spec: Some(ServiceSpec {
            type_: Some(service.kind.name().into()),
            selector: Some(release.selector(Component::Server)),
            ports: Some(vec![port(plan, service.port)]),
            external_traffic_policy: at_the_edge.then(|| "Local".into()),
            load_balancer_source_ranges: ranges,
            session_affinity: at_the_edge.then(|| "None".into()),
            ..Default::default()
        }),
        ..Default::default()
    };
    let address = format!("http://{}.{}.svc:{}", release.name, release.namespace, service.port);
    let about = match (&service.kind, &service.open_because) {
        (ServiceKind::ClusterIp, _) => {
            format!("{address}, for clients inside the cluster; servers that lack the model get no requests.")
        }
        (_, Some(reason)) => format!("{address} inside. Nobody is asked who they are, because: {reason}."),
        (_, None) if plan.proxy.as_ref().is_some_and(|proxy| proxy.keys.is_some()) => {
            format!("{address} inside; everybody is asked for an API key.")
        }
        (_, None) => format!("{address} inside. Nobody is asked who they are: the ranges alone keep others out."),
    };
    let commented = Commented::new(object, about);
    if !at_the_edge {
        return commented;
    }
    commented
        .because(
            "spec externalTrafficPolicy",
            "the client's own address reaches the pod, where the network policy looks at it",
        )
        .because(
            "spec sessionAffinity",
            "every server has all models; a client's next request must not wait for a busy one",
        )
}

fn port(plan: &Plan, number: u16) -> ServicePort {
    ServicePort {
        port: number.into(),
        name: Some(PORT_NAME.into()),
        target_port: Some(IntOrString::String(target(plan).into())),
        ..Default::default()
    }
}

/// Gives each server of a `StatefulSet` a name.
pub(super) fn headless(plan: &Plan) -> Option<Commented> {
    if !matches!(plan.store, Store::ClaimEach(_)) {
        return None;
    }
    let release = &plan.release;
    // Behind such a name is the pod itself, and so its own port.
    let number = if plan.proxy.is_some() { PROXY_PORT } else { OLLAMA_PORT };
    let object = Service {
        metadata: meta(plan, release.headless(), Some(Component::Server)),
        spec: Some(ServiceSpec {
            type_: Some("ClusterIP".into()),
            cluster_ip: Some("None".into()),
            selector: Some(release.selector(Component::Server)),
            ports: Some(vec![port(plan, number)]),
            ..Default::default()
        }),
        ..Default::default()
    };
    let first = format!("{}-0.{}.{}.svc:{number}", release.name, release.headless(), release.namespace);
    Some(Commented::new(object, format!("Gives each server a name, for whoever must reach that one: {first}.")))
}
