//! Which field of an object is meant: as people read it, and as the facts name it?

use serde::{Serialize, Serializer};

/// The way to a field: `spec.template.spec.containers[ollama].image`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Way(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Key(String),
    /// An item of a list, by what tells it from the others.
    Item(String),
}

impl Way {
    pub(super) fn key(&self, key: &str) -> Self {
        self.with(Step::Key(key.to_owned()))
    }

    pub(super) fn item(&self, label: String) -> Self {
        self.with(Step::Item(label))
    }

    fn with(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    /// As people read it, with the names of items: `env[HOME].value`, `labels[app.kubernetes.io/name]`.
    pub fn shown(&self) -> String {
        self.written(|label| format!("[{label}]"))
    }

    /// As the facts name it: `env[].value`.
    pub(super) fn general(&self) -> String {
        self.written(|_| "[]".to_owned())
    }

    fn written(&self, item: impl Fn(&str) -> String) -> String {
        let mut text = String::new();
        for step in &self.0 {
            match step {
                Step::Item(label) => text.push_str(&item(label)),
                Step::Key(key) if key.contains(['.', '/']) => text.extend(["[", key, "]"]),
                Step::Key(key) => {
                    text.push_str(if text.is_empty() { "" } else { "." });
                    text.push_str(key);
                }
            }
        }
        text
    }

    /// The last key, and the one before it; items between do not count.
    pub(super) fn last_keys(&self) -> (&str, &str) {
        let mut keys = self.0.iter().rev().filter_map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            Step::Item(_) => None,
        });
        (keys.next().unwrap_or_default(), keys.next().unwrap_or_default())
    }

    /// The first key.
    pub(super) fn first_key(&self) -> &str {
        match self.0.first() {
            Some(Step::Key(key)) => key,
            _ => "",
        }
    }

    /// The item of a list that the field is in, where nothing but its last key is below that.
    pub(super) fn item_of(&self) -> Option<&str> {
        match self.0[..] {
            [.., Step::Item(ref label), Step::Key(_)] => Some(label),
            _ => None,
        }
    }
}

impl Serialize for Way {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.shown())
    }
}

/// Whether a field, as the facts name it, is another one or a part of it.
pub(super) fn is_within(general: &str, path: &str) -> bool {
    general.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_is_shown_with_names_and_named_without() {
        let way = Way::default().key("spec").key("containers").item("ollama".into()).key("env").item("HOME".into());
        assert_eq!(way.key("value").shown(), "spec.containers[ollama].env[HOME].value");
        assert_eq!(way.key("value").general(), "spec.containers[].env[].value");
        assert_eq!(way.key("value").item_of(), Some("HOME"));
        let label = Way::default().key("metadata").key("labels").key("app.kubernetes.io/name");
        assert_eq!(label.shown(), "metadata.labels[app.kubernetes.io/name]");
        assert_eq!(label.last_keys(), ("app.kubernetes.io/name", "labels"));
    }

    #[test]
    fn a_field_is_within_itself_and_what_it_is_a_part_of() {
        for (general, path, is) in [
            ("spec.selector", "spec.selector", true),
            ("spec.selector.matchLabels.app", "spec.selector", true),
            ("spec.volumeClaimTemplates[].spec", "spec.volumeClaimTemplates", true),
            ("spec.selectors", "spec.selector", false),
            ("spec", "spec.selector", false),
        ] {
            assert_eq!(is_within(general, path), is, "{general} {path}");
        }
    }
}
