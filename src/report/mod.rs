//! How are faults shown to people: the line, a caret under what is wrong, and what to write instead?

mod diff;
mod field;
mod github;
mod json;
mod lint;
mod origin;
mod rules;
mod sarif;

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::plan::{Problem, Severity};
use crate::profile::MissingValue;
use crate::rules::{Finding, Severity as RuleSeverity};
use crate::tree::{Fault, Node, Origin, Path, Source, Sources};

pub use diff::diff;
pub use field::{Effect, field};
pub use github::github;
pub use json::json;
pub use lint::lint;
pub use origin::{given, origins};
pub use rules::{page, table};
pub use sarif::sarif;

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

/// What rules found in a bundle that nobody wrote.
pub fn findings(findings: &[Finding]) -> String {
    findings
        .iter()
        .map(|finding| {
            let object = finding.object.as_ref().map(ToString::to_string).unwrap_or_default();
            let title = format!("{object}: {} ({}, rule {})", finding.message, finding.path(), finding.rule.id);
            let group = level(finding.rule.severity).primary_title(&title).element(Level::HELP.message(&finding.help));
            render(&[group])
        })
        .collect()
}

/// How bad a rule's findings are, as it is written in front of them.
fn level(severity: RuleSeverity) -> Level<'static> {
    match severity {
        RuleSeverity::Error => Level::ERROR,
        RuleSeverity::Warning => Level::WARNING,
        RuleSeverity::Info => Level::INFO,
    }
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
    render(&[group(sources, Group::with_title(level.primary_title(message)), places, help)])
}

/// A fault with the lines it is about.
fn group<'a>(
    sources: &'a Sources,
    mut group: Group<'a>,
    places: &'a [(Origin, String)],
    help: Option<&'a str>,
) -> Group<'a> {
    let mut shown: Vec<Origin> = Vec::new();
    for (at, _) in places {
        if shown.iter().any(|other| other.source == at.source) {
            continue;
        }
        shown.push(*at);
        let here: Vec<_> = places.iter().enumerate().filter(|(_, (place, _))| place.source == at.source).collect();
        if lines(sources, &here).len() <= LONGEST {
            group = element(group, sources, &here);
        } else {
            group = here.chunks(1).fold(group, |group, place| element(group, sources, place));
        }
    }
    if let Some(help) = help {
        group = group.element(Level::HELP.message(help));
    }
    group
}

/// More of a text than anybody looks at, in bytes.
const LONGEST: usize = 20_000;

/// A place and the word under it, with its number among all places.
type Numbered<'a> = (usize, &'a (Origin, String));

/// The lines that places of one text are in.
fn lines(sources: &Sources, places: &[Numbered<'_>]) -> Range<usize> {
    let Some((_, (first, _))) = places.first() else { return 0..0 };
    let source = sources.get(first.source);
    let spans: Vec<Range<usize>> = places.iter().map(|(_, (at, _))| span(source, *at)).collect();
    let start = spans.iter().map(|span| span.start).min().unwrap_or_default();
    let end = spans.iter().map(|span| span.end).max().unwrap_or_default();
    let bytes = source.text.as_bytes();
    let from = memchr::memrchr(b'\n', &bytes[..start]).map_or(0, |newline| newline + 1);
    from..memchr::memchr(b'\n', &bytes[end..]).map_or(bytes.len(), |newline| end + newline)
}

/// The lines of some places of one text, or only where they are if the lines are too long to be looked at.
fn element<'a>(group: Group<'a>, sources: &'a Sources, places: &[Numbered<'a>]) -> Group<'a> {
    let Some((_, (first, _))) = places.first() else { return group };
    let source = sources.get(first.source);
    let window = lines(sources, places);
    if window.len() > LONGEST {
        let (line, column) = sources.line_and_column(*first);
        return group.element(annotate_snippets::Origin::path(&source.name).line(line).char_column(column));
    }
    let (above, _) =
        sources.line_and_column(Origin { start: u32::try_from(window.start).unwrap_or(u32::MAX), ..*first });
    let annotations = places.iter().map(|(number, (place, label))| {
        let kind = if *number == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
        let span = span(source, *place);
        kind.span(span.start - window.start..span.end - window.start).label(label)
    });
    let text = &source.text[window.clone()];
    group.element(Snippet::source(text).line_start(above).path(&source.name).annotations(annotations))
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
