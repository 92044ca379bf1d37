//! Which releases of Kubernetes can a bundle be written for?

use std::fmt;
use std::str::FromStr;

/// A release of Kubernetes, 1.28 to 1.37: those that bundles were applied to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(u8);

impl Version {
    /// The oldest release that has all that every bundle uses: `unhealthyPodEvictionPolicy` (beta since 1.27),
    /// `podFailurePolicy` (beta since 1.26), `matchLabelKeys`-free spreading with `minDomains` (beta since 1.27).
    pub const OLDEST: Self = Self(28);
    /// The newest release that was tried.
    pub const NEWEST: Self = Self(37);

    /// Kubernetes 1.`minor`.
    pub const fn minor(minor: u8) -> Self {
        Self(minor)
    }

    /// All of them, the oldest first.
    pub fn all() -> impl Iterator<Item = Self> {
        (Self::OLDEST.0..=Self::NEWEST.0).map(Self)
    }
}

impl FromStr for Version {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let minor = text.strip_prefix("1.").and_then(|minor| minor.parse().ok()).map(Self);
        match minor {
            Some(version) if (Self::OLDEST..=Self::NEWEST).contains(&version) => Ok(version),
            _ => Err(format!("\"{text}\" is not a release from {} to {}", Self::OLDEST, Self::NEWEST)),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1.{}", self.0)
    }
}
