//! `quantity-suspicious`: a quantity whose unit seems to be missing or wrong.

use std::collections::HashSet;

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Placed, Scope, Use, milli};
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
/// The smallest one that talks in a language well, `qwen2.5:0.5b`, has 398 MB.
const SMALL: Bytes = Bytes(398_000_000);

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for placed in scope
        .amounts(|key, used, _| used != Use::Bound && (used != Use::Size || matches!(key, "storage" | "sizeLimit")))
    {
        if let Some((message, help)) = suspicion(&placed) {
            findings.add(placed.item, placed.path, message, help);
        }
    }
    let mut told = HashSet::new();
    let stores = scope.servers().flat_map(|workload| {
        workload.servers().filter_map(move |seat| scope.claim_of(workload, &scope.store(workload, seat)?))
    });
    for claimed in stores {
        if !told.insert((claimed.item.number, claimed.template)) {
            continue;
        }
        // Where the models are named, their sum says it better.
        let least = if scope.models().all().next().is_some() { SMALLEST } else { SMALL };
        let path = claimed.path("spec.resources.requests.storage");
        let Some(size) = claimed.size().filter(|size| (Bytes(1 << 20)..least).contains(size)) else { continue };
        let text = claimed.item.written(&path).and_then(Node::text).map_or_else(|| size.to_string(), str::to_owned);
        let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let holds = if size < SMALLEST { "no model" } else { "hardly a model" };
        let message = format!("`{text}` of storage holds {holds}");
        findings.add(claimed.item, path, message, format!("write {number}Gi"));
    }
}

/// What is odd, and what was probably meant.
fn suspicion(placed: &Placed<'_>) -> Option<(String, String)> {
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
        "memory" if placed.used == Use::Limit && amount > 0 && amount < 16 * MIB => {
            let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
            Some((
                format!("`{text}` of memory is less than an idle server or client takes"),
                format!("write {number}Gi"),
            ))
        }
        "cpu" if is_bare && amount >= 500_000 => {
            Some((format!("`{text}` of CPU is {text} cores"), format!("write {text}m, or the number of cores")))
        }
        _ => None,
    }
}
