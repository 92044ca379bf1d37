//! How is a plan written down as Kubernetes objects? One kind a file; nothing is decided here.

mod budget;
mod claim;
mod config_map;
mod container;
mod deployment;
mod device_claim;
mod http_route;
mod ingress;
mod job;
mod limit_range;
mod namespace;
mod network_policy;
mod nodes;
mod pod;
mod pod_monitor;
mod quota;
mod scaled_object;
mod server;
mod service;
mod service_account;
mod stateful_set;
mod storage_class;

use crate::bundle::Bundle;
use crate::k8s::ObjectMeta;
use crate::plan::{Component, Plan};
use crate::text::{self, MadeFrom};

/// All objects of a plan, in the order in which they are applied.
pub fn build(plan: &Plan, made_from: &MadeFrom) -> Bundle {
    let job = job::build(plan);
    let puller = job.as_ref().and_then(|job| job.object.metadata().name.as_deref());
    let mut bundle = Bundle { header: text::header(plan, made_from, puller), ..Bundle::default() };
    bundle.extend(namespace::build(plan));
    bundle.extend(quota::build(plan));
    bundle.extend(limit_range::build(plan));
    bundle.extend(storage_class::build(plan));
    bundle.extend([service_account::build(plan)]);
    bundle.extend([config_map::settings(plan), config_map::scripts(plan)]);
    bundle.extend(config_map::proxy(plan));
    bundle.extend(claim::build(plan));
    bundle.extend(device_claim::build(plan));
    bundle.extend([service::build(plan)]);
    bundle.extend(service::headless(plan));
    bundle.extend(job);
    bundle.extend(deployment::build(plan));
    bundle.extend(stateful_set::build(plan));
    bundle.extend(budget::build(plan));
    bundle.extend(network_policy::build(plan));
    bundle.extend(ingress::build(plan));
    bundle.extend(http_route::build(plan));
    bundle.extend(scaled_object::build(plan));
    bundle.extend(pod_monitor::build(plan));
    bundle
}

/// The metadata of an object of the release's namespace.
fn meta(plan: &Plan, name: String, component: Option<Component>) -> ObjectMeta {
    ObjectMeta { namespace: Some(plan.release.namespace.clone()), ..cluster_meta(plan, name, component) }
}

/// The metadata of what runs the server's image.
fn workload_meta(plan: &Plan, name: String, component: Component) -> ObjectMeta {
    let mut meta = meta(plan, name, Some(component));
    if let Some(version) = &plan.release.version {
        meta.labels.get_or_insert_default().insert("app.kubernetes.io/version".into(), version.clone());
    }
    meta
}

/// The metadata of an object without a namespace.
fn cluster_meta(plan: &Plan, name: String, component: Option<Component>) -> ObjectMeta {
    let release = &plan.release;
    let mut labels = release.labels.clone();
    if let Some(component) = component {
        labels.extend(release.selector(component));
    } else {
        labels.insert("app.kubernetes.io/name".into(), "ollama".into());
        labels.insert("app.kubernetes.io/instance".into(), release.name.clone());
    }
    labels.insert("app.kubernetes.io/managed-by".into(), "ollama-k8s".into());
    ObjectMeta {
        name: Some(name),
        labels: Some(labels),
        annotations: Some(release.annotations.clone()).filter(|annotations| !annotations.is_empty()),
        ..ObjectMeta::default()
    }
}
