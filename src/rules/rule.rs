//! What is a rule?

use std::fmt;

use super::Findings;
use crate::facts::Version;
use crate::scope::Scope;

/// A kind of fault.
pub struct Rule {
    /// Its name, for ever.
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one line.
    pub summary: &'static str,
    /// For which releases of Kubernetes it is wrong.
    pub versions: Versions,
    /// Why, bad, good, source: Markdown, whose examples are tested.
    pub docs: &'static str,
    pub(super) check: fn(&Scope<'_>, &mut Findings),
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

/// How bad a fault is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing; true of nearly every manifest.
    Info,
    /// It works, but not always, or not well.
    Warning,
    /// It cannot work, or not for long.
    Error,
}

impl Severity {
    /// Its name, for ever.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Releases of Kubernetes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Versions {
    /// Every release.
    All,
    /// Those before 1.`.0`. Where nobody said which release it is, the rule says nothing.
    Before(u8),
}

impl Versions {
    pub(super) fn contains(self, version: Option<Version>) -> bool {
        match self {
            Self::All => true,
            Self::Before(minor) => version.is_some_and(|version| version < Version::minor(minor)),
        }
    }
}
