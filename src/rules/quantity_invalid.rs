//! `quantity-invalid`: a quantity that the API server does not read.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Amount, Scope, Use, is_variable};

pub(super) const RULE: Rule = Rule {
    id: "quantity-invalid",
    severity: Severity::Error,
    summary: "a quantity that the API server does not read",
    versions: Versions::All,
    docs: include_str!("quantity_invalid.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for placed in scope.amounts(|key, used, text| !is_variable(text) && is_refused(key, used, text)) {
        let text = placed.quantity.0.as_str();
        findings.add(
            placed.item,
            placed.path,
            format!("`{text}` is no quantity of {}", placed.key),
            format!("write {}", instead(text, placed.key)),
        );
    }
}

/// Whether it is no number, below zero, or nothing where there must be something.
fn is_refused(key: &str, used: Use, text: &str) -> bool {
    let is_claim = key == "storage" && used == Use::Size;
    Amount::of(text).is_none_or(|amount| amount.is_negative && amount.milli > 0 || is_claim && amount.milli == 0)
}

/// What was meant, where that can be seen: a number with a unit that Kubernetes writes in another way.
fn instead(text: &str, key: &str) -> String {
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let plain = plain.trim_start_matches('-').replace(',', ".");
    let number = plain.trim_end_matches(|c: char| !c.is_ascii_digit());
    let unit = plain.get(number.len()..).unwrap_or_default().to_ascii_lowercase();
    let is_number = !number.is_empty() && number.chars().all(|c| c.is_ascii_digit() || c == '.');
    let unit = match (key, unit.as_str()) {
        ("cpu", "m" | "mi" | "mcpu") => "m",
        (_, "ki" | "kib") => "Ki",
        (_, "mi" | "mib") => "Mi",
        (_, "gi" | "gib" | "gig" | "gigs") => "Gi",
        (_, "ti" | "tib") => "Ti",
        (_, "k" | "kb") => "k",
        (_, "m" | "mb") => "M",
        (_, "g" | "gb") => "G",
        (_, "t" | "tb") => "T",
        ("cpu", _) | (_, "") => "",
        _ => return "an amount such as 8Gi".to_owned(),
    };
    let example = if key == "cpu" { "an amount such as 4 or 500m" } else { "an amount such as 8Gi" };
    if is_number && Amount::of(number).is_some_and(|amount| amount.milli > 0) {
        format!("{number}{unit}")
    } else {
        example.to_owned()
    }
}
