//! `quantity-suspicious`: a quantity whose unit seems to be missing or wrong.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Placed, Scope, Use, milli};

pub(super) const RULE: Rule = Rule {
    id: "quantity-suspicious",
    severity: Severity::Warning,
    summary: "a quantity whose unit seems to be missing or wrong",
    versions: Versions::All,
    docs: include_str!("quantity_suspicious.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for placed in scope
        .amounts(|key, used, _| used != Use::Bound && (used != Use::Size || matches!(key, "storage" | "sizeLimit")))
    {
        if let Some((message, help)) = suspicion(&placed) {
            findings.add(placed.item, placed.path, message, help);
        }
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
