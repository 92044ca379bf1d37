//! `quantity-suspicious`: a quantity whose unit seems to be missing or wrong.

use std::collections::HashSet;

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Held, Item, Placed, Scope, Seat, Store, Use, Workload, milli, size};
use crate::tree::Node;
use crate::units::Bytes;

pub(super) const RULE: Rule = Rule {
    id: "quantity-suspicious",
    severity: Severity::Warning,
    summary: "a quantity whose unit seems to be missing or wrong",
    versions: Versions::All,
    docs: include_str!("quantity_suspicious.md"),
    check,
};

/// The smallest model of the library, `all-minilm`, has 46 MB.
const SMALLEST: Bytes = Bytes(46_000_000);
/// Few models of the library have less, and none that answers well.
const SMALL: Bytes = Bytes(1 << 30);

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let names_models = scope.models().all().next().is_some();
    for placed in scope
        .amounts(|key, used, _| used != Use::Bound && (used != Use::Size || matches!(key, "storage" | "sizeLimit")))
    {
        let is_server = !names_models && is_of_server(scope, &placed);
        if let Some((message, help)) = suspicion(&placed, is_server) {
            findings.add(placed.item, placed.path, message, help);
        }
    }
    let mut told = HashSet::new();
    // Where the models are named, their sum says it better.
    let least = if names_models { SMALLEST } else { SMALL };
    for workload in scope.servers() {
        for (seat, store) in workload.servers().filter_map(|seat| Some((seat, scope.store(workload, seat)?))) {
            let Some((item, path, size, key)) = bounded(scope, workload, seat, &store) else { continue };
            if (Bytes(1 << 20)..least).contains(&size) && told.insert((item.number, path.clone())) {
                let text = item.written(&path).and_then(Node::text).map_or_else(|| size.to_string(), str::to_owned);
                let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
                let holds = if size < SMALLEST { "no model" } else { "hardly a model" };
                let message = format!("`{text}` of storage holds {holds}");
                let help = if size < SMALLEST || key == "storage" && number.len() < 4 {
                    format!("write {number}Gi")
                } else {
                    "write the sum of the models and a fifth more".to_owned()
                };
                findings.add(item, path, message, help);
            }
        }
    }
}

/// The bound of a store: where it stands, how much, and under which key.
fn bounded<'a>(
    scope: &Scope<'a>,
    workload: &Workload<'a>,
    seat: &Seat<'a>,
    store: &Store<'a>,
) -> Option<(Item<'a>, String, Bytes, &'static str)> {
    if let Held::EmptyDir(folder) = store.held {
        let name = &seat.container.volume_mounts.as_ref()?.get(store.mount?)?.name;
        let at = workload.pod.volumes.iter().flatten().position(|volume| volume.name == *name)?;
        let path = format!("{}.volumes[{at}].emptyDir.sizeLimit", workload.at);
        return Some((workload.item, path, size(folder.size_limit.as_ref()?)?, "sizeLimit"));
    }
    let claimed = scope.claim_of(workload, store)?;
    Some((claimed.item, claimed.path("spec.resources.requests.storage"), claimed.size()?, "storage"))
}

/// What is odd, and what was probably meant.
fn suspicion(placed: &Placed<'_>, is_server: bool) -> Option<(String, String)> {
    const MIB: u128 = 1000 << 20;
    let text = placed.quantity.0.trim();
    let amount = milli(placed.quantity)?;
    let is_bare = text.chars().all(|c| c.is_ascii_digit());
    match placed.key {
        "memory" | "storage" | "ephemeral-storage" | "sizeLimit" if amount > 0 && amount < MIB => {
            if amount < 1000 && placed.used != Use::Request {
                return None;
            }
            let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
            let unit = if number.len() > 2 { "Mi" } else { "Gi" };
            let size = if is_bare { format!("{text} bytes") } else { "less than 1Mi".to_owned() };
            Some((format!("`{text}` of {} is {size}", placed.key), format!("write {number}{unit}")))
        }
        "memory" if placed.used == Use::Limit && is_server && amount > 0 && amount < 380 * MIB => Some((
            format!("`{text}` of memory: the smallest model that talks takes more"),
            "write the model's size and a half more: 1Gi for the smallest".to_owned(),
        )),
        "memory" if placed.used == Use::Limit && amount > 0 && amount < 16 * MIB => {
            let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
            Some((
                format!("`{text}` of memory is less than an idle server or client takes"),
                format!("write {number}Gi"),
            ))
        }
        "cpu" if is_bare && amount >= 100_000 => {
            Some((format!("`{text}` of CPU is {text} cores"), format!("write {text}m, or the number of cores")))
        }
        _ => None,
    }
}

/// Whether a quantity is of a container that serves.
fn is_of_server(scope: &Scope<'_>, placed: &Placed<'_>) -> bool {
    let workload = scope.workload(placed.item);
    workload.is_some_and(|workload| workload.servers().any(|seat| placed.path.starts_with(&seat.path)))
}
