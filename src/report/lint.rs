//! What was found in manifests, for people.

use std::collections::BTreeMap;
use std::fmt::Write;

use annotate_snippets::Group;

use super::{group, level, render};
use crate::lint::{Found, Report};
use crate::rules::{Rule, Severity};
use crate::tree::{Origin, Sources, Spot};

/// The faults with their lines, what is true of nearly every manifest in one line each, and a summary.
pub fn lint(sources: &Sources, report: &Report) -> String {
    let mut text = String::new();
    let (known, faults): (Vec<&Found>, Vec<&Found>) =
        report.found.iter().partition(|found| found.finding.rule.severity == Severity::Info);
    for found in faults {
        text += &show(sources, found);
    }
    text += &in_short(&known);
    text += &summary(report);
    text
}

fn show(sources: &Sources, found: &Found) -> String {
    let finding = &found.finding;
    let object = finding.object.as_ref().map(|object| format!("{object}: ")).unwrap_or_default();
    let title = format!("{object}{}", finding.message);
    let mut places: Vec<(Origin, String)> = vec![(found.spot.origin, label(&found.spot, ""))];
    places.extend(found.also.iter().map(|(spot, word)| (spot.origin, label(spot, word))));
    let title = Group::with_title(level(finding.rule.severity).primary_title(&title).id(finding.rule.id));
    render(&[group(sources, title, &places, Some(&finding.help))])
}

/// What to write under a spot.
fn label(spot: &Spot, word: &str) -> String {
    match (spot.missing.as_str(), word) {
        ("", word) => word.to_owned(),
        (missing, "") => format!("no `{missing}` here"),
        (missing, word) => format!("no `{missing}` here: {word}"),
    }
}

/// One line for each rule whose findings are true of nearly every manifest.
fn in_short(known: &[&Found]) -> String {
    let mut rules: BTreeMap<&str, (&Rule, usize)> = BTreeMap::new();
    for found in known {
        rules.entry(found.finding.rule.id).or_insert((found.finding.rule, 0)).1 += 1;
    }
    let mut text = String::new();
    for (id, (rule, count)) in &rules {
        let _ = writeln!(text, "info[{id}]: {} ({})", rule.summary, some(*count, "place"));
    }
    if !rules.is_empty() {
        text.push('\n');
    }
    text
}

fn summary(report: &Report) -> String {
    let faults = [("error", report.of(Severity::Error)), ("warning", report.of(Severity::Warning))];
    let faults: Vec<String> =
        faults.iter().filter(|(_, count)| *count > 0).map(|(name, count)| some(*count, name)).collect();
    let faults = if faults.is_empty() { "nothing wrong".to_owned() } else { faults.join(", ") };
    let passed: Vec<String> = [
        (report.others, "document that is no manifest", "documents that are no manifests"),
        (report.patches, "patch", "patches"),
        (report.templates.len(), "template", "templates"),
    ]
    .iter()
    .filter(|(count, ..)| *count > 0)
    .map(|(count, one, many)| format!("{count} {}", if *count == 1 { one } else { many }))
    .collect();
    let allowed = if report.allowed == 0 { String::new() } else { format!("; allowed: {}", report.allowed) };
    let passed = if passed.is_empty() { String::new() } else { format!("; passed over: {}", passed.join(", ")) };
    let other = match report.other_releases {
        0 => String::new(),
        1 => "; not judged: the values of 1 release of another chart".to_owned(),
        count => format!("; not judged: the values of {count} releases of other charts"),
    };
    format!("{faults} in {}{allowed}{passed}{other}\n", some(report.objects, "object"))
}

fn some(count: usize, name: &str) -> String {
    format!("{count} {name}{}", if count == 1 { "" } else { "s" })
}
