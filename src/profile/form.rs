//! What do names, amounts and choices look like when they are written: their text, and the pattern of it?

use std::borrow::Cow;

use k8s_openapi::serde_json::{Value, json};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

use super::{Auto, AutoOrOff, KeepAlive};
use crate::facts::{self, Version};
use crate::model_name::ModelName;
use crate::names::{Cidr, DnsLabel, DnsName, EnvName, InstanceName, LabelKey, LabelValue};
use crate::units::{Bytes, Millicores, Seconds};

/// Labels that the bundle sets itself: selectors depend on them.
pub const OUR_LABELS: [&str; 5] = [
    "app.kubernetes.io/name",
    "app.kubernetes.io/instance",
    "app.kubernetes.io/component",
    "app.kubernetes.io/version",
    "app.kubernetes.io/managed-by",
];

/// Types that are written as text, with what JSON Schema can say of it.
macro_rules! written_as_text {
    ($($Type:ty: $schema:tt),* $(,)?) => {$(
        impl Serialize for $Type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl JsonSchema for $Type {
            fn schema_name() -> Cow<'static, str> {
                stringify!($Type).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    )*};
}

const LABEL: &str = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";
const WORD: &str = "[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?";
const MODEL_WORD: &str = "[A-Za-z0-9_][-A-Za-z0-9_.]{0,79}";

written_as_text! {
    InstanceName: { "type": "string", "pattern": "^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$", "examples": ["chat"] },
    DnsLabel: { "type": "string", "pattern": format!("^{LABEL}$"), "examples": ["llm"] },
    DnsName: { "type": "string", "pattern": format!("^{LABEL}(\\.{LABEL})*$"), "maxLength": 253 },
    LabelKey: {
        "type": "string",
        "pattern": format!("^({LABEL}(\\.{LABEL})*/)?{WORD}$"),
        "examples": ["example.com/team"],
    },
    LabelValue: { "type": "string", "pattern": format!("^({WORD})?$") },
    EnvName: { "type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$" },
    Cidr: { "type": "string", "pattern": "^[0-9A-Fa-f.:]+/(12[0-8]|1[01][0-9]|0*[0-9]{1,2})$", "examples": ["10.0.0.0/16"] },
    ModelName: {
        "type": "string",
        "pattern": format!(
            "^(([-A-Za-z0-9._:]{{1,350}}/)?[A-Za-z0-9_][-A-Za-z0-9_]{{0,79}}/)?{MODEL_WORD}(:{MODEL_WORD})?$"
        ),
        "examples": ["llama3.1:8b", "hf.co/bartowski/Llama-3.2-3B-Instruct-GGUF:Q4_K_M"],
    },
    Version: { "type": "string", "enum": Version::all().map(|version| version.to_string()).collect::<Vec<_>>() },
    Bytes: {
        "type": "string",
        "pattern": "^[0-9]{1,15}(\\.[0-9]{1,3})?(Ki|Mi|Gi|Ti|k|M|G|T)$",
        "examples": ["64Gi", "512Mi"],
    },
    Seconds: { "type": "string", "pattern": "^[0-9]{1,15}(\\.[0-9]{1,3})?[smh]$", "examples": ["90s", "15m", "24h"] },
}

impl Serialize for Millicores {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl JsonSchema for Millicores {
    fn schema_name() -> Cow<'static, str> {
        "Millicores".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["number", "string"],
            "pattern": "^[0-9]{1,15}(\\.[0-9]{1,3}|(\\.0{1,3})?m)?$",
            "not": { "type": "string", "pattern": "^[0.]*m?$" },
            "minimum": 0.001,
            "maximum": f64::from(u32::MAX) / 1000.0,
            "examples": [8, "500m"],
        })
    }
}

impl Serialize for KeepAlive {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::For(time) => time.serialize(serializer),
            Self::Forever => serializer.serialize_str("forever"),
        }
    }
}

impl JsonSchema for KeepAlive {
    fn schema_name() -> Cow<'static, str> {
        "KeepAlive".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        words_or(&["forever"], &Seconds::json_schema(generator))
    }
}

impl<T: Serialize> Serialize for Auto<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Auto => serializer.serialize_str("auto"),
            Self::Given(given) => given.serialize(serializer),
        }
    }
}

impl<T: JsonSchema> JsonSchema for Auto<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("Auto_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        words_or(&["auto"], &T::json_schema(generator))
    }
}

/// What was given to such a field has no one text; its default has.
impl<T> Serialize for AutoOrOff<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Auto => serializer.serialize_str("auto"),
            Self::Off => serializer.serialize_str("off"),
            Self::Given(_) => serializer.serialize_none(),
        }
    }
}

impl<T: JsonSchema> JsonSchema for AutoOrOff<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("AutoOrOff_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        words_or(&["auto", "off"], &T::json_schema(generator))
    }
}

fn words_or(words: &[&str], other: &Schema) -> Schema {
    json_schema!({ "anyOf": [{ "enum": words }, other] })
}

/// Keys of a quota; one with a slash counts nothing unless it begins with `requests.` or is of a storage class.
pub(super) fn quota(_: &mut SchemaGenerator) -> Schema {
    let amounts = json_schema!({
        "type": "object",
        "propertyNames": { "anyOf": [{ "pattern": "^[^/]*$" }, { "pattern": "^requests\\." }, { "pattern": "\\.(storage|device)class\\." }] },
        "additionalProperties": { "type": "string" },
        "examples": [{ "requests.memory": "64Gi" }],
    });
    words_or(&["auto", "off"], &amounts)
}

/// Not the labels that the bundle sets.
pub(super) fn own_labels() -> Value {
    json!({ "not": { "enum": OUR_LABELS } })
}

/// Not the variables that have a field, or that a bundle must decide by itself.
pub(super) fn own_variables() -> Value {
    json!({ "not": { "enum": facts::SETTINGS.iter().map(|row| row.variable).collect::<Vec<_>>() } })
}

/// Kinds of cluster.
pub(super) fn platforms() -> Vec<&'static str> {
    facts::PLATFORMS.iter().map(|row| row.name).collect()
}

/// Cards of the makers that a profile can name.
pub(super) fn cards() -> Vec<&'static str> {
    facts::GPUS.iter().map(|row| row.name).collect()
}
