//! What do the pages say of the models, of the GPUs, and of the way in from outside?

use serde::Serialize;

use crate::plan::{GpuLabel, IngressKind, Plan};
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
    resource: &'static str,
    /// As in a path of `-o custom-columns`.
    escaped: String,
    count: u32,
    sum: String,
    label: Option<String>,
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
    let label = match gpu.card.label.as_ref().map(|label| &label.value) {
        Some(GpuLabel::Product(_)) => Some("nvidia.com/gpu.product"),
        Some(GpuLabel::MemoryAbove(_)) => Some("nvidia.com/gpu.memory"),
        None => plan.placement.gpu_label,
    };
    Some(Gpu {
        resource: gpu.resource,
        escaped: gpu.resource.replace('.', "\\."),
        count: gpu.count.value,
        sum: gpu.count.reason.trim_start_matches("to hold ").to_owned(),
        label: label.map(str::to_owned),
    })
}

pub(super) fn way_in(plan: &Plan) -> Option<WayIn> {
    let way = plan.ingress.as_ref()?;
    let scheme = if way.tls.is_some() { "https" } else { "http" };
    Some(WayIn {
        url: format!("{scheme}://{}", way.host),
        host: way.host.clone(),
        class: way.class_name.clone(),
        timeout: way.timeout.to_string(),
        longest: way.longest.map(|longest| longest.to_string()),
        paths: way.paths.iter().map(|(path, _)| *path).collect(),
        secrets: way.secrets.clone(),
        open_because: way.open_because.clone(),
        controller: match &way.kind {
            IngressKind::Pods { namespace } => Some(namespace.clone()),
            IngressKind::LoadBalancer => None,
        },
    })
}
