//! How are faults shown to people: the line, a caret under what is wrong, and what to write instead?

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::plan::{Problem, Severity};
use crate::profile::MissingValue;
use crate::rules::{self, Finding};
use crate::tree::{Fault, Node, Origin, Path, Source, Sources};

/// Faults of a text, as text with colours.
pub fn faults(sources: &Sources, faults: &[Fault]) -> String {
    faults
        .iter()
        .map(|fault| show(sources, Level::ERROR, &fault.message, &fault.places, fault.help.as_deref()))
        .collect()
}

/// Problems of a profile, at the places of the fields they are about.
pub fn problems(sources: &Sources, tree: &Node, problems: &[Problem]) -> String {
    problems
        .iter()
        .map(|problem| {
            let level = match problem.severity {
                Severity::Error => Level::ERROR,
                Severity::Warning => Level::WARNING,
            };
            let places: Vec<(Origin, String)> = problem
                .fields
                .iter()
                .map(|(field, label)| {
                    let path: Path = field.parse().unwrap_or_default();
                    (tree.place(&path), if tree.at(&path).is_some() { label.clone() } else { not_set(field, label) })
                })
                .collect();
            show(sources, level, &problem.message, &places, problem.help.as_deref())
        })
        .collect()
}

/// What to write where a field would be that nobody wrote.
fn not_set(field: &str, label: &str) -> String {
    if label.is_empty() { format!("{field} is not set") } else { format!("{field} is not set: {label}") }
}

/// What rules found in a bundle.
pub fn findings(findings: &[Finding]) -> String {
    findings
        .iter()
        .map(|finding| {
            let level = match finding.rule.severity {
                rules::Severity::Error => Level::ERROR,
                rules::Severity::Warning => Level::WARNING,
            };
            let title = format!("{}: {} ({}, rule {})", finding.object, finding.message, finding.path, finding.rule.id);
            let group = level.primary_title(&title).element(Level::HELP.message(&finding.help));
            render(&[group])
        })
        .collect()
}

/// Values that only the user knows, with the line to paste.
pub fn missing(profile: &str, missing: &[MissingValue]) -> String {
    let count = if missing.len() == 1 { "a value".to_owned() } else { format!("{} values", missing.len()) };
    let width = missing.iter().map(|value| value.path.to_string().len()).max().unwrap_or(0);
    let list: Vec<String> =
        missing.iter().map(|value| format!("{:width$}  {}", value.path.to_string(), value.is)).collect();
    let settings: Vec<String> = missing
        .iter()
        .map(|value| format!("  --set {}", shell_word(&format!("{}={}", value.path, value.example))))
        .collect();
    let title = format!("the profile {profile} needs {count} that only you know");
    let list = list.join("\n");
    let paste = format!("for example\nollama-k8s render {} \\\n{}", shell_word(profile), settings.join(" \\\n"));
    let look = "with --example these are filled in, to look at";
    let group = Level::ERROR
        .primary_title(&title)
        .element(Level::NOTE.message(&list))
        .element(Level::HELP.message(&paste))
        .element(Level::HELP.message(look));
    render(&[group])
}

/// A word as a shell takes it.
pub fn shell_word(word: &str) -> String {
    let safe = |c: char| c.is_ascii_alphanumeric() || "-_./=:,@%+".contains(c);
    if !word.is_empty() && word.chars().all(safe) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

fn show(sources: &Sources, level: Level<'_>, message: &str, places: &[(Origin, String)], help: Option<&str>) -> String {
    let mut group = Group::with_title(level.primary_title(message));
    let mut shown: Vec<Origin> = Vec::new();
    for (at, _) in places {
        if shown.iter().any(|other| other.source == at.source) {
            continue;
        }
        shown.push(*at);
        let source = sources.get(at.source);
        let here = places.iter().enumerate().filter(|(_, (place, _))| place.source == at.source);
        let annotations = here.map(|(number, (place, label))| {
            let kind = if number == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
            kind.span(span(source, *place)).label(label)
        });
        group = group.element(Snippet::source(&source.text).path(&source.name).annotations(annotations));
    }
    if let Some(help) = help {
        group = group.element(Level::HELP.message(help));
    }
    render(&[group])
}

/// The bytes to underline: on one line, and on the boundaries of characters.
fn span(source: &Source, at: Origin) -> Range<usize> {
    let text = &source.text;
    let floor = |mut byte: usize| {
        byte = byte.min(text.len());
        while !text.is_char_boundary(byte) {
            byte -= 1;
        }
        byte
    };
    let start = floor(at.start as usize);
    let end = floor(at.end as usize).max(start);
    let line = text[start..end].find('\n').map_or(end, |newline| start + newline);
    start..line
}

fn render(groups: &[Group<'_>]) -> String {
    format!("{}\n\n", Renderer::styled().render(groups))
}
