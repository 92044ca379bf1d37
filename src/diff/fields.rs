//! Which fields of an object differ, in the eyes of the API server?

use std::collections::BTreeSet;

use k8s_openapi::serde_json::{Map, Value};
use serde::Serialize;

use super::defaults::{or_default, pod_at};
use super::lists;
use super::secrets::Mask;
use super::set::Thing;
use super::way::{Way, is_within};
use crate::scope::Amount;

/// A field that differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Field {
    /// Where it is.
    #[serde(rename = "path")]
    pub way: Way,
    /// What it was, or what it was taken for; none: not there.
    pub old: Option<Value>,
    /// What it is to be; none: not there.
    pub new: Option<Value>,
    /// Whether only the order of a list's items differs, and these are their names.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub order: bool,
}

impl Field {
    /// Whether it is a field of the facts, or a part of it.
    pub(super) fn is_within(&self, path: &str) -> bool {
        is_within(&self.way.general(), path)
    }
}

/// All fields that differ, in the order of their names. Secrets are masked.
pub(super) fn of(old: &Thing, new: &Thing) -> Vec<Field> {
    let mut comparison = Comparison { kind: &new.known_as, found: Vec::new() };
    comparison.values(&Way::default(), Some(&old.value), Some(&new.value));
    let mask = Mask::of(&new.key.kind, &new.known_as);
    for field in &mut comparison.found {
        mask.hide(field);
    }
    comparison.found.sort_by(|one, other| one.way.cmp(&other.way));
    comparison.found
}

/// What differs so far.
pub(super) struct Comparison<'k> {
    pub(super) kind: &'k str,
    pub(super) found: Vec<Field>,
}

impl Comparison<'_> {
    pub(super) fn values(&mut self, way: &Way, old: Option<&Value>, new: Option<&Value>) {
        match (old, new) {
            (Some(Value::Object(old)), Some(Value::Object(new))) => self.objects(way, old, new),
            (Some(Value::Array(old)), Some(Value::Array(new))) => lists::compare(self, way, old, new),
            (old, new) if is_nothing(old) && is_nothing(new) => {}
            (old, new) if old == new || self.is_same_amount(way, old, new) => {}
            (old, new) => {
                self.found.push(Field { way: way.clone(), old: old.cloned(), new: new.cloned(), order: false });
            }
        }
    }

    fn objects(&mut self, way: &Way, old: &Map<String, Value>, new: &Map<String, Value>) {
        let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for key in keys {
            let way = way.key(key);
            let before = or_default(old.get(key), self.kind, &way, old);
            let after = or_default(new.get(key), self.kind, &way, new);
            self.values(&way, before.as_deref(), after.as_deref());
        }
    }

    /// Whether the order of a list's items counts: new pods have another template, whatever differs in it.
    pub(super) fn order_counts(&self, way: &Way) -> bool {
        let general = way.general();
        let template = pod_at(self.kind).map(|pod| pod.strip_suffix(".spec").unwrap_or(pod));
        template.is_some_and(|template| is_within(&general, template))
    }

    fn is_same_amount(&self, way: &Way, old: Option<&Value>, new: Option<&Value>) -> bool {
        const OF_ALL: [&str; 2] = ["limits", "requests"];
        const OF_KNOWN: [&str; 7] =
            ["capacity", "default", "defaultRequest", "hard", "max", "maxLimitRequestRatio", "min"];
        let (last, parent) = way.last_keys();
        let is_amount = OF_ALL.contains(&parent)
            || !self.kind.is_empty() && (OF_KNOWN.contains(&parent) || ["sizeLimit", "divisor"].contains(&last));
        let amount = |value: Option<&Value>| match value? {
            Value::String(text) => Amount::of(text),
            Value::Number(number) => Amount::of(&number.to_string()),
            _ => None,
        };
        is_amount && amount(old).is_some_and(|old| amount(new) == Some(old))
    }
}

/// What is not there, or is a list without items.
fn is_nothing(value: Option<&Value>) -> bool {
    value.is_none_or(|value| value.is_null() || value.as_array().is_some_and(Vec::is_empty))
}
