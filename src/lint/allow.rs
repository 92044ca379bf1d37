//! Which faults does an object allow, with which reason?
//!
//! `ollama-k8s/allow: "image-tag: an admission webhook pins it"`; several stand in one value with `;` between them.

use std::collections::BTreeSet;

use super::{Found, Places};
use crate::bundle::Object;
use crate::rules::{self, Finding, Place, allow_unused};
use crate::tree::nearest;

/// The annotation.
pub const ANNOTATION: &str = "ollama-k8s/allow";

/// A rule that an object allows to find something.
struct Allowed<'a> {
    number: usize,
    id: &'a str,
    reason: &'a str,
}

/// Takes away what objects allow, and adds what is wrong with what they allow; says how much was taken away.
/// `ran`: the rules that were held against the objects, as only they can be needless.
pub(super) fn apply(found: &mut Vec<Found>, places: Places<'_>, ran: &BTreeSet<&str>) -> usize {
    let manifests = places.manifests;
    let allowed: Vec<Allowed<'_>> = manifests
        .objects
        .iter()
        .enumerate()
        .flat_map(|(number, written)| entries(&written.object).map(move |(id, reason)| Allowed { number, id, reason }))
        .collect();
    if allowed.is_empty() {
        return 0;
    }
    let before = found.len();
    let mut used = vec![false; allowed.len()];
    found.retain(|found| {
        let is_allowed =
            |allowed: &Allowed<'_>| Some(allowed.number) == found.finding.number && allowed.id == found.finding.rule.id;
        match allowed.iter().position(is_allowed) {
            Some(at) => {
                used[at] = true;
                allowed[at].reason.is_empty()
            }
            None => true,
        }
    });
    let gone = before - found.len();
    if !ran.contains(allow_unused::RULE.id) {
        return gone;
    }
    for (allowed, used) in allowed.iter().zip(used) {
        let complaint = match rules::rule(allowed.id) {
            None => {
                let ids: Vec<&str> = rules::RULES.iter().map(|rule| rule.id).collect();
                let near = nearest(allowed.id, &ids)
                    .map_or_else(|| "see ollama-k8s lint --rules".to_owned(), |near| format!("did you mean {near}?"));
                Some((format!("there is no rule `{}`", allowed.id), near))
            }
            Some(_) if allowed.reason.is_empty() => {
                let help = format!("write why: \"{}: the reason\"", allowed.id);
                Some((format!("`{}` is allowed without a reason, so it is not", allowed.id), help))
            }
            Some(_) if !used && ran.contains(allowed.id) => {
                Some((format!("`{}` finds nothing here", allowed.id), "leave it out".to_owned()))
            }
            Some(_) => None,
        };
        if let Some((message, help)) = complaint {
            let path = format!("metadata.annotations.{ANNOTATION}");
            let written = &manifests.objects[allowed.number];
            let finding = Finding {
                rule: &allow_unused::RULE,
                number: Some(allowed.number),
                object: Some(written.object.reference()),
                place: Place::Field { number: allowed.number, path, part: None },
                message,
                help,
                also: Vec::new(),
            };
            found.push(places.locate(finding));
        }
    }
    gone
}

/// The rules that an object allows, each with its reason; empty where none is given.
fn entries(object: &Object) -> impl Iterator<Item = (&str, &str)> {
    let annotations = object.metadata().annotations.as_ref();
    let value = annotations.and_then(|annotations| annotations.get(ANNOTATION)).map_or("", String::as_str);
    value.split([';', '\n']).map(str::trim).filter(|entry| !entry.is_empty()).map(|entry| {
        let (id, reason) = entry.split_once(':').unwrap_or((entry, ""));
        (id.trim(), reason.trim())
    })
}
