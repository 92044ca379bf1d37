//! The container that copies the models to a disk of the server's own.

use super::{Bytes, base, models, mount, resources, script, scripts, words};
use crate::k8s::*;
use crate::plan::{PULLER_CPU, PULLER_MEMORY, Plan};
use crate::resources::pod::{MODELS, SOURCE, SOURCE_VOLUME};

pub(in crate::resources) fn copier(plan: &Plan) -> Container {
    let names = plan.models.iter().map(|model| model.name.to_string());
    Container {
        name: "copy".into(),
        command: Some(script("copy.sh")),
        env: Some(vec![env("SOURCE", SOURCE), env("OLLAMA_MODELS", MODELS), words("COPY", names)]),
        resources: Some(resources(plan, PULLER_CPU, PULLER_MEMORY, PULLER_MEMORY, Bytes(0))),
        volume_mounts: Some(vec![mount(SOURCE_VOLUME, SOURCE, true), models(false), scripts()]),
        ..base(plan)
    }
}
