//! How much is a Kubernetes quantity?

use crate::k8s::Quantity;
use crate::units::Bytes;

/// In thousandths, so that `500m` and `2` compare; nothing for what is no quantity.
pub(super) fn milli(quantity: &Quantity) -> Option<u128> {
    let text = quantity.0.as_str();
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let factor: u128 = match &text[number.len()..] {
        "m" => 1,
        "" => 1000,
        "k" => 1000 * 1000,
        "M" => 1000 * 1_000_000,
        "G" => 1000 * 1_000_000_000,
        "T" => 1000 * 1_000_000_000_000,
        "Ki" => 1000 << 10,
        "Mi" => 1000 << 20,
        "Gi" => 1000 << 30,
        "Ti" => 1000 << 40,
        _ => return None,
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if fraction.len() > 9 || whole.len() > 18 {
        return None;
    }
    let digits: u128 = format!("{whole}{fraction}").parse().ok()?;
    Some(digits * factor / 10_u128.pow(u32::try_from(fraction.len()).ok()?))
}

/// Thousandths as people write them.
pub(super) fn written(milli: u128) -> String {
    match (milli % 1000, u64::try_from(milli / 1000)) {
        (0, Ok(bytes)) if bytes >= 1 << 20 => Bytes(bytes).to_string(),
        (0, Ok(whole)) => whole.to_string(),
        _ => format!("{milli}m"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_of_all_forms_compare() {
        for (text, thousandths) in [
            ("500m", 500),
            ("2", 2000),
            ("1.5", 1500),
            ("1Ki", 1_024_000),
            ("1k", 1_000_000),
            ("0.5Gi", 536_870_912_000),
        ] {
            assert_eq!(milli(&Quantity(text.into())), Some(thousandths), "{text}");
        }
        for text in ["", "Gi", "1x", "1e3", "-1", "one"] {
            assert_eq!(milli(&Quantity(text.into())), None, "{text}");
        }
    }
}
