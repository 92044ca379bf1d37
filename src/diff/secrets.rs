//! What must nobody read in a report?

use k8s_openapi::serde_json::Value;

use super::fields::Field;
use super::way::Way;

/// What stands for a value that nobody is to read.
pub const HIDDEN: &str = "(hidden)";

/// Parts of names under which secrets are kept.
const NAMES: [&str; 9] =
    ["password", "passwd", "passphrase", "secret", "token", "apikey", "accesskey", "privatekey", "credential"];
/// Names that only sound so: they say which secret, or how long it lasts. Source: `k8s.io/api` v0.37.1 core/v1.
const REFERENCES: [&str; 5] = ["name", "ref", "expirationseconds", "namespace", "automountserviceaccounttoken"];

/// How the secrets of an object are told from the rest.
pub(super) struct Mask {
    is_secret: bool,
    is_custom: bool,
}

impl Mask {
    pub(super) fn of(kind: &str, known_as: &str) -> Self {
        // Whatever is called so, of whatever group.
        Self { is_secret: kind.ends_with("Secret"), is_custom: known_as.is_empty() }
    }

    /// Takes the secrets out of a field.
    pub(super) fn hide(&self, field: &mut Field) {
        let way = field.way.clone();
        let values = [field.old.as_mut(), field.new.as_mut()];
        values.into_iter().flatten().for_each(|value| self.mask(&way, value));
    }

    fn mask(&self, way: &Way, value: &mut Value) {
        match value {
            Value::Object(fields) => {
                let named = fields.get("name").and_then(Value::as_str).is_some_and(is_secret_name);
                for (key, value) in fields.iter_mut() {
                    if named && key == "value" {
                        hide_all(value);
                    } else {
                        self.mask(&way.key(key), value);
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.mask(&way.item(String::new()), item)),
            Value::Null => {}
            _ if self.is_secret_at(way) => hide_all(value),
            Value::String(text) => *text = without_secrets(text),
            _ => {}
        }
    }

    fn is_secret_at(&self, way: &Way) -> bool {
        let (last, parent) = way.last_keys();
        let variable = last == "value" && way.item_of().is_some_and(is_secret_name);
        let setting = (self.is_custom || matches!(parent, "data" | "binaryData" | "stringData" | "parameters"))
            && is_secret_name(last);
        self.is_secret && matches!(way.first_key(), "data" | "stringData") || variable || setting
    }
}

fn hide_all(value: &mut Value) {
    match value {
        Value::Null => {}
        Value::Object(fields) => fields.values_mut().for_each(hide_all),
        Value::Array(items) => items.iter_mut().for_each(hide_all),
        other => *other = HIDDEN.into(),
    }
}

/// Whether what has this name is a secret: `HF_TOKEN`, `adminPassword`, and not `secretName`.
fn is_secret_name(name: &str) -> bool {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    NAMES.iter().any(|part| plain.contains(part)) && !REFERENCES.iter().any(|end| plain.ends_with(end))
}

/// A text without what is behind a name of a secret (`--api-key=…`), `Bearer`, or a user in an address.
fn without_secrets(text: &str) -> String {
    let mut hidden = String::with_capacity(text.len());
    let mut before = "";
    for word in text.split_inclusive(char::is_whitespace) {
        let bare = word.trim_end();
        let space = &word[bare.len()..];
        let is_behind = before.eq_ignore_ascii_case("bearer")
            || before.starts_with('-') && is_secret_name(before) && !bare.starts_with('-');
        if is_behind && !bare.is_empty() {
            hidden.push_str(HIDDEN);
        } else {
            hidden.push_str(&of_word(bare));
        }
        hidden.push_str(space);
        if !bare.is_empty() {
            before = bare.trim_start_matches(['"', '\'']);
        }
    }
    hidden
}

fn of_word(word: &str) -> String {
    if let Some((name, _)) = word.split_once('=').filter(|(name, value)| is_secret_name(name) && !value.is_empty()) {
        return format!("{name}={HIDDEN}");
    }
    let Some((scheme, rest)) = word.split_once("://") else { return word.to_owned() };
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    match host.rsplit_once('@') {
        Some((user, _)) if user.contains(':') => format!("{scheme}://{HIDDEN}@{}", &rest[user.len() + 1..]),
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use k8s_openapi::serde_json::json;

    use super::*;

    #[test]
    fn names_of_secrets_are_told_from_names_of_references() {
        for name in ["HF_TOKEN", "OPENAI_API_KEY", "adminPassword", "client-secret", "AWS_SECRET_ACCESS_KEY"] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in ["secretName", "tokenRef", "OLLAMA_HOST", "PATH", "automountServiceAccountToken", "secretRef"] {
            assert!(!is_secret_name(name), "{name}");
        }
    }

    #[test]
    fn a_text_loses_its_secrets_and_keeps_the_rest() {
        for (text, shown) in [
            ("serve --api-key=abc --port=1", "serve --api-key=(hidden) --port=1"),
            ("serve --token abc --port 1", "serve --token (hidden) --port 1"),
            ("curl -H \"Authorization: Bearer abc\" x", "curl -H \"Authorization: Bearer (hidden) x"),
            ("http://llama:alpaca@proxy:3128/x", "http://(hidden)@proxy:3128/x"),
            ("https://ollama.com/a@b", "https://ollama.com/a@b"),
            ("two  lines\n  of text\n", "two  lines\n  of text\n"),
        ] {
            assert_eq!(without_secrets(text), shown);
        }
    }

    #[test]
    fn whatever_is_below_a_secret_is_hidden() {
        let way = Way::default().key("data");
        let mut field = Field { way, old: Some(json!({"a": "YQ=="})), new: None, order: false };
        Mask::of("Secret", "Secret").hide(&mut field);
        assert_eq!(field.old, Some(json!({"a": HIDDEN})));
        let way = Way::default().key("spec").key("template").key("spec").key("containers").item("a".into());
        let container =
            json!({"name": "a", "env": [{"name": "HF_TOKEN", "value": "x"}, {"name": "HOME", "value": "/h"}]});
        let mut field = Field { way, old: None, new: Some(container), order: false };
        Mask::of("Deployment", "Deployment").hide(&mut field);
        let shown = field.new.expect("it is there");
        assert_eq!(shown["env"][0]["value"], HIDDEN);
        assert_eq!(shown["env"][1]["value"], "/h");
    }
}
