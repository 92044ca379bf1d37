//! What is the same in all environments, and what are the variables of the rest?

use std::collections::BTreeMap;

use k8s_openapi::serde_json::Value;

use super::Document;

/// Documents with variables, and what each environment has for them.
pub(super) struct Varied {
    /// The documents, with `${name}` where environments differ.
    pub documents: Vec<Document>,
    /// For each variable its values, in the order of the environments, as they are put in place of it.
    pub variables: BTreeMap<String, Vec<String>>,
}

/// What people call a place, by the end of the way to it.
const NAMES: [(&str, &str); 14] = [
    ("HelmRelease spec chart spec version", "chart_version"),
    ("HelmRelease spec timeout", "timeout"),
    ("HelmRelease spec values image tag", "image_tag"),
    ("HelmRelease spec values replicaCount", "replicas"),
    ("HelmRelease spec values resources requests cpu", "cpu_request"),
    ("HelmRelease spec values resources limits cpu", "cpu_limit"),
    ("HelmRelease spec values resources requests memory", "memory_request"),
    ("HelmRelease spec values resources limits memory", "memory_limit"),
    ("HelmRelease spec values readinessProbe path", "readiness_path"),
    ("HelmRelease spec postRenderers 0 kustomize patches 0 patch spec progressDeadlineSeconds", "progress_deadline"),
    ("HelmRelease spec values initContainers 0 env MODELS value", "models"),
    ("HelmRelease spec values initContainers 0 env PULL_SECONDS value", "pull_seconds"),
    ("HelmRelease spec values podAnnotations ollama-k8s/config-hash", "config_hash"),
    ("PersistentVolumeClaim spec resources requests storage", "storage_size"),
];

/// Puts variables where the documents of all environments differ. `release` begins their names.
///
/// # Errors
/// Differences that are not those of one value.
pub(super) fn vary(release: &str, environments: &[Vec<Document>]) -> Result<Varied, String> {
    let mut variables = BTreeMap::new();
    let [first, ..] = environments else { return Ok(Varied { documents: Vec::new(), variables }) };
    let mut documents = Vec::new();
    let mut walk = Walk { prefix: release.replace('-', "_"), known: BTreeMap::new(), variables: &mut variables };
    for (number, document) in first.iter().enumerate() {
        let same: Vec<&Document> = environments.iter().filter_map(|documents| documents.get(number)).collect();
        let is_alike = |other: &&Document| other.value["kind"] == document.value["kind"];
        if same.len() < environments.len() || !same.iter().all(is_alike) {
            return Err(unlike("one has objects that another lacks", &document.path));
        }
        let values: Vec<&Value> = same.iter().map(|document| &document.value).collect();
        let mut document = document.clone();
        if values.iter().all(|value| *value == values[0]) {
            document = super::protected(document);
        } else {
            let kind = document.value["kind"].as_str().unwrap_or_default().to_owned();
            document.value = walk.value(&kind, &values).map_err(|way| unlike("more than a value differs", &way))?;
            // A sentence that is not the same everywhere is not true everywhere.
            document.comments.retain(|comment| same.iter().all(|other| other.comments.contains(comment)));
        }
        documents.push(document);
    }
    if let Some(longer) = environments.iter().find(|documents| documents.len() > first.len()) {
        return Err(unlike("one has objects that another lacks", &longer[first.len()].path));
    }
    Ok(Varied { documents, variables })
}

fn unlike(what: &str, at: &str) -> String {
    format!(
        "the environments cannot share one release: {what} ({at}); write --as flux or kustomize, or render each with --env"
    )
}

struct Walk<'a> {
    prefix: String,
    /// The variable for values, where one place has what another has in every environment and means the same by its name.
    known: BTreeMap<(String, Vec<String>), String>,
    variables: &'a mut BTreeMap<String, Vec<String>>,
}

impl Walk<'_> {
    /// A value with variables; or the way to where environments differ in structure.
    fn value(&mut self, way: &str, values: &[&Value]) -> Result<Value, String> {
        let [first, ..] = values else { return Ok(Value::Null) };
        if values.iter().all(|value| value == first) {
            return Ok(escaped(first));
        }
        match first {
            Value::Object(fields) => {
                let is_like = |value: &&Value| value.as_object().is_some_and(|other| other.keys().eq(fields.keys()));
                if !values.iter().all(is_like) {
                    return Err(way.to_owned());
                }
                let parts = fields.keys().map(|key| {
                    let parts: Vec<&Value> = values.iter().map(|value| &value[key]).collect();
                    Ok((key.clone(), self.value(&format!("{way} {key}"), &parts)?))
                });
                Ok(Value::Object(parts.collect::<Result<_, String>>()?))
            }
            Value::Array(items) => {
                let is_like = |value: &&Value| value.as_array().is_some_and(|other| other.len() == items.len());
                if !values.iter().all(is_like) {
                    return Err(way.to_owned());
                }
                let parts = items.iter().enumerate().map(|(number, item)| {
                    let parts: Vec<&Value> = values.iter().map(|value| &value[number]).collect();
                    let name = item.get("name").and_then(Value::as_str);
                    let is_named = name.is_some_and(|name| parts.iter().all(|part| part["name"] == name));
                    let step =
                        name.filter(|_| is_named && way.ends_with("env")).map_or(number.to_string(), str::to_owned);
                    self.value(&format!("{way} {step}"), &parts)
                });
                Ok(Value::Array(parts.collect::<Result<_, String>>()?))
            }
            Value::String(text) if text.contains('\n') => Err(way.to_owned()),
            _ => {
                let written = values.iter().map(|value| written(value)).collect::<Option<Vec<_>>>().ok_or(way)?;
                Ok(Value::String(format!("${{{}}}", self.variable(way, written))))
            }
        }
    }

    /// The name of the variable for a place, which may be one that is there.
    fn variable(&mut self, way: &str, values: Vec<String>) -> String {
        let named = NAMES.iter().find(|(known, _)| *known == way).map(|(_, name)| (*name).to_owned());
        let name = named.unwrap_or_else(|| short(way));
        let key = (name.clone(), values.clone());
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let is_prefixed = name.strip_prefix(&self.prefix).is_some_and(|rest| rest.starts_with('_'));
        let base = if is_prefixed { name } else { format!("{}_{name}", self.prefix) };
        let mut unique = base.clone();
        let mut number = 1;
        while self.variables.contains_key(&unique) {
            number += 1;
            unique = format!("{base}_{number}");
        }
        self.variables.insert(unique.clone(), values);
        self.known.insert(key, unique.clone());
        unique
    }
}

/// A name made of the words of a way that tell it from others: `quota_limits_cpu`.
fn short(way: &str) -> String {
    let noise = ["spec", "data", "metadata", "template", "values", "value", "hard", "HelmRelease", "ConfigMap"];
    let words = way.replace("ResourceQuota", "quota");
    let words = words.split(' ').filter(|word| !noise.contains(word));
    let text = words.collect::<Vec<_>>().join("_").to_lowercase();
    text.chars().map(|char| if char.is_ascii_alphanumeric() { char } else { '_' }).collect()
}

/// A scalar as it stands in a text: Flux replaces variables in text, so a string that a reader would take for something
/// else there brings its own quotes.
fn written(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if text.contains('\n') => None,
        Value::String(text) if is_taken_for_text(text) => Some(text.clone()),
        Value::String(text) => Some(format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

/// Whether every reader takes a bare word for text: it begins with a letter or digit, has nothing in it that YAML reads,
/// is no word of YAML 1.1, and has a letter that no number has (`0x1F`, `1e3`, `.inf`, `12:30`, `2026-11-29` are not text).
fn is_taken_for_text(text: &str) -> bool {
    let words = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    text.starts_with(|char: char| char.is_ascii_alphanumeric() || char == '/')
        && text.chars().all(|char| char.is_ascii_alphanumeric() || "-_./:@+".contains(char))
        && !text.ends_with(':')
        && !words.contains(&text.to_ascii_lowercase().as_str())
        && text.chars().any(|char| char == '/' || (char.is_ascii_alphabetic() && !"abcdefABCDEFxXoO".contains(char)))
}

/// A value in which no `${` is a variable: Flux makes `${` of `$${`.
fn escaped(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(text.replace("${", "$${")),
        Value::Array(items) => items.iter().map(escaped).collect(),
        Value::Object(fields) => fields.iter().map(|(key, value)| (key.clone(), escaped(value))).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use k8s_openapi::serde_json::json;

    fn document(value: Value) -> Vec<Document> {
        vec![Document { path: "a.yaml".to_owned(), value, comments: Vec::new() }]
    }

    #[test]
    fn what_differs_becomes_a_variable_that_brings_the_quotes_it_needs() {
        let one = json!({"kind": "ConfigMap", "data": {"THREADS": "8", "SIZE": "12Gi", "SAME": "${HOME}"}, "count": 1});
        let other =
            json!({"kind": "ConfigMap", "data": {"THREADS": "16", "SIZE": "on", "SAME": "${HOME}"}, "count": 2});
        let varied = vary("llama-farm", &[document(one), document(other)]).expect("it varies");
        let data = json!({"THREADS": "${llama_farm_threads}", "SIZE": "${llama_farm_size}", "SAME": "$${HOME}"});
        assert_eq!(
            varied.documents[0].value,
            json!({"kind": "ConfigMap", "data": data, "count": "${llama_farm_count}"})
        );
        for (name, values) in [
            ("llama_farm_threads", ["\"8\"", "\"16\""]),
            ("llama_farm_size", ["12Gi", "\"on\""]),
            ("llama_farm_count", ["1", "2"]),
        ] {
            assert_eq!(varied.variables[name], values, "{name}");
        }
    }

    #[test]
    fn what_is_the_same_everywhere_is_protected_as_a_whole() {
        let same = json!({"kind": "ConfigMap", "data": {"a.sh": "echo ${HOME}"}});
        let varied = vary("farm", &[document(same.clone()), document(same)]).expect("it varies");
        let value = &varied.documents[0].value;
        assert_eq!(value["data"]["a.sh"], "echo ${HOME}");
        assert_eq!(value["metadata"]["annotations"]["kustomize.toolkit.fluxcd.io/substitute"], "disabled");
    }

    #[test]
    fn more_than_a_value_is_refused_with_the_way_to_it() {
        for (one, other, at) in [
            (json!({"kind": "Pod", "a": [1]}), json!({"kind": "Pod", "a": [1, 2]}), "Pod a"),
            (json!({"kind": "Pod", "a": {"b": 1}}), json!({"kind": "Pod", "a": {"c": 1}}), "Pod a"),
            (json!({"kind": "Pod", "a": "x\n"}), json!({"kind": "Pod", "a": "y\n"}), "Pod a"),
            (json!({"kind": "Pod"}), json!({"kind": "Job"}), "a.yaml"),
        ] {
            let told = vary("farm", &[document(one), document(other)]).err().expect("a refusal");
            assert!(told.contains(&format!("({at})")), "{told}");
        }
    }

    #[test]
    fn a_bare_word_is_text_for_every_reader_or_it_is_quoted() {
        for text in ["12Gi", "56m", "qwen2.5:14b", "/v1/models/qwen3:8b", "ollama/ollama", "1.77.0-rc1"] {
            assert!(is_taken_for_text(text), "{text}");
        }
        for text in [
            "8",
            "1e3",
            "0x1F",
            "0o17",
            "2fbf46e494",
            "12:30",
            "2026-11-29",
            "yes",
            "N",
            "",
            "a: b",
            "x #y",
            "- a",
            "1.5",
        ] {
            assert!(!is_taken_for_text(text), "{text}");
        }
    }
}
