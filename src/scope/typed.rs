//! Is a value of the kind that its field takes?

use super::definition::Walk;
use super::misfit::{MisfitKind, MisfitPlace};
use super::spelling::{almost, is_filled_in_later, is_time};
use crate::facts::{CustomField, FieldKind};
use crate::tree::{Node, Origin, Reading, Value};

impl Walk<'_> {
    /// Tells what does not fit in a value that is no list.
    pub(super) fn value(&mut self, node: &Node, field: &'static CustomField, way: &str) {
        match (field.kind, &node.value) {
            (FieldKind::Any, _) | (FieldKind::Amount, Value::Scalar(_)) => {}
            (FieldKind::Map, Value::Mapping(entries)) => self.mapping(entries, &field.fields, way),
            // `keda-strings` says it of triggers.
            (FieldKind::Texts, Value::Mapping(_)) if self.row.software == "KEDA" => {}
            (FieldKind::Texts, Value::Mapping(entries)) => {
                for entry in entries.iter().filter(|entry| !entry.value.text().is_some_and(is_filled_in_later)) {
                    self.text(&entry.value, &entry.key, FieldKind::Text);
                }
            }
            (FieldKind::Text | FieldKind::Time | FieldKind::Url, Value::Scalar(_)) => {
                if self.text(node, field.name, field.kind) {
                    self.word(node, field);
                }
            }
            (kind, Value::Scalar(scalar)) => {
                let fits = match kind {
                    FieldKind::Whole => scalar.reading() == Reading::Whole,
                    FieldKind::Number => matches!(scalar.reading(), Reading::Whole | Reading::Number),
                    FieldKind::Bool => scalar.reading() == Reading::Bool,
                    _ => false,
                };
                if !fits {
                    self.mismatch(node, field, called(kind));
                }
            }
            (kind, _) => self.mismatch(node, field, called(kind)),
        }
    }

    pub(super) fn mismatch(&mut self, node: &Node, field: &CustomField, wanted: &str) {
        let found = match &node.value {
            Value::Scalar(scalar) => match scalar.reading() {
                Reading::Text => format!("the text {:?}", scalar.text),
                Reading::Null => "nothing".to_owned(),
                Reading::Bool => format!("the boolean {}", scalar.text),
                Reading::Whole | Reading::Number => format!("the number {}", scalar.text),
            },
            Value::Sequence(_) => "a list".to_owned(),
            Value::Mapping(_) => "a mapping".to_owned(),
        };
        let place = MisfitPlace::Written(first(node));
        let is_meant = |text: &&str| match field.kind {
            FieldKind::Whole => text.parse::<i64>().is_ok(),
            FieldKind::Number => text.parse::<f64>().is_ok(),
            FieldKind::Bool => matches!(*text, "true" | "false"),
            _ => false,
        };
        let meant = node.text().filter(is_meant).map(|text| format!("write {text}, without quotes"));
        let help = match &node.value {
            Value::Mapping(_) if field.kind == FieldKind::Text => as_text(field.name, node),
            _ => meant.unwrap_or_else(|| format!("write {wanted}")),
        };
        self.tell(place, MisfitKind::Type, format!("`{}` is {found}", field.name), help);
    }

    /// Whether a value is text; told where it is not.
    fn text(&mut self, node: &Node, name: &str, kind_of: FieldKind) -> bool {
        let Value::Scalar(scalar) = &node.value else {
            let kind = if node.items().is_empty() { "a mapping" } else { "a list" };
            let place = MisfitPlace::Written(first(node));
            self.tell(place, MisfitKind::Type, format!("`{name}` is {kind}"), as_text(name, node));
            return false;
        };
        let kind = match scalar.reading() {
            Reading::Text | Reading::Null => return true,
            Reading::Bool => "boolean",
            Reading::Whole | Reading::Number => "number",
        };
        let message = format!("`{name}` is text, and {} is read as a {kind}", scalar.text);
        let help = match kind_of {
            FieldKind::Time if kind == "number" => format!("write it with its unit: {0}s or {0}m", scalar.text),
            _ => format!("write it in quotes: \"{}\"", scalar.text),
        };
        self.tell(MisfitPlace::Written(node.origin), MisfitKind::Bare, message, help);
        false
    }

    fn word(&mut self, node: &Node, field: &CustomField) {
        let Some(text) = node.text().filter(|text| !text.is_empty()) else { return };
        let at = MisfitPlace::Written(node.origin);
        if field.kind == FieldKind::Time {
            if !is_time(text, &field.words) {
                let message = format!("`{}` is `{text}`, which is no time: the API refuses it", field.name);
                self.tell(at, MisfitKind::Type, message, "write a number with its unit: 30s, 10m or 90m".to_owned());
            }
            return;
        }
        if field.kind == FieldKind::Url {
            let has_scheme = text.split_once("://").is_some_and(|(scheme, _)| field.words.contains(&scheme));
            if !has_scheme {
                let message =
                    format!("`{}` does not begin with a scheme that is known here: the API refuses it", field.name);
                let instead =
                    text.split_once(':').filter(|(host, _)| host.contains('@') && field.words.contains(&"ssh"));
                let help = instead.map_or_else(
                    || format!("begin it with {}://", field.words.join(":// or ")),
                    |(host, path)| format!("write ssh://{host}/{path}"),
                );
                self.tell(at, MisfitKind::Type, message, help);
            }
            return;
        }
        if field.words.is_empty() || field.words.contains(&text) {
            return;
        }
        let message = format!("`{}` is `{text}`, which is none of {}", field.name, field.words.join(", "));
        let within = |word: &&str| text.len() > 4 && word.to_ascii_lowercase().ends_with(&text.to_ascii_lowercase());
        let near = almost(text, field.words.iter().copied()).or_else(|| field.words.iter().copied().find(within));
        if let Some(near) = near {
            self.tell(at, MisfitKind::Word, format!("{message}: the API refuses it"), format!("write {near}"));
        } else {
            let message = format!("{message}, as of {} {}", self.row.software, self.row.release);
            self.tell(at, MisfitKind::Unknown, message, format!("write one of {}", field.words.join(", ")));
        }
    }
}

/// A mapping as the text that was meant: options of Argo CD have a sign of equality.
fn as_text(name: &str, node: &Node) -> String {
    let only = if let [only] = node.entries() { only.value.text().map(|text| (&only.key, text)) } else { None };
    match only {
        Some((key, text)) if name == "syncOptions" => format!("write - {key}={text}"),
        Some((key, text)) => format!("write it in quotes: \"{key}: {text}\""),
        None => "write text".to_owned(),
    }
}

/// What to call a value of a kind.
fn called(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Map | FieldKind::Texts => "a mapping",
        FieldKind::Whole => "a whole number, without quotes",
        FieldKind::Number => "a number, without quotes",
        FieldKind::Bool => "true or false, without quotes",
        FieldKind::Amount => "a number or text",
        FieldKind::Text | FieldKind::Time | FieldKind::Url | FieldKind::Any => "text",
    }
}

/// Where a value begins, as something to point at.
fn first(node: &Node) -> Origin {
    match &node.value {
        Value::Mapping(entries) => entries.first().map_or(node.origin, |entry| entry.key_origin),
        Value::Sequence(items) => items.first().map_or(node.origin, first),
        Value::Scalar(_) => node.origin,
    }
}
