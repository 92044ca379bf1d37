//! What does the tree of something look like that nobody wrote?

use k8s_openapi::serde_json::Value as Json;

use super::{Entry, Node, Origin, Scalar, Style, Value};

impl Node {
    /// A value that was made, as it will be read once it is written: it stands nowhere yet.
    pub fn made(value: &Json) -> Self {
        let value = match value {
            Json::Null => plain("null"),
            Json::Bool(truth) => plain(if *truth { "true" } else { "false" }),
            Json::Number(number) => plain(&number.to_string()),
            Json::String(text) => Value::Scalar(Scalar { text: text.into(), style: Style::Quoted }),
            Json::Array(items) => Value::Sequence(items.iter().map(Self::made).collect()),
            Json::Object(entries) => Value::Mapping(
                entries
                    .iter()
                    .map(|(key, value)| Entry {
                        key: key.into(),
                        key_origin: Origin::NOWHERE,
                        key_style: Style::Quoted,
                        value: Self::made(value),
                    })
                    .collect(),
            ),
        };
        Self { origin: Origin::NOWHERE, value }
    }
}

fn plain(text: &str) -> Value {
    Value::Scalar(Scalar { text: text.into(), style: Style::Plain })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::decode;
    use k8s_openapi::serde_json::json;

    #[test]
    fn what_was_made_is_read_as_what_it_is() {
        let value = json!({ "a": [1, "1", true, "true", null, 2.5], "b": { "c": "" } });
        assert_eq!(decode::<Json>(&Node::made(&value)).expect("a value"), value);
    }
}
