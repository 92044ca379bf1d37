//! What keeps a tree from being a typed value, in words that people use?

use std::fmt;

use serde::de;

use crate::tree::{Fault, Origin, Path, Step};

/// What serde found, and the way to it from the root (steps in reverse, as they are added on the way out).
#[derive(Debug)]
pub struct Error {
    pub(super) kind: Kind,
    pub(super) at: Option<Origin>,
    steps: Vec<Step>,
    /// A field is missing only because its value was passed over.
    pub(super) follows: bool,
}

#[derive(Debug)]
pub(super) enum Kind {
    UnknownField { field: String, expected: &'static [&'static str] },
    UnknownVariant { variant: String, expected: &'static [&'static str] },
    MissingField { field: &'static str },
    Mismatch { found: String, expected: String },
    Other(String),
}

impl Error {
    pub(super) fn new(kind: Kind) -> Self {
        Self { kind, at: None, steps: Vec::new(), follows: false }
    }

    pub(super) fn mismatch(found: impl Into<String>, expected: impl Into<String>) -> Self {
        Self::new(Kind::Mismatch { found: found.into(), expected: expected.into() })
    }

    /// The innermost place wins: it is the first on the way out.
    pub(super) fn or_at(mut self, origin: Origin) -> Self {
        self.at.get_or_insert(origin);
        self
    }

    pub(super) fn below(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    fn path(&self) -> Path {
        Path(self.steps.iter().rev().cloned().collect())
    }

    pub(super) fn into_fault(self, at: Origin) -> Fault {
        let path = self.path();
        match self.kind {
            Kind::UnknownField { field, expected } => {
                let fault = Fault::new(at, format!("unknown key `{field}`"), "");
                suggest(fault, &field, expected)
            }
            Kind::UnknownVariant { variant, expected } => {
                let fault = Fault::new(at, format!("`{path}` cannot be `{variant}`"), "");
                suggest(fault, &variant, expected)
            }
            Kind::MissingField { field } => {
                Fault::new(at, format!("`{path}` has no `{field}`"), format!("add `{field}`"))
            }
            Kind::Mismatch { found, expected } => {
                let fault = Fault::new(at, format!("`{path}` is {found}"), format!("expected {expected}"));
                match in_quotes(&found, &expected) {
                    Some(value) => fault.help(format!("write {value}, without quotes")),
                    None => fault,
                }
            }
            Kind::Other(message) => Fault::new(at, format!("`{path}`: {message}"), ""),
        }
    }
}

/// The number or boolean that is expected and stands there as text.
fn in_quotes<'f>(found: &'f str, expected: &str) -> Option<&'f str> {
    let text = found.strip_prefix("the text \"")?.strip_suffix('"')?;
    let is_it = match expected {
        "true or false" => matches!(text, "true" | "false"),
        _ => expected.starts_with("a whole number") && text.parse::<i64>().is_ok(),
    };
    is_it.then_some(text)
}

/// Names the nearest of the valid words in the margin, and all of them below.
fn suggest(mut fault: Fault, wrong: &str, valid: &[&str]) -> Fault {
    if let (Some(near), Some(place)) = (nearest(wrong, valid), fault.places.first_mut()) {
        place.1 = format!("did you mean `{near}`?");
    }
    let list = valid.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    fault.help(if valid.is_empty() { "nothing may stand here".into() } else { format!("valid here: {list}") })
}

/// The valid word that `wrong` is most likely meant to be, if any is near.
pub fn nearest<'a>(wrong: &str, valid: &[&'a str]) -> Option<&'a str> {
    let likeness = |word: &str| strsim::jaro_winkler(&wrong.to_lowercase(), &word.to_lowercase());
    valid
        .iter()
        .map(|word| (likeness(word), *word))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, word)| word)
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.kind)
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(Kind::Other(message.to_string()))
    }

    fn invalid_type(found: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::mismatch(words_for(found), words_for_expected(&expected.to_string()))
    }

    fn invalid_value(found: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::invalid_type(found, expected)
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self::new(Kind::UnknownField { field: field.into(), expected })
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self::new(Kind::UnknownVariant { variant: variant.into(), expected })
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(Kind::MissingField { field })
    }
}

/// What a person calls such a value.
fn words_for(found: de::Unexpected<'_>) -> String {
    match found {
        de::Unexpected::Str(text) => format!("the text {text:?}"),
        de::Unexpected::Bool(value) => format!("the boolean {value}"),
        de::Unexpected::Unsigned(value) => format!("the number {value}"),
        de::Unexpected::Signed(value) => format!("the number {value}"),
        de::Unexpected::Float(value) => format!("the number {value}"),
        de::Unexpected::Map => "a mapping".into(),
        de::Unexpected::Seq => "a list".into(),
        de::Unexpected::Unit => "empty".into(),
        other => other.to_string(),
    }
}

/// What a person calls what serde expects.
fn words_for_expected(expected: &str) -> String {
    match expected {
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number, 0 or more".into(),
        "i32" | "i64" => "a whole number".into(),
        "a boolean" => "true or false".into(),
        "a string" => "text".into(),
        "a map" => "a mapping".into(),
        "a sequence" => "a list".into(),
        other if other.starts_with("struct ") => "a mapping".into(),
        other => other.into(),
    }
}
