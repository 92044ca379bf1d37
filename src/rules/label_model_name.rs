//! `label-model-name`: a label or a name that the API does not take.

use super::{Findings, Rule, Severity, Versions};
use crate::bundle::Object;
use crate::scope::{Item, Scope, Workload};

pub(super) const RULE: Rule = Rule {
    id: "label-model-name",
    severity: Severity::Error,
    summary: "a label or a name that the API does not take",
    versions: Versions::All,
    docs: include_str!("label_model_name.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for item in scope.items().iter().filter(|item| scope.is_ollamas(**item)) {
        let metadata = item.object.metadata();
        let known = !matches!(item.object, Object::Custom(_));
        if known && !item.name().is_empty() && !is_variable(item.name()) && !is_name(item) {
            say(*item, "metadata.name", item.name(), "no name of an object", &to_name(item.name()), findings);
        }
        let workload = scope.workload(*item);
        let template = workload.map_or("", |workload| workload.at.trim_end_matches(".spec"));
        let selector = match item.object {
            Object::Service(service) => service.spec.as_ref().and_then(|spec| spec.selector.as_ref()),
            _ => None,
        };
        let own = metadata.labels.iter().flatten().map(|pair| ("metadata.labels".to_owned(), pair));
        let pods = workload.filter(|_| template != "spec").and_then(|workload| workload.labels).into_iter().flatten();
        let pods = pods.map(|pair| (format!("{template}.metadata.labels"), pair));
        let chosen = selector.into_iter().flatten().map(|pair| ("spec.selector".to_owned(), pair));
        for (path, (key, value)) in own.chain(pods).chain(chosen) {
            if !is_variable(value) && !is_label(value) {
                say(*item, &format!("{path}.{key}"), value, "no value of a label", &to_label(value), findings);
            }
        }
        if let Some(workload) = workload {
            check_inside(workload, findings);
        }
    }
}

fn check_inside(workload: &Workload<'_>, findings: &mut Findings) {
    for seat in workload.seats.iter().filter(|seat| !seat.name().is_empty() && !is_variable(seat.name())) {
        if !is_word(seat.name(), 63) {
            let path = format!("{}.name", seat.path);
            say(workload.item, &path, seat.name(), "no name of a container", &to_name(seat.name()), findings);
        }
        for (number, port) in seat.container.ports.iter().flatten().enumerate() {
            let Some(name) = port.name.as_deref().filter(|name| !name.is_empty() && !is_variable(name)) else {
                continue;
            };
            let has_letter = name.contains(|c: char| c.is_ascii_lowercase());
            if !is_word(name, 15) || !has_letter || name.contains("--") {
                let path = format!("{}.ports[{number}].name", seat.path);
                say(workload.item, &path, name, "no name of a port (at most 15 of a-z, 0-9 and -)", "http", findings);
            }
        }
    }
    for (number, volume) in workload.pod.volumes.iter().flatten().enumerate() {
        if !volume.name.is_empty() && !is_variable(&volume.name) && !is_word(&volume.name, 63) {
            let path = format!("{}.volumes[{number}].name", workload.at);
            say(workload.item, &path, &volume.name, "no name of a volume", &to_name(&volume.name), findings);
        }
    }
}

fn say(item: Item<'_>, path: &str, text: &str, what: &str, instead: &str, findings: &mut Findings) {
    let message = match text.chars().count() {
        length if length > 63 && !what.contains("15") => format!("{length} characters are {what}: the API refuses it"),
        _ => format!("`{text}` is {what}: the API refuses it"),
    };
    findings.add(item, path, message, format!("write {instead}"));
}

/// Whether somebody else fills the text in.
fn is_variable(text: &str) -> bool {
    text.contains(['$', '{', '<'])
}

fn is_label(text: &str) -> bool {
    let is_end = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let inside = text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    text.is_empty() || text.len() <= 63 && inside && is_end(text.chars().next()) && is_end(text.chars().next_back())
}

/// Whether a text is small letters, digits and dashes, with a letter or a digit at both ends.
fn is_word(text: &str, longest: usize) -> bool {
    let inside = text.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-');
    !text.is_empty() && text.len() <= longest && inside && !text.starts_with('-') && !text.ends_with('-')
}

fn is_name(item: &Item<'_>) -> bool {
    match item.object {
        Object::Namespace(_) | Object::Service(_) => is_word(item.name(), 63),
        Object::CronJob(_) => item.name().len() <= 52 && item.name().split('.').all(|part| is_word(part, 253)),
        _ => item.name().len() <= 253 && item.name().split('.').all(|part| is_word(part, 253)),
    }
}

fn to_label(text: &str) -> String {
    let text: String =
        text.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' }).take(63).collect();
    text.trim_matches(['-', '.']).to_owned()
}

fn to_name(text: &str) -> String {
    let text = to_label(text).to_ascii_lowercase().replace('.', "-");
    text.chars().take(52).collect::<String>().trim_matches('-').to_owned()
}
