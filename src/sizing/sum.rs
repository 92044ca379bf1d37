//! A sum that shows its parts.

use std::fmt;

use crate::units::Bytes;

/// A sum with its parts, printed as `44.2 weights + 2.5 KV cache`, in GiB.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sum(Vec<(Bytes, &'static str)>);

impl Sum {
    /// With one more part; nothing is added for nothing.
    #[must_use]
    pub fn plus(mut self, amount: Bytes, what: &'static str) -> Self {
        if amount > Bytes(0) {
            self.0.push((amount, what));
        }
        self
    }

    /// All parts together.
    pub fn total(&self) -> Bytes {
        self.0.iter().map(|(amount, _)| *amount).sum()
    }

    /// Each part: how much, and what it is.
    pub fn parts(&self) -> &[(Bytes, &'static str)] {
        &self.0
    }
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (amount, what)) in self.0.iter().enumerate() {
            let plus = if at == 0 { "" } else { " + " };
            write!(f, "{plus}{} {what}", amount.in_gib())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_printed_with_its_parts() {
        let sum = Sum::default()
            .plus(Bytes::gib(44), "weights")
            .plus(Bytes(0), "nothing")
            .plus(Bytes::mib(512), "prompt cache");
        assert_eq!(sum.to_string(), "44.0 weights + 0.5 prompt cache");
        assert_eq!(sum.total(), Bytes::mib(44 * 1024 + 512));
    }
}
