//! What was found in manifests, for scripts.

use k8s_openapi::serde_json;
use serde::Serialize;

use crate::lint::{Report, count};
use crate::rules::Severity;
use crate::tree::Sources;

/// All that was found. The fields are for ever; new ones may come.
#[derive(Serialize)]
struct Json<'a> {
    findings: Vec<Row<'a>>,
    summary: Summary<'a>,
}

#[derive(Serialize)]
struct Row<'a> {
    rule: &'a str,
    severity: &'a str,
    file: &'a str,
    line: usize,
    column: usize,
    object: Option<String>,
    path: &'a str,
    message: &'a str,
    help: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary<'a> {
    errors: usize,
    warnings: usize,
    infos: usize,
    allowed: usize,
    objects: usize,
    other_releases: usize,
    passed_over: PassedOver,
    rules: std::collections::BTreeMap<&'a str, usize>,
}

#[derive(Serialize)]
struct PassedOver {
    documents: usize,
    templates: usize,
    patches: usize,
}

/// As JSON, with a line's end.
///
/// # Panics
/// Never: findings have no keys but text.
pub fn json(sources: &Sources, report: &Report) -> String {
    let findings = report.found.iter().map(|found| {
        let finding = &found.finding;
        let (line, column) = sources.line_and_column(found.spot.origin);
        Row {
            rule: finding.rule.id,
            severity: finding.rule.severity.name(),
            file: &sources.get(found.spot.origin.source).name,
            line,
            column,
            object: finding.object.as_ref().map(ToString::to_string),
            path: finding.path(),
            message: &finding.message,
            help: &finding.help,
        }
    });
    let json = Json {
        findings: findings.collect(),
        summary: Summary {
            errors: report.of(Severity::Error),
            warnings: report.of(Severity::Warning),
            infos: report.of(Severity::Info),
            allowed: report.allowed,
            objects: report.objects,
            other_releases: report.other_releases,
            passed_over: PassedOver {
                documents: report.others,
                templates: report.templates.len(),
                patches: report.patches,
            },
            rules: count(&report.found),
        },
    };
    serde_json::to_string_pretty(&json).expect("findings have no keys but text") + "\n"
}
