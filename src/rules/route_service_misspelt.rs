//! `route-service-misspelt`: a route leads to a Service that is spelt otherwise.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::Service;
use crate::scope::{Item, PORT, Reference, Scope, ServicePortName};

pub(super) const RULE: Rule = Rule {
    id: "route-service-misspelt",
    severity: Severity::Warning,
    summary: "a route leads to a Service that is spelt otherwise",
    versions: Versions::All,
    docs: include_str!("route_service_misspelt.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let references = scope.references();
    let services: Vec<(Item<'_>, &Service)> =
        scope.all::<Service>().filter(|(item, _)| !item.name().contains('$') && scope.is_ollamas(*item)).collect();
    for reference in &references {
        if scope.of_name("Service", reference.name).next().is_some() {
            continue;
        }
        let Some(meant) = meant(&services, &references, reference) else { continue };
        findings
            .add(
                reference.item,
                reference.name_at.clone(),
                format!(
                    "no Service is called `{}`, and the one beside it is called `{}`",
                    reference.name,
                    meant.name()
                ),
                format!("write `{}`", meant.name()),
            )
            .also(meant, "metadata.name", "this Service");
    }
}

/// The only Service for Ollama near a route whose name is almost the same.
fn meant<'a>(
    services: &[(Item<'a>, &Service)],
    references: &[Reference<'a>],
    reference: &Reference<'a>,
) -> Option<Item<'a>> {
    let meets = |item: Item<'a>| match reference.namespace {
        Some(namespace) => item.namespace().is_none_or(|own| own == namespace),
        None => item.may_meet(reference.item),
    };
    let is_free = |item: Item<'a>| !references.iter().any(|other| other.name == item.name());
    let here = services.iter().filter(|(item, _)| item.is_near(reference.item) && meets(*item));
    let mut near = here.filter(|(item, service)| {
        let ports = service.spec.iter().flat_map(|spec| spec.ports.iter().flatten());
        let fits = ports.into_iter().any(|port| match reference.port {
            Some(ServicePortName::Number(number)) => port.port == number && number == PORT,
            _ => false,
        });
        is_slip(item.name(), reference.name)
            || fits && item.is_beside(reference.item) && is_free(*item) && is_shorter(item.name(), reference.name)
    });
    near.next().map(|(item, _)| *item).filter(|_| near.next().is_none())
}

/// Whether two names are one with a slip of the pen: `llama-farm` and `lama-farm`, but not `llama-1` and `llama-2`.
fn is_slip(one: &str, other: &str) -> bool {
    let bare = |name: &str| name.replace('-', "");
    if bare(one) == bare(other) {
        return true;
    }
    let (one, other): (Vec<&str>, Vec<&str>) = (one.split('-').collect(), other.split('-').collect());
    let pairs: Vec<_> = one.iter().zip(&other).filter(|(one, other)| one != other).collect();
    let [(part, written)] = pairs[..] else { return false };
    let letters = |text: &str| text.replace(|c: char| c.is_ascii_digit(), "");
    let distance = strsim::osa_distance(part, written);
    let least = part.len().min(written.len());
    // A letter too few in the middle of a short word; with others it may well be another word.
    let has_lost_one = least >= 3
        && distance == 1
        && part.len() != written.len()
        && part.chars().next() == written.chars().next()
        && part.chars().last() == written.chars().last();
    one.len() == other.len()
        && letters(part) != letters(written)
        && (has_lost_one || least >= 4 && distance <= least.div_ceil(6))
}

/// Whether two names are one but for a word for what they are: `ollama` and `ollama-service`.
fn is_shorter(one: &str, other: &str) -> bool {
    let bare = |name: &'_ str| -> usize {
        let words = ["-service", "-svc", "-api", "-server", "-http"];
        words.iter().find_map(|word| name.strip_suffix(word)).map_or(name.len(), str::len)
    };
    one[..bare(one)] == other[..bare(other)]
}
