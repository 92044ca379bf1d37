//! What of a text cannot be used: what, where, and what to write instead?

use super::Origin;

/// What kind of fault a text has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// It is no YAML, or YAML that Kubernetes' readers do not take.
    Syntax,
    /// It is larger or deeper than any manifest, or no text at all.
    Limit,
    /// A key is there twice.
    DoubledKey,
    /// A second object begins without the line that separates objects.
    MissingSeparator,
    /// A key has no meaning where it stands.
    UnknownField,
    /// A value is not of the type that belongs there.
    Mismatch,
    /// A value is read as something else than it looks like.
    ReadDifferently,
    /// A kustomization lists a file or a folder that is not there.
    NotThere,
    /// A patch is for an object that is not there.
    PatchTarget,
    /// A patch changes what its object does not have.
    PatchPath,
}

/// Something in a text that cannot be used: what, where, and what to write instead.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// Of what kind.
    pub kind: FaultKind,
    /// What is wrong.
    pub message: String,
    /// The places, each with a word to stand under it (may be empty); the first is the faulty one.
    pub places: Vec<(Origin, String)>,
    /// What to write instead.
    pub help: Option<String>,
    /// Whether nothing behind it was read.
    pub ends_the_text: bool,
}

impl Fault {
    /// A fault at a place, with a word to stand under it.
    pub fn new(at: Origin, message: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            kind: FaultKind::Syntax,
            message: message.into(),
            places: vec![(at, label.into())],
            help: None,
            ends_the_text: false,
        }
    }

    /// As one behind which nothing was read.
    #[must_use]
    pub(super) fn ending(mut self) -> Self {
        self.ends_the_text = true;
        self
    }

    /// Of another kind than a fault of syntax.
    #[must_use]
    pub fn of_kind(mut self, kind: FaultKind) -> Self {
        self.kind = kind;
        self
    }

    /// With another place that has to do with it.
    #[must_use]
    pub fn and(mut self, at: Origin, label: impl Into<String>) -> Self {
        self.places.push((at, label.into()));
        self
    }

    /// With what to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
