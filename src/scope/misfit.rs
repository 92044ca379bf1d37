//! In what way may a custom resource not fit its definition?

use crate::tree::Origin;

/// Something in a custom resource that its definition does not have.
#[derive(Clone, Debug)]
pub struct Misfit {
    /// The place of its object among the objects.
    pub number: usize,
    /// Where.
    pub place: MisfitPlace,
    /// In what way.
    pub kind: MisfitKind,
    /// What is true there.
    pub message: String,
    /// What to write instead.
    pub help: String,
}

/// Where a misfit is.
#[derive(Clone, Debug)]
pub enum MisfitPlace {
    /// A piece of a text.
    Written(Origin),
    /// The way to what is not written.
    Missing(String),
}

/// In what way something does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MisfitKind {
    /// A field that is misspelt, or stands where it does not belong.
    Misspelt,
    /// A field or a word that the known release does not have; another one may.
    Unknown,
    /// A value of another type.
    Type,
    /// A number or a boolean where text is wanted.
    Bare,
    /// A required field that is not there.
    Missing,
    /// A misspelt word.
    Word,
}
