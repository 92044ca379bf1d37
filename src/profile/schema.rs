//! What may be written in a profile, as JSON Schema: for editors, and for people who ask what a field means.

use k8s_openapi::serde_json::{Map, Value, json};
use schemars::generate::SchemaSettings;

use super::Profile;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Covers {
    /// A profile that stands by itself.
    Profile,
    /// A part of one, for `--overlay`: nothing has to be there.
    Layer,
}

type Object = Map<String, Value>;

/// The JSON Schema (2020-12) of a file.
///
/// It says what can be said of each field by itself: a file that it refuses is refused by `render`. What fields
/// say together, and whether it fits, only `render` knows. `null` stands for the default, as in any layer.
///
/// # Panics
/// Never: the schema of a struct is an object.
pub fn schema(covers: Covers) -> Value {
    let mut schema = of_fields();
    let root = schema.as_object_mut().expect("a struct is an object");
    let mut relax = Relax { covers, path: Vec::new(), demands: Vec::new() };
    relax.merged(root);
    root["properties"]["environments"]["additionalProperties"] =
        json!({ "anyOf": [{ "$ref": "#/$defs/environment" }, { "type": "null" }] });
    root.insert("$defs".into(), json!({ "environment": environment() }));
    let (title, about) = match covers {
        Covers::Profile => ("Profile of ollama-k8s", "One release of Ollama in one namespace."),
        Covers::Layer => ("Layer of a profile of ollama-k8s", "Values that win over those of a profile."),
    };
    root.insert("title".into(), title.into());
    root.insert("description".into(), about.into());
    if covers == Covers::Profile {
        root.insert("required".into(), json!(["apiVersion", "kind"]));
        let version = json!({ "properties": { "apiVersion": { "type": "string" }, "kind": { "type": "string" } } });
        let all = std::iter::once(version).chain(relax.demands.iter().map(|path| demand(path)));
        root.insert("allOf".into(), all.collect());
    }
    schema
}

/// What an environment may hold.
fn environment() -> Value {
    let mut schema = of_fields();
    let root = schema.as_object_mut().expect("a struct is an object");
    root.remove("$schema");
    root["properties"].as_object_mut().expect("a struct has fields").remove("environments");
    Relax { covers: Covers::Layer, path: Vec::new(), demands: Vec::new() }.merged(root);
    schema
}

/// What each field is, with what must be there, and without `null`.
pub(super) fn of_fields() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let mut schema = settings.into_generator().into_root_schema_for::<Profile>().to_value();
    each_object(&mut schema, &mut tidy);
    schema
}

/// What schemars derives, in the form that editors show best: one list of words with what each means, one mapping of
/// which one key is taken, and no number formats that validators do not know.
fn tidy(schema: &mut Object) {
    for value in schema.values_mut() {
        each_object(value, &mut tidy);
    }
    unwrap_option(schema);
    schema.remove("format");
    if schema.get("default").is_some_and(Value::is_null) {
        schema.remove("default");
    }
    if schema.get("type") == Some(&json!("integer")) {
        schema.entry("maximum").or_insert(u32::MAX.into());
    }
    if let Some(Value::Object(patterns)) = schema.remove("patternProperties") {
        for (pattern, value) in patterns {
            let names = schema.entry("propertyNames").or_insert_with(|| json!({}));
            names["pattern"] = pattern.into();
            schema.insert("additionalProperties".into(), value);
        }
    }
    if let Some(Value::Array(choices)) = schema.remove("oneOf") {
        match choices.iter().map(|choice| choice.get("const").cloned()).collect::<Option<Vec<_>>>() {
            Some(words) => {
                let about: Vec<&Value> = choices.iter().filter_map(|choice| choice.get("description")).collect();
                schema.insert("enumDescriptions".into(), json!(about));
                schema.insert("type".into(), "string".into());
                schema.insert("enum".into(), words.into());
            }
            None => one_key(schema, choices),
        }
    }
}

/// A mapping with one of several keys.
fn one_key(schema: &mut Object, choices: Vec<Value>) {
    let mut properties = Map::new();
    for mut choice in choices {
        let about = choice.get("description").cloned();
        let Some(Value::Object(alternative)) = choice.get_mut("properties").map(Value::take) else { continue };
        for (key, mut value) in alternative {
            if let (Some(about), Some(value)) = (&about, value.as_object_mut()) {
                value.insert("description".into(), about.clone());
            }
            properties.insert(key, value);
        }
    }
    schema.insert("type".into(), "object".into());
    schema.insert("properties".into(), properties.into());
    schema.insert("additionalProperties".into(), false.into());
    schema.insert("minProperties".into(), 1.into());
    schema.insert("maxProperties".into(), 1.into());
}

/// `null` is taken back: whether it may stand somewhere depends on the place, not on the type.
fn unwrap_option(schema: &mut Object) {
    let is_null = |value: &Value| value.get("type") == Some(&json!("null"));
    if let Some(Value::Array(mut choices)) = schema.remove("anyOf") {
        choices.retain(|choice| !is_null(choice));
        match (choices.len(), choices.pop()) {
            (1, Some(Value::Object(only))) => {
                for (key, value) in only {
                    schema.entry(key).or_insert(value);
                }
            }
            (_, last) => {
                choices.extend(last);
                schema.insert("anyOf".into(), choices.into());
            }
        }
    }
    let types = schema.get("type").and_then(Value::as_array).map(|types| types.iter().filter(|name| *name != "null"));
    if let Some(types) = types.map(|types| types.cloned().collect::<Vec<_>>()) {
        let types = if let [only] = &types[..] { only.clone() } else { types.into() };
        schema.insert("type".into(), types);
    }
    if let Some(Value::Array(words)) = schema.get_mut("enum") {
        words.retain(|word| !word.is_null());
    }
}

/// What a mapping's fields may do.
struct Relax {
    covers: Covers,
    /// Where the mapping is that is looked at, from the root; its keys can be given by other layers.
    path: Vec<String>,
    /// Fields that a profile cannot do without, unless `needs` asks for them.
    demands: Vec<Vec<String>>,
}

impl Relax {
    /// A mapping that layers merge: every field can be left out, or be null.
    fn merged(&mut self, schema: &mut Object) {
        if let Some(Value::Array(required)) = schema.remove("required") {
            let keys = required.iter().filter_map(Value::as_str);
            self.demands.extend(keys.map(|key| self.path.iter().cloned().chain([key.to_owned()]).collect()));
        }
        let is_choice = schema.contains_key("minProperties");
        if is_choice && self.covers == Covers::Layer {
            // Of two keys in two layers, the later one sets the other to null.
            schema.remove("minProperties");
            schema.remove("maxProperties");
        }
        for (key, value) in properties(schema) {
            self.path.push(key.clone());
            each_object(value, &mut |value| self.merged(value));
            self.path.pop();
            if !is_choice || self.covers == Covers::Layer {
                or_null(value);
            }
        }
        for choice in schema.get_mut("anyOf").and_then(Value::as_array_mut).into_iter().flatten() {
            each_object(choice, &mut |choice| self.merged(choice));
        }
        if let Some(value) = schema.get_mut("additionalProperties") {
            // Whose keys are free, nothing asks for by its path.
            let is_layer = self.covers == Covers::Layer;
            each_object(value, &mut |value| if is_layer { self.merged(value) } else { whole(value) });
            or_null(value);
        }
        if let Some(value) = schema.get_mut("items") {
            each_object(value, &mut whole);
        }
    }
}

/// An element of a list: no layer adds to it, so it is whole, and null stands only for what can be left out.
fn whole(schema: &mut Object) {
    let required: Vec<Value> = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    let is_choice = schema.contains_key("minProperties");
    for (key, value) in properties(schema) {
        each_object(value, &mut whole);
        if !is_choice && !required.contains(&Value::from(key.as_str())) {
            or_null(value);
        }
    }
    for choice in schema.get_mut("anyOf").and_then(Value::as_array_mut).into_iter().flatten() {
        each_object(choice, &mut whole);
    }
}

fn properties(schema: &mut Object) -> impl Iterator<Item = (&String, &mut Value)> {
    schema.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten()
}

/// The schema of a value, or those of what is in it.
fn each_object(value: &mut Value, apply: &mut impl FnMut(&mut Object)) {
    match value {
        Value::Object(object) => apply(object),
        Value::Array(items) => items.iter_mut().filter_map(Value::as_object_mut).for_each(apply),
        _ => {}
    }
}

fn or_null(schema: &mut Value) {
    match schema.get_mut("type") {
        Some(Value::Array(types)) => types.push("null".into()),
        Some(Value::String(only)) => schema["type"] = json!([only, "null"]),
        _ => {}
    }
    if let Some(Value::Array(words)) = schema.get_mut("enum") {
        words.push(Value::Null);
    }
    if let Some(Value::Array(choices)) = schema.get_mut("anyOf") {
        choices.push(json!({ "type": "null" }));
    }
}

/// What a profile cannot do without, unless its `needs` ask for it or its environments can bring it.
fn demand(path: &[String]) -> Value {
    let (key, mappings) = path.split_last().expect("a path has a last key");
    let asked = if *key == "models" {
        // A name within the list is as good as the list.
        json!({ "propertyNames": { "not": { "pattern": "^models\\b" } } })
    } else {
        json!({ "not": { "required": [path.join(".")] } })
    };
    let alone = json!({ "properties": { "needs": asked, "environments": { "maxProperties": 0 } } });
    let there = json!({ "not": { "type": ["array", "null"], "maxItems": 0 } });
    let there = json!({ "required": [key], "properties": { key: there } });
    let then = mappings.iter().rev().fold(there, |inner, key| json!({ "properties": { key: inner } }));
    json!({ "if": alone, "then": then })
}
