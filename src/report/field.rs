//! What is told of a field of a profile?

use std::fmt::Write;

use k8s_openapi::serde_json::Value;

use crate::facts::SETTINGS;
use crate::profile::{Field, Form};

/// What another value of a field changes.
#[derive(Debug)]
pub struct Effect {
    /// The built-in profile that was asked.
    pub profile: &'static str,
    /// The field with another value, `server.parallel=2`.
    pub setting: String,
    /// Numbers of the bundle: where, what it is, and what it would be.
    pub numbers: Vec<(String, String, String)>,
}

/// More numbers than say something new.
const MOST: usize = 12;

/// The page of a field.
pub fn field(field: &Field, effect: Option<&Effect>) -> String {
    let mut text = String::new();
    let name = if field.path.is_empty() { "profile" } else { &field.path };
    let _ = writeln!(text, "{name}\n\n{}\n", paragraph(&field.about));
    let kinds: Vec<String> = field.forms.iter().map(kind).collect();
    let _ = writeln!(text, "  value     {}", kinds.join(", or "));
    if let Some(default) = &field.default {
        let _ = writeln!(text, "  default   {}", written(default));
    }
    if field.required {
        let _ = writeln!(text, "  required");
    }
    if let Some(row) = SETTINGS.iter().find(|row| row.field == field.path) {
        let _ = writeln!(text, "  variable  {} ({})", row.variable, row.source);
    }
    if let Some(example) = example(field) {
        let _ = writeln!(text, "  example   {}", shown(&field.path, &example));
    }
    for form in &field.forms {
        inner(&mut text, form);
    }
    if let Some(effect) = effect {
        let _ =
            writeln!(text, "\nNumbers that depend on it: with {} in the profile {}", effect.setting, effect.profile);
        let width = effect.numbers.iter().take(MOST).map(|(path, ..)| path.len()).max().unwrap_or(0);
        for (path, before, after) in effect.numbers.iter().take(MOST) {
            let _ = writeln!(text, "  {path:width$}  {before} -> {after}");
        }
        if effect.numbers.len() > MOST {
            let _ = writeln!(text, "  and {} more", effect.numbers.len() - MOST);
        }
    }
    text
}

fn shown(path: &str, example: &str) -> String {
    format!("--set {}", super::shell_word(&format!("{path}={example}")))
}

/// The fields, or the words, with what each means.
fn inner(text: &mut String, form: &Form) {
    let (rows, title) = match form {
        Form::Words(words) if words.iter().any(|(_, about)| !about.is_empty()) => (words.clone(), "Values"),
        Form::Mapping { fields, one_key } => {
            let rows = fields.iter().map(|field| (field.key().to_owned(), about(field))).collect();
            (rows, if *one_key { "Keys, one of them" } else { "Fields" })
        }
        Form::List(element) => return element.forms.iter().for_each(|form| inner(text, form)),
        Form::Map(value) => return value.forms.iter().for_each(|form| inner(text, form)),
        _ => return,
    };
    let width = rows.iter().map(|(key, _)| key.len()).max().unwrap_or(0);
    let _ = writeln!(text, "\n{title}:");
    for (key, about) in rows {
        let _ = writeln!(text, "  {key:width$}  {}", paragraph(&about));
    }
}

fn about(field: &Field) -> String {
    match (&field.default, field.required) {
        (_, true) => format!("{} Required.", field.about),
        (Some(default), _) => format!("{} [{}]", field.about, written(default)),
        (None, _) => field.about.clone(),
    }
}

fn kind(form: &Form) -> String {
    match form {
        Form::Words(words) => {
            let words: Vec<&str> = words.iter().map(|(word, _)| word.as_str()).collect();
            words.join(", ")
        }
        Form::Number(least, most) if *most >= u64::from(u32::MAX) => format!("a whole number, {least} or more"),
        Form::Number(least, most) => format!("a whole number, {least} to {most}"),
        Form::Cores => "cores such as 8, 0.5 or 500m".to_owned(),
        Form::Boolean => "true or false".to_owned(),
        Form::Text(examples) => match &examples[..] {
            [] => "text".to_owned(),
            [only] => format!("text such as {only}"),
            [first, second, ..] => format!("text such as {first} or {second}"),
        },
        Form::List(element) => {
            let kinds: Vec<String> = element.forms.iter().map(kind).collect();
            format!("a list, each element {}", kinds.join(", or "))
        }
        Form::Mapping { one_key: true, .. } => "a mapping with one key".to_owned(),
        Form::Mapping { .. } => "a mapping".to_owned(),
        Form::Map(value) => {
            let kinds: Vec<String> = value.forms.iter().map(kind).collect();
            format!("a mapping with keys of your own, each value {}", kinds.join(", or "))
        }
        Form::Any => "any value".to_owned(),
    }
}

/// A value to paste: not the default.
fn example(field: &Field) -> Option<String> {
    if field.path.contains(['[', '<']) {
        return None;
    }
    let default = field.default.as_ref().map(written);
    field.forms.iter().rev().find_map(|form| match form {
        Form::Words(words) => words.iter().map(|(word, _)| word).find(|word| Some(*word) != default.as_ref()).cloned(),
        Form::Text(examples) => examples.iter().find(|text| Some(*text) != default.as_ref()).cloned(),
        Form::Cores => Some("8".to_owned()),
        _ => None,
    })
}

fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Lines of a comment as one.
fn paragraph(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
