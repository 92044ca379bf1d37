//! `flux-helm-timeout`: the release is given up while its models are pulled.

use super::{Findings, Rule, Severity, Versions};
use crate::model_name::ModelName;
use crate::scope::{Holder, Scope};
use crate::sizing::known;
use crate::tree::Node;
use crate::units::{Bytes, Seconds};

pub(super) const RULE: Rule = Rule {
    id: "flux-helm-timeout",
    severity: Severity::Warning,
    summary: "the release is given up while its models are pulled",
    versions: Versions::All,
    docs: include_str!("flux_helm_timeout.md"),
    check,
};

/// What Flux waits where nobody says it. Source: helm-controller, `spec.timeout`.
const DEFAULT: Seconds = Seconds(300);
/// A slow line, 80 Mbit/s, in bytes a second.
pub(super) const LINE: u64 = 10_000_000;

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for chart in scope.charts().iter().filter(|chart| chart.holder == Holder::Flux && !chart.has("lifecycle")) {
        let Some(item) = chart.item else { continue };
        let word = |keys: &[&str]| item.at(keys).and_then(Node::text);
        let disabled = ["install", "upgrade"].iter().any(|step| word(&["spec", step, "disableWait"]) == Some("true"));
        let (path, timeout) = match (word(&["spec", "install", "timeout"]), word(&["spec", "timeout"])) {
            (Some(text), _) => ("spec.install.timeout", duration(text)),
            (None, Some(text)) => ("spec.timeout", duration(text)),
            (None, None) => ("spec.timeout", Some(DEFAULT)),
        };
        let size = |name: &str| {
            let shape = known(&name.parse::<ModelName>().ok()?)?.shape;
            Some(shape.weights + shape.projector)
        };
        let all: Bytes = chart.models().filter_map(size).sum();
        let once = all.0 / LINE;
        let Some(timeout) = timeout.filter(|timeout| !disabled && u64::from(timeout.0) < once) else { continue };
        let waits = word(&["spec", "timeout"])
            .map_or("Flux waits 5m, its default".to_owned(), |_| format!("Flux waits {timeout}"));
        findings.add(
            item,
            path,
            format!(
                "{waits}, and {} GiB of models are pulled before the pod is Ready: {} at 80 Mbit/s",
                all.in_gib(),
                minutes(once)
            ),
            format!("set spec.timeout: {}", minutes(once.saturating_mul(2).saturating_add(600))),
        );
    }
}

/// A time in minutes, rounded up.
pub(super) fn minutes(seconds: u64) -> String {
    format!("{}m", seconds.div_ceil(60))
}

/// A time as Go writes it: `1h30m`.
fn duration(text: &str) -> Option<Seconds> {
    let mut total: u64 = 0;
    let mut number = String::new();
    for char in text.chars() {
        if char.is_ascii_digit() {
            number.push(char);
            continue;
        }
        let unit = match char {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            _ => return None,
        };
        total = total.checked_add(number.parse::<u64>().ok()?.checked_mul(unit)?)?;
        number.clear();
    }
    (number.is_empty() && total > 0).then(|| u32::try_from(total).ok().map(Seconds))?
}
