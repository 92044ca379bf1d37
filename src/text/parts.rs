//! What do the pages say of the models, of the GPUs, and of the way in from outside?

use serde::Serialize;

use crate::plan::{DEVICE_CLASS, IngressKind, Plan, Way};
use crate::sizing::Makes;

#[derive(Serialize)]
pub(super) struct Model {
    name: String,
    disk: String,
    context: u64,
    preload: bool,
    embeds: bool,
}

#[derive(Serialize)]
pub(super) struct Gpu {
    resource: String,
    /// As in a path of `-o custom-columns`; none: it is no resource of a node.
    escaped: Option<String>,
    count: u32,
    sum: String,
    label: Option<String>,
    /// Whether GPU feature discovery sets that label.
    discovered: bool,
}

#[derive(Serialize)]
pub(super) struct WayIn {
    url: String,
    host: String,
    class: String,
    timeout: String,
    longest: Option<String>,
    paths: Vec<&'static str>,
    secrets: Vec<(String, &'static str)>,
    open_because: Option<String>,
    controller: Option<String>,
}

/// A route of the Gateway API.
#[derive(Serialize)]
pub(super) struct Gateway {
    name: String,
    namespace: String,
    pods: String,
    hosts: Vec<String>,
    timeout: String,
}

pub(super) fn gateway(plan: &Plan) -> Option<Gateway> {
    let way = plan.gateway.as_ref()?;
    Some(Gateway {
        name: way.parent.name.clone(),
        namespace: way.parent.namespace.clone(),
        pods: way.pods.clone(),
        hosts: way.hostnames.clone(),
        timeout: way.timeout.to_string(),
    })
}

/// How the number of servers changes.
#[derive(Serialize)]
pub(super) struct Scaling {
    min: u32,
    max: u32,
    threshold: u64,
    query: String,
    /// Until one more gives its first answer, part by part.
    wake: String,
    /// The same as a sum: with the image on the node, and without.
    warm: String,
    cold: String,
    lull: String,
    cooldown: String,
}

pub(super) fn scaling(plan: &Plan) -> Option<Scaling> {
    let autoscale = plan.autoscale.as_ref()?;
    Some(Scaling {
        min: autoscale.min.value,
        max: autoscale.max.value,
        threshold: autoscale.trigger.threshold.value,
        query: autoscale.trigger.query.value.clone(),
        wake: autoscale.wake.to_string(),
        warm: autoscale.wake.warm().round_up(60).to_string(),
        cold: autoscale.wake.cold().round_up(60).to_string(),
        lull: autoscale.lull.value.to_string(),
        cooldown: autoscale.cooldown.value.to_string(),
    })
}

pub(super) fn models(plan: &Plan) -> Vec<Model> {
    let models = plan.models.iter().map(|model| Model {
        name: model.name.to_string(),
        disk: format!("{} GiB", model.disk().in_gib()),
        context: plan.load.context_of(&model.shape),
        preload: model.preload,
        embeds: model.shape.makes != Makes::Text,
    });
    models.collect()
}

pub(super) fn gpu(plan: &Plan) -> Option<Gpu> {
    let gpu = plan.gpu.as_ref()?;
    let label = plan.placement.gpu_nodes.last().map(|label| label.value.key.clone());
    let (resource, escaped) = match &gpu.card.device.way {
        Way::Resource(resource) => (resource.clone(), Some(resource.replace('.', "\\."))),
        Way::Claim(_) => (format!("devices of the class {DEVICE_CLASS}"), None),
    };
    Some(Gpu {
        resource,
        escaped,
        discovered: label.as_ref().is_some_and(|label| label.starts_with("nvidia.com/")),
        count: gpu.count.value,
        sum: gpu.count.reason.trim_start_matches("to hold ").to_owned(),
        label,
    })
}

pub(super) fn way_in(plan: &Plan) -> Option<WayIn> {
    let way = plan.ingress.as_ref()?;
    let scheme = if way.tls.is_some() { "https" } else { "http" };
    Some(WayIn {
        url: format!("{scheme}://{}", way.host),
        host: way.host.clone(),
        class: way.class.name.clone(),
        timeout: way.timeout.to_string(),
        longest: way.longest.map(|longest| longest.to_string()),
        paths: way.routes.iter().map(|route| route.path).collect(),
        secrets: way.secrets.clone(),
        open_because: way.open_because.clone(),
        controller: match &way.kind {
            IngressKind::Pods { namespace } => Some(namespace.clone()),
            IngressKind::LoadBalancer { .. } => None,
        },
    })
}
