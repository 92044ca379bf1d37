//! `quantity-milli`: a size in thousandths of a byte.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Amount, Scope, Use};

pub(super) const RULE: Rule = Rule {
    id: "quantity-milli",
    severity: Severity::Error,
    summary: "a size in thousandths of a byte",
    versions: Versions::All,
    docs: include_str!("quantity_milli.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let is_size = |key: &str| matches!(key, "memory" | "storage" | "ephemeral-storage" | "sizeLimit");
    let is_part =
        |text: &str| Amount::of(text).is_some_and(|amount| amount.milli % 1000 != 0 && amount.milli < u128::MAX);
    for placed in
        scope.amounts(|key, used, text| matches!(used, Use::Limit | Use::Size) && is_size(key) && is_part(text))
    {
        let text = placed.quantity.0.trim();
        let number = text.trim_end_matches('m');
        let is_milli = number.len() < text.len();
        let message = match Amount::of(text).map(|amount| amount.milli) {
            Some(milli) if milli < 1000 => format!("`{text}` of {} is less than one byte", placed.key),
            _ => format!("`{text}` of {} is no whole number of bytes", placed.key),
        };
        let help = if is_milli { format!("write {number}Mi") } else { format!("write {number}Gi") };
        findings.add(placed.item, placed.path, message, help);
    }
}
