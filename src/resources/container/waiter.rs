//! The container that holds a server back until all models are there.

use super::{base, models, mount, resources, script, scripts, words};
use crate::k8s::*;
use crate::plan::{Component, Delivery, Origin, PULLER_CPU, PULLER_MEMORY, Plan, Store};
use crate::resources::pod::{MODELS, SOURCE, SOURCE_VOLUME};
use crate::units::{Bytes, Millicores};

/// So long a puller may say nothing: a node fetches the image in that time, and a working puller says something every 30 s.
const SILENCE: u32 = 600;

pub(in crate::resources) fn waiter(plan: &Plan) -> Container {
    let names = plan.models.iter().map(|model| match &model.made {
        Some(made) => format!("{}={}", model.name, made.hash),
        None => model.name.to_string(),
    });
    let copies = matches!(plan.delivery, Delivery::Copy(_));
    let writes = plan.delivery == Delivery::Nobody && plan.server_pods_write();
    let store = if copies { mount(SOURCE_VOLUME, SOURCE, true) } else { models(!writes) };
    let mut variables = vec![env("OLLAMA_MODELS", if copies { SOURCE } else { MODELS }), words("WAIT_FOR", names)];
    if writes {
        variables.push(pod_name());
    }
    variables.push(env("WAIT_HELP", help(plan)));
    if let Some(seconds) = silence(plan) {
        variables.push(env("WAIT_SILENCE", seconds.to_string()));
    }
    Container {
        name: "wait".into(),
        command: Some(script("wait.sh")),
        env: Some(variables),
        resources: Some(if writes {
            // Whoever brings the models runs in here.
            resources(plan, PULLER_CPU, PULLER_MEMORY, PULLER_MEMORY, Bytes(0))
        } else {
            resources(plan, Millicores(10), Bytes::mib(16), Bytes::mib(64), Bytes(0))
        }),
        volume_mounts: Some(vec![store, scripts()]),
        ..base(plan)
    }
}

/// `$(POD)` in the variables behind it.
fn pod_name() -> EnvVar {
    let field = ObjectFieldSelector { field_path: "metadata.name".into(), ..Default::default() };
    let from = EnvVarSource { field_ref: Some(field), ..Default::default() };
    EnvVar { name: "POD".into(), value_from: Some(from), ..Default::default() }
}

/// When it is in vain to wait any longer; an image never changes.
fn silence(plan: &Plan) -> Option<u32> {
    match (&plan.delivery, &plan.store) {
        (Delivery::Job, _) => Some(SILENCE),
        (Delivery::Copy(Origin::Image(_)), _) | (_, Store::Image(_)) => Some(0),
        _ => None,
    }
}

/// Where to look and what to do, for whoever reads the log.
fn help(plan: &Plan) -> String {
    const FOLDERS: &str = "as Ollama keeps them, in the folders blobs and manifests";
    let namespace = &plan.release.namespace;
    match (&plan.delivery, &plan.store) {
        (Delivery::Job | Delivery::Init, _) => {
            // By label, not by name: a change of the Job alone must not replace the servers.
            let pullers = plan.release.find(Component::Puller);
            format!(
                "its log: kubectl -n {namespace} logs -l {pullers} --prefix --tail=20\n\
                 if it has failed: kubectl -n {namespace} delete job -l {pullers}, and apply again"
            )
        }
        (Delivery::Copy(Origin::Claim(name)), _) => format!("the claim {name} must hold them {FOLDERS}"),
        (Delivery::Copy(Origin::Image(image)), _) | (Delivery::Nobody, Store::Image(image)) => {
            format!("the image {image} must hold them {FOLDERS} at its root; build it anew, under another tag")
        }
        (Delivery::Nobody, Store::Claim(claim)) if claim.shared && claim.existing.is_some() => {
            format!(
                "nothing is pulled here: whoever fills the claim {} must put them there {FOLDERS}",
                plan.claim_name(claim)
            )
        }
        (Delivery::Nobody, _) => format!(
            "nothing is pulled here; from a machine that has them:\n\
             kubectl -n {namespace} cp ~/.ollama/models/. $(POD):{MODELS} -c wait"
        ),
    }
}
