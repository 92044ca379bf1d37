//! Are models loaded again, and pulled again?

use std::collections::BTreeSet;

use serde::Serialize;

use super::rollout::Rollout;
use crate::model_name::ModelName;
use crate::scope::{About, Held, Scope, Seat, Store, Workload};

/// What a change does to the models of a server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Models {
    /// Whether models are pulled, or copied; none where the manifests do not say enough.
    pub pulls: Option<bool>,
    /// Which, where the manifests name them.
    pub pulled: Vec<String>,
    /// Why.
    pub why: String,
    /// All models of the server.
    #[serde(skip)]
    pub(super) wanted: Vec<ModelName>,
}

/// What a server has to say: nothing for other workloads.
pub(super) fn of(
    (old_scope, old): (&Scope<'_>, &Workload<'_>),
    (new_scope, new): (&Scope<'_>, &Workload<'_>),
    rollout: Option<&Rollout>,
) -> Option<Models> {
    if new.about != About::Server {
        return None;
    }
    let before = wanted(old_scope, old);
    let after = wanted(new_scope, new);
    let names = |names: &BTreeSet<String>| names.iter().cloned().collect::<Vec<_>>();
    let more: BTreeSet<String> = after.difference(&before).cloned().collect();
    let all: Vec<ModelName> = after.iter().filter_map(|name| name.parse().ok()).collect();
    let models = |pulls: Option<bool>, pulled: Vec<String>, why: String| {
        Some(Models { pulls, pulled, why, wanted: all.clone() })
    };
    if rollout.is_none() && more.is_empty() {
        return None;
    }
    let stores = (store(old_scope, old), store(new_scope, new));
    let (Some(old_store), Some(new_store)) = stores else {
        return models(None, Vec::new(), "the manifests do not say where the models are".to_owned());
    };
    let (was, is) = (place(old, &old_store), place(new, &new_store));
    if was != is {
        let why = format!("they were {was}, and will be {is}");
        return match new_store.held {
            Held::Other | Held::HostPath(_) => models(None, Vec::new(), why),
            _ => models(Some(true), names(&after), why),
        };
    }
    match new_store.held {
        Held::Container | Held::EmptyDir(_) if rollout.is_some() => {
            let lost = if after.is_empty() { ", and nothing here pulls them again" } else { "" };
            models(Some(true), names(&after), format!("they are {is}, gone with the pod{lost}"))
        }
        _ if !more.is_empty() => models(Some(true), names(&more), format!("the others are {is}, which is kept")),
        Held::HostPath(_) => {
            models(Some(false), Vec::new(), format!("they are {is}, and there if the pod comes back to that node"))
        }
        _ => models(Some(false), Vec::new(), format!("they are {is}, which is kept")),
    }
}

fn store<'a>(scope: &Scope<'a>, workload: &Workload<'a>) -> Option<Store<'a>> {
    workload.servers().find_map(|seat| scope.store(workload, seat))
}

/// Where a store is, in words that differ where the places do.
fn place(workload: &Workload<'_>, store: &Store<'_>) -> String {
    let path = store.paths.first().map_or("", String::as_str);
    match &store.held {
        Held::Container => format!("in the container ({path})"),
        Held::Claim(name) => format!("on the claim {name} ({path})"),
        Held::Template(number) => {
            let templates = workload.stateful_set().and_then(|set| set.volume_claim_templates.as_ref());
            let claim = templates.and_then(|templates| templates.get(*number));
            let name = claim.and_then(|claim| claim.metadata.name.as_deref()).unwrap_or_default();
            format!("on a claim {name} for each pod ({path})")
        }
        Held::EmptyDir(_) => format!("on an emptyDir ({path})"),
        Held::HostPath(folder) => format!("in the node's folder {folder}"),
        Held::Other => format!("on a volume of another kind ({path})"),
    }
}

/// The models that are brought for a server: by commands, or by the scripts of a bundle (`templates/*.sh`).
pub(super) fn wanted(scope: &Scope<'_>, workload: &Workload<'_>) -> BTreeSet<String> {
    let by_command = scope.models().of_server(workload).iter().filter(|wanted| wanted.pulled);
    let mut names: BTreeSet<String> = by_command.map(|wanted| wanted.name.to_string()).collect();
    for seat in &workload.seats {
        names.extend(by_script(scope, workload, seat));
    }
    names
}

fn by_script(scope: &Scope<'_>, workload: &Workload<'_>, seat: &Seat<'_>) -> Vec<String> {
    // What stands before and behind a `=`: source and name, or name and hash.
    let scripts = [("pull.sh", "MODELS", true), ("wait.sh", "WAIT_FOR", false), ("copy.sh", "COPY", false)];
    let Some((_, variable, behind)) =
        scripts.into_iter().find(|(script, ..)| seat.words().any(|word| word.ends_with(script)))
    else {
        return Vec::new();
    };
    let words = scope.env(workload, seat, variable).text().unwrap_or_default().split_whitespace();
    let names = words.map(|word| match word.split_once('=') {
        Some((_, name)) if behind => name,
        Some((name, _)) => name,
        None => word,
    });
    names.map(|name| name.parse::<ModelName>().map_or_else(|_| name.to_owned(), |name| name.to_string())).collect()
}
