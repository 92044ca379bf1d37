//! Why is each number of a bundle what it is?

use k8s_openapi::serde_json::{self, Value};

use super::Reason;
use crate::bundle::{Bundle, Commented};
use crate::facts;

/// Every number and amount of a bundle, in its order.
pub(super) fn reasons(bundle: &Bundle) -> Vec<Reason> {
    let mut found = Vec::new();
    for object in &bundle.objects {
        let value = serde_json::to_value(&object.object).expect("an object has no keys but text");
        let name = object.object.reference().to_string();
        Walk { object, name: &name, found: &mut found }.value(&mut Vec::new(), &value);
    }
    found
}

struct Walk<'a> {
    object: &'a Commented,
    name: &'a str,
    found: &'a mut Vec<Reason>,
}

impl Walk<'_> {
    fn value(&mut self, path: &mut Vec<String>, value: &Value) {
        match value {
            Value::Object(fields) => {
                for (key, value) in fields {
                    path.push(key.clone());
                    self.value(path, value);
                    path.pop();
                }
            }
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    // Variables are found by their name, which says more than their place.
                    let name = item.get("name").and_then(Value::as_str);
                    path.push(name.map_or_else(|| at.to_string(), |name| format!("{at}={name}")));
                    self.value(path, item);
                    path.pop();
                }
            }
            Value::Number(number) => self.number(path, number.to_string()),
            Value::String(text) if is_amount(path, text) => self.number(path, text.clone()),
            _ => {}
        }
    }

    fn number(&mut self, path: &[String], value: String) {
        let last = path.last().map_or("", String::as_str);
        let setting = facts::setting(last).map(|setting| setting.source).unwrap_or_default();
        self.found.push(Reason {
            path: format!("{} {}", self.name, shown(path)),
            value,
            reason: self.comment(path).or_else(|| fixed(path)).unwrap_or_else(|| self.about()).to_owned(),
            source: setting.to_owned(),
        });
    }

    /// The comment of the field, or of what it is a part of.
    fn comment(&self, path: &[String]) -> Option<&str> {
        let keys: Vec<&str> = path.iter().map(|key| key.split('=').next().unwrap_or(key)).collect();
        (1..=keys.len()).rev().find_map(|length| {
            let wanted = keys[..length].join(" ");
            self.object.comments.iter().find(|comment| comment.path == wanted).map(|comment| &*comment.text)
        })
    }

    /// What the object is for.
    fn about(&self) -> &str {
        self.object.comments.iter().find(|comment| comment.path.is_empty()).map_or("", |comment| &*comment.text)
    }
}

/// `spec.template.spec.containers[ollama].env[DRAIN_SECONDS].value`.
fn shown(path: &[String]) -> String {
    let mut text = String::new();
    for key in path {
        let item = key.split_once('=').map(|(_, name)| name).or_else(|| key.parse::<usize>().is_ok().then_some(key));
        match item {
            Some(item) => text.extend(["[", item, "]"]),
            None if text.is_empty() => text.push_str(key),
            None => text.extend([".", key]),
        }
    }
    text
}

/// Whether a text is a number where Kubernetes or a program takes one: an amount, a time, a count.
fn is_amount(path: &[String], text: &str) -> bool {
    let field = path
        .iter()
        .any(|key| matches!(key.as_str(), "hard" | "requests" | "limits" | "default" | "defaultRequest" | "sizeLimit"));
    let value = path.last().is_some_and(|key| key == "value" || key == "threshold")
        || path.first().is_some_and(|key| key == "data");
    let digits = text.trim_start_matches('-').find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let unit = &text.trim_start_matches('-')[digits.min(text.trim_start_matches('-').len())..];
    digits > 0 && (field || value) && unit.len() <= 2 && unit.bytes().all(|b| b.is_ascii_alphabetic())
}

/// Numbers that are the same in every bundle.
fn fixed(path: &[String]) -> Option<&'static str> {
    let has = |name: &str| path.iter().any(|key| key.split('=').any(|part| part == name));
    let last = path.last()?.as_str();
    Some(match last {
        "port" | "containerPort" if has("egress") => "DNS, and for whoever pulls the registry's HTTPS",
        "port" | "containerPort" | "targetPort" => "Ollama's own port",
        "fsGroup" | "runAsUser" | "runAsGroup" => "the user of the pods and the owner of the store",
        "minDomains" => "so many zones must be there before a second server goes to the first",
        "maxSkew" => "no zone has more than one server more than another",
        "backoffLimit" => "tries of the Job beyond the first; what was pulled is kept",
        "ephemeral-storage" if has("requests") => {
            "logs on the node, and all that it may have where the platform wants that reserved"
        }
        "ephemeral-storage" => "the home folder, and logs on the node: five files of 10 MiB a container",
        "sizeLimit" => "the home folder: key, logs and temporary files",
        "terminationGracePeriodSeconds" => "long enough for the puller to keep what it has",
        "value" if has("OLLAMA_NOPRUNE") => "whoever pulls must not clean a store that others use",
        "value" if has("OLLAMA_NO_CLOUD") => "nothing is asked of or sent to ollama.com",
        "value" if has("WAIT_SILENCE") => "seconds without news after which the pod says that it waits in vain",
        "value" if has("DRAIN_SECONDS") => "how long a stopping server waits for open connections",
        "timeoutSeconds" if has("exec") => "as long as the models may take to load",
        "cpu" | "memory" if has("wait") => "a shell that looks for files, or whoever copies them in",
        "cpu" | "memory" if has("requests") => "as much as the limit: what is reserved is what is used",
        "cpu" if has("limits") => "as much as is reserved: no other pod can take it",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_with_the_names_of_list_items() {
        let path = ["spec", "containers", "0=ollama", "env", "3=DRAIN_SECONDS", "value"].map(str::to_owned);
        assert_eq!(shown(&path), "spec.containers[ollama].env[DRAIN_SECONDS].value");
    }

    #[test]
    fn amounts_are_told_from_names() {
        for (path, text, is) in [
            (["spec", "hard", "pods"], "2", true),
            (["spec", "limits", "memory"], "49Gi", true),
            (["data", "OLLAMA_KEEP_ALIVE", ""], "-1", true),
            (["spec", "containers", "image"], "49Gi", false),
            (["data", "pull.sh", ""], "#!/bin/sh", false),
            (["metadata", "labels", "version"], "1", false),
        ] {
            let path: Vec<String> = path.iter().filter(|key| !key.is_empty()).map(ToString::to_string).collect();
            assert_eq!(is_amount(&path, text), is, "{path:?} {text}");
        }
    }
}
