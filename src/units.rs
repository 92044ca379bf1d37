//! How are amounts written down: bytes, CPU and time, as whole numbers with a unit.

use std::fmt;
use std::ops::{Add, Mul};
use std::str::FromStr;

/// An amount of memory or disk in bytes, 0 to 2^64-1.
///
/// Written as Kubernetes does: a whole number with `Ki`, `Mi`, `Gi`, `Ti` (powers of 1024) or
/// `k`, `M`, `G`, `T` (powers of 1000). Fractions such as `1.5Gi` are read, and printed as `1536Mi`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bytes(pub u64);

const BINARY: [(&str, u64); 4] = [("Ti", 1 << 40), ("Gi", 1 << 30), ("Mi", 1 << 20), ("Ki", 1 << 10)];
const DECIMAL: [(&str, u64); 4] = [("T", 1_000_000_000_000), ("G", 1_000_000_000), ("M", 1_000_000), ("k", 1_000)];

impl Bytes {
    /// `n` × 2^20 bytes.
    pub const fn mib(n: u64) -> Self {
        Self(n << 20)
    }

    /// `n` × 2^30 bytes.
    pub const fn gib(n: u64) -> Self {
        Self(n << 30)
    }

    /// The smallest multiple of `step` that is not less; `step` must not be zero.
    #[must_use]
    pub const fn round_up(self, step: Self) -> Self {
        Self(self.0.div_ceil(step.0).saturating_mul(step.0))
    }

    /// Whole MiB, rounded up.
    pub const fn in_mib(self) -> u64 {
        self.0.div_ceil(1 << 20)
    }

    /// GiB with one decimal, rounded to the nearest: the form of all sums in comments and messages.
    pub fn in_gib(self) -> Tenths {
        let tenth = 1_u64 << 30;
        Tenths((self.0.saturating_mul(10).saturating_add(tenth / 2)) / tenth)
    }
}

/// A number with one decimal place, counted in tenths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tenths(u64);

impl fmt::Display for Tenths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0 / 10, self.0 % 10)
    }
}

impl Add for Bytes {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Mul<u64> for Bytes {
    type Output = Self;
    fn mul(self, factor: u64) -> Self {
        Self(self.0.saturating_mul(factor))
    }
}

impl std::iter::Sum for Bytes {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self(0), Add::add)
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match BINARY.iter().find(|(_, unit)| self.0 >= *unit && self.0.is_multiple_of(*unit)) {
            Some((suffix, unit)) => write!(f, "{}{suffix}", self.0 / unit),
            None => write!(f, "{}", self.0),
        }
    }
}

impl FromStr for Bytes {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let expected = "an amount such as 512Mi or 64Gi";
        let (number, unit) = BINARY
            .iter()
            .chain(&DECIMAL)
            .find_map(|(suffix, unit)| Some((text.strip_suffix(suffix)?, *unit)))
            .ok_or(expected)?;
        let exact = scaled(number, unit).ok_or(expected)?;
        u64::try_from(exact).map(Self).map_err(|_| expected)
    }
}

/// `number`, which may have up to three decimals, times `unit`; nothing where that is not whole.
fn scaled(number: &str, unit: u64) -> Option<u128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 15 || fraction.len() > 3 || !digits(whole) || !digits(fraction) {
        return None;
    }
    if number.contains('.') && fraction.is_empty() {
        return None;
    }
    let divisor = 10_u128.pow(u32::try_from(fraction.len()).ok()?);
    let number: u128 = format!("{whole}{fraction}").parse().ok()?;
    let product = number * u128::from(unit);
    product.is_multiple_of(divisor).then_some(product / divisor)
}

/// An amount of CPU time in thousandths of a core, 1 to 2^32-1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Millicores(pub u32);

impl Millicores {
    /// Whole cores, rounded down but at least one: the number of threads that such a limit feeds.
    pub const fn whole_cores(self) -> u32 {
        if self.0 < 1000 { 1 } else { self.0 / 1000 }
    }
}

impl Add for Millicores {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Mul<u32> for Millicores {
    type Output = Self;
    fn mul(self, factor: u32) -> Self {
        Self(self.0.saturating_mul(factor))
    }
}

impl fmt::Display for Millicores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_multiple_of(1000) { write!(f, "{}", self.0 / 1000) } else { write!(f, "{}m", self.0) }
    }
}

impl FromStr for Millicores {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let expected = "cores such as 8, 0.5 or 500m";
        let exact = match text.strip_suffix('m') {
            Some(number) => scaled(number, 1),
            None => scaled(text, 1000),
        };
        match exact.and_then(|n| u32::try_from(n).ok()) {
            Some(n) if n > 0 => Ok(Self(n)),
            _ => Err(expected),
        }
    }
}

/// A length of time in whole seconds, 0 to about 136 years.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seconds(pub u32);

impl Seconds {
    /// The smallest multiple of `step` that is not less; `step` must not be zero.
    #[must_use]
    pub const fn round_up(self, step: u32) -> Self {
        Self(self.0.div_ceil(step).saturating_mul(step))
    }
}

impl Add for Seconds {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => write!(f, "0s"),
            n if n.is_multiple_of(3600) => write!(f, "{}h", n / 3600),
            n if n.is_multiple_of(60) => write!(f, "{}m", n / 60),
            n => write!(f, "{n}s"),
        }
    }
}

impl FromStr for Seconds {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let expected = "a time such as 90s, 15m or 24h";
        let unit = match text.chars().last() {
            Some('s') => 1,
            Some('m') => 60,
            Some('h') => 3600,
            _ => return Err(expected),
        };
        let exact = scaled(&text[..text.len() - 1], unit).ok_or(expected)?;
        u32::try_from(exact).map(Self).map_err(|_| expected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_exactly_and_printed_in_the_largest_whole_unit() {
        for (text, bytes, printed) in [
            ("512Mi", 512 << 20, "512Mi"),
            ("1024Mi", 1 << 30, "1Gi"),
            ("1.5Gi", 1536 << 20, "1536Mi"),
            ("47.4G", 47_400_000_000, "47400000000"),
            ("0Gi", 0, "0"),
        ] {
            assert_eq!(text.parse(), Ok(Bytes(bytes)), "{text}");
            assert_eq!(Bytes(bytes).to_string(), printed, "{text}");
        }
    }

    #[test]
    fn amounts_without_a_unit_or_with_a_wrong_one_are_refused() {
        for text in ["", "12", "Gi", "12gb", "12GB", "-1Gi", "1.Gi", ".5Gi", "1.2345Gi", "1e3Mi", "9999999999999999Ti"]
        {
            assert!(text.parse::<Bytes>().is_err(), "{text}");
        }
    }

    #[test]
    fn cores_and_times_are_read_and_printed() {
        for (text, millicores, printed) in [("8", 8000, "8"), ("0.5", 500, "500m"), ("1500m", 1500, "1500m")] {
            assert_eq!(text.parse(), Ok(Millicores(millicores)), "{text}");
            assert_eq!(Millicores(millicores).to_string(), printed);
        }
        for (text, seconds, printed) in
            [("90s", 90, "90s"), ("15m", 900, "15m"), ("1.5h", 5400, "90m"), ("24h", 86_400, "24h")]
        {
            assert_eq!(text.parse(), Ok(Seconds(seconds)), "{text}");
            assert_eq!(Seconds(seconds).to_string(), printed);
        }
        for text in ["0", "0m", "1.5m", "eight", "1.2345", ""] {
            assert!(text.parse::<Millicores>().is_err(), "{text}");
        }
        for text in ["10", "s", "1d", "10min", "0.3s", ""] {
            assert!(text.parse::<Seconds>().is_err(), "{text}");
        }
    }

    #[test]
    fn gib_are_rounded_to_tenths() {
        for (bytes, gib) in [(47_415_724_625, "44.2"), (0, "0.0"), (1 << 30, "1.0"), ((1 << 30) - 1, "1.0")] {
            assert_eq!(Bytes(bytes).in_gib().to_string(), gib);
        }
    }
}
