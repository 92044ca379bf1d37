//! How much is a Kubernetes quantity?

use crate::k8s::Quantity;
use crate::units::Bytes;

/// A quantity as the API server reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount {
    /// Whether a minus stands in front.
    pub is_negative: bool,
    /// Without its sign, in thousandths, rounded up.
    pub milli: u128,
}

impl Amount {
    /// Reads what the API server reads; nothing for a text that it refuses.
    pub fn of(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let (is_negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, rest) = split_digits(rest);
        let (fraction, suffix) = rest.strip_prefix('.').map_or(("", rest), split_digits);
        let (tens, bits) = scale(suffix)?;
        Some(Self { is_negative, milli: scaled(whole, fraction, tens.saturating_add(3), bits) })
    }
}

/// In thousandths, so that `500m` and `2` compare; nothing for what is no quantity, or below zero.
pub fn milli(quantity: &Quantity) -> Option<u128> {
    Amount::of(&quantity.0).filter(|amount| !amount.is_negative || amount.milli == 0).map(|amount| amount.milli)
}

/// In bytes; nothing for what is no quantity, or more than any disk.
pub fn bytes(quantity: &Quantity) -> Option<u64> {
    u64::try_from(milli(quantity)? / 1000).ok()
}

/// Thousandths as people write them.
pub fn written(milli: u128) -> String {
    match (milli % 1000, u64::try_from(milli / 1000)) {
        (0, Ok(bytes)) if bytes >= 1 << 20 => {
            let decimal = [(1_000_000_000, "G"), (1_000_000, "M")].into_iter().find(|(unit, _)| bytes % unit == 0);
            match decimal {
                Some((unit, suffix)) if bytes % (1 << 20) != 0 => format!("{}{suffix}", bytes / unit),
                _ => Bytes(bytes).to_string(),
            }
        }
        (0, Ok(whole)) => whole.to_string(),
        _ => format!("{milli}m"),
    }
}

fn split_digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()))
}

/// The powers of ten and of two that a suffix stands for.
fn scale(suffix: &str) -> Option<(i32, u32)> {
    Some(match suffix {
        "n" => (-9, 0),
        "u" => (-6, 0),
        "m" => (-3, 0),
        "" => (0, 0),
        "k" => (3, 0),
        "M" => (6, 0),
        "G" => (9, 0),
        "T" => (12, 0),
        "P" => (15, 0),
        "E" => (18, 0),
        "Ki" => (0, 10),
        "Mi" => (0, 20),
        "Gi" => (0, 30),
        "Ti" => (0, 40),
        "Pi" => (0, 50),
        "Ei" => (0, 60),
        _ => (suffix.strip_prefix(['e', 'E'])?.parse().ok()?, 0),
    })
}

/// Digits times powers of ten and two, rounded up; the largest number for what is larger.
fn scaled(whole: &str, fraction: &str, tens: i32, bits: u32) -> u128 {
    const KEPT: usize = 30;
    let digits = whole.bytes().chain(fraction.bytes()).skip_while(|digit| *digit == b'0');
    let (mut number, mut count) = (0_u128, 0_usize);
    for digit in digits {
        count += 1;
        if count <= KEPT {
            number = number * 10 + u128::from(digit - b'0');
        }
    }
    let dropped = i32::try_from(count.saturating_sub(KEPT)).unwrap_or(i32::MAX);
    let behind = i32::try_from(fraction.len()).unwrap_or(i32::MAX);
    let exponent = tens.saturating_sub(behind).saturating_add(dropped);
    let number = number.saturating_mul(1 << bits);
    match u32::try_from(exponent) {
        Ok(up) => {
            10_u128.checked_pow(up).map_or(if number == 0 { 0 } else { u128::MAX }, |ten| number.saturating_mul(ten))
        }
        Err(_) => {
            10_u128.checked_pow(exponent.unsigned_abs()).map_or(u128::from(number > 0), |ten| number.div_ceil(ten))
        }
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
            ("1e3", 1_000_000),
            ("1E", 1_000_000_000_000_000_000_000),
            ("2E-1", 200),
            ("100u", 1),
            (" 4 ", 4000),
            ("+.5", 500),
            ("Gi", 0),
            ("-0", 0),
            ("1e400", u128::MAX),
            ("0e400", 0),
            ("1e-400", 1),
        ] {
            assert_eq!(milli(&Quantity(text.into())), Some(thousandths), "{text}");
        }
    }

    #[test]
    fn what_the_api_server_refuses_is_no_quantity() {
        for text in [
            "", " ", "1x", "4GB", "16gb", "4gi", "1K", "500 Mi", "2 cores", "1,5Gi", "1e3Mi", "0x10", "1_000", "one",
            "½",
        ] {
            assert_eq!(Amount::of(text), None, "{text}");
        }
        assert_eq!(milli(&Quantity("-1Gi".into())), None);
        assert_eq!(Amount::of("-1m"), Some(Amount { is_negative: true, milli: 1 }));
    }

    #[test]
    fn a_sum_is_written_in_the_unit_in_which_it_is_whole() {
        for (text, expected) in [("1024Mi", "1Gi"), ("48G", "48G"), ("2500m", "2500m"), ("3", "3"), ("1500M", "1500M")]
        {
            assert_eq!(written(milli(&Quantity(text.into())).unwrap_or_default()), expected);
        }
    }
}
