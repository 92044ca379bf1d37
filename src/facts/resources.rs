//! Which fields do custom resources have that people write beside Ollama?

use std::sync::LazyLock;

use super::RESOURCES;

/// A kind of custom resource, as a release of its software defines it.
#[derive(Debug)]
pub struct CustomKind {
    /// `group/version` of each version with these fields.
    pub apis: &'static [&'static str],
    /// The kind.
    pub kind: &'static str,
    /// Whose kind it is.
    pub software: &'static str,
    /// The release of that software, or of the part of it that defines the kind.
    pub release: &'static str,
    /// The fields, a line for each; `resources.py` says what a line means.
    pub(super) fields: &'static str,
    /// Where this is from.
    pub source: &'static str,
    /// When it was looked up.
    pub checked: &'static str,
}

/// A field of a custom resource.
#[derive(Debug)]
pub struct CustomField {
    /// Its name.
    pub name: &'static str,
    /// Whether the API refuses an object without it.
    pub required: bool,
    /// Whether its value is a list of such values.
    pub is_list: bool,
    /// What a value is.
    pub kind: FieldKind,
    /// The words that a text may be, the units of a time, or the schemes of an address; empty: any.
    pub words: Vec<&'static str>,
    /// The fields of a mapping.
    pub fields: Vec<Self>,
}

/// What the value of a field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// A mapping whose fields are known.
    Map,
    /// A mapping from any key to text.
    Texts,
    /// Text.
    Text,
    /// Text that is a time with a unit.
    Time,
    /// An address.
    Url,
    /// A whole number.
    Whole,
    /// A number.
    Number,
    /// True or false.
    Bool,
    /// A number, or text.
    Amount,
    /// Anything.
    Any,
}

static FIELDS: LazyLock<Vec<Vec<CustomField>>> =
    LazyLock::new(|| RESOURCES.iter().map(|row| below(&mut row.fields.lines().peekable(), 0)).collect());

/// A kind of custom resource, if it is known here in that version, with its fields.
pub fn custom_kind(api: &str, kind: &str) -> Option<(&'static CustomKind, &'static [CustomField])> {
    let at = RESOURCES.iter().position(|row| row.kind == kind && row.apis.contains(&api))?;
    Some((&RESOURCES[at], FIELDS.get(at)?))
}

/// The fields of one mapping: the lines that are this deep, and what stands below them.
fn below(lines: &mut std::iter::Peekable<std::str::Lines<'static>>, depth: usize) -> Vec<CustomField> {
    let mut fields = Vec::new();
    while let Some(line) = lines.next_if(|line| line.len() - line.trim_start().len() == depth) {
        let mut words = line.trim_start().split(' ');
        let name = words.next().unwrap_or_default();
        let kind = words.next().unwrap_or_default();
        let (is_list, kind) = kind.strip_prefix("[]").map_or((false, kind), |inner| (true, inner));
        fields.push(CustomField {
            name: name.trim_end_matches('!'),
            required: name.ends_with('!'),
            is_list,
            kind: match kind {
                "map" => FieldKind::Map,
                "texts" => FieldKind::Texts,
                "text" => FieldKind::Text,
                "time" => FieldKind::Time,
                "url" => FieldKind::Url,
                "whole" => FieldKind::Whole,
                "number" => FieldKind::Number,
                "bool" => FieldKind::Bool,
                "amount" => FieldKind::Amount,
                _ => FieldKind::Any,
            },
            words: words.collect(),
            fields: below(lines, depth + 1),
        });
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_definition_has_its_fields_below_each_other() {
        let (row, fields) = custom_kind("helm.toolkit.fluxcd.io/v2", "HelmRelease").expect("it is known");
        assert_eq!(row.software, "helm-controller");
        let way = ["spec", "install", "remediation", "retries"];
        let mut fields = fields;
        let mut last = None;
        for name in way {
            last = fields.iter().find(|field| field.name == name);
            fields = last.map_or(&[], |field| field.fields.as_slice());
        }
        assert_eq!(last.map(|field| field.kind), Some(FieldKind::Whole));
        assert!(custom_kind("helm.toolkit.fluxcd.io/v2beta1", "HelmRelease").is_none());
    }

    #[test]
    fn only_anything_else_than_a_mapping_has_no_fields() {
        fn check(fields: &[CustomField]) {
            for field in fields {
                assert_eq!(field.kind == FieldKind::Map, !field.fields.is_empty(), "{}", field.name);
                assert!(field.kind != FieldKind::Time || !field.words.is_empty(), "{}", field.name);
                check(&field.fields);
            }
        }
        FIELDS.iter().for_each(|fields| check(fields));
    }
}
