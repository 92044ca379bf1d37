//! What does `app-template` make of a container?

use super::{enabled, map, taken, volume};
use crate::chart::node::{entry, list, made, scalar};
use crate::scope::Chart;
use crate::tree::{Entry, Node, Origin, Style, Value};

/// The fields of a container that values have under the same name.
const OF_CONTAINER: [&str; 6] = ["envFrom", "lifecycle", "ports", "resources", "securityContext", "workingDir"];

/// A container, with what is mounted there.
pub(super) fn container(chart: &Chart<'_>, controller: &str, one: &Entry) -> Node {
    let of = &one.value;
    let mut fields = vec![entry("name", Origin::NOWHERE, made(&one.key))];
    fields.extend(image(of).map(|image| entry("image", image.origin, image)));
    let policy = of.get("image").and_then(|image| image.get("pullPolicy"));
    fields.extend(policy.map(|policy| entry("imagePullPolicy", policy.origin, policy.clone())));
    for key in ["command", "args"] {
        let written = taken(Some(of), &[key]).into_iter().map(|own| match own.value.text() {
            Some(_) => Entry { value: list(vec![own.value.clone()]), ..own },
            None => own,
        });
        fields.extend(written);
    }
    fields.extend(taken(Some(of), &["env"]).into_iter().map(|own| Entry { value: variables(&own.value), ..own }));
    fields.extend(taken(Some(of), &OF_CONTAINER));
    for (name, field) in [("liveness", "livenessProbe"), ("readiness", "readinessProbe"), ("startup", "startupProbe")] {
        let word = |key: &str| of.get("probes")?.get(name)?.get(key).and_then(Node::text);
        let own = of.get("probes").and_then(|probes| probes.get(name)?.get("spec"));
        let own = own.filter(|_| word("enabled") != Some("false") && word("custom") == Some("true"));
        fields.extend(own.map(|own| entry(field, own.origin, own.clone())));
    }
    let mounts = enabled(chart.get("persistence")).into_iter().filter(|volume| volume::source(chart, volume).is_some());
    let mounts = mounts.flat_map(|volume| volume::mounts_of(volume, controller, &one.key)).collect();
    fields.push(entry("volumeMounts", Origin::NOWHERE, list(mounts)));
    map(fields)
}

fn image(of: &Node) -> Option<Node> {
    let image = of.get("image")?;
    let repository = image.get("repository")?;
    let mut text = repository.text()?.to_owned();
    let mut at = repository.origin;
    for (sign, key) in [(':', "tag"), ('@', "digest")] {
        if let Some(part) = image.get(key).filter(|part| part.text().is_some_and(|text| !text.is_empty())) {
            text = format!("{text}{sign}{}", part.text().unwrap_or_default());
            at = if key == "tag" { part.origin } else { at };
        }
    }
    Some(scalar(&text, at))
}

/// Variables, which values have as a map or as a list; the chart puts their values in quotes.
fn variables(written: &Node) -> Node {
    let of_map = |variable: &Entry| {
        let name = entry("name", variable.key_origin, scalar(&variable.key, variable.key_origin));
        let value = match &variable.value.value {
            Value::Scalar(_) => entry("value", variable.value.origin, quoted(variable.value.clone())),
            _ if variable.value.get("value").is_some() || variable.value.get("valueFrom").is_some() => {
                let fields = taken(Some(&variable.value), &["value", "valueFrom"]);
                return map([name]
                    .into_iter()
                    .chain(fields.into_iter().map(|own| Entry { value: quoted(own.value), ..own }))
                    .collect());
            }
            _ => entry(
                "valueFrom",
                variable.key_origin,
                map(taken(Some(&variable.value), &["configMapKeyRef", "secretKeyRef", "fieldRef", "resourceFieldRef"])),
            ),
        };
        map(vec![name, value])
    };
    let of_list = |variable: &Node| {
        let fields = variable.entries().iter().filter(|own| own.key != "dependsOn");
        let fields = fields.map(|own| Entry {
            value: if own.key == "value" { quoted(own.value.clone()) } else { own.value.clone() },
            ..own.clone()
        });
        Node { origin: variable.origin, value: Value::Mapping(fields.collect()) }
    };
    match &written.value {
        Value::Mapping(entries) => list(entries.iter().filter(|entry| !entry.value.is_null()).map(of_map).collect()),
        _ => list(written.items().iter().map(of_list).collect()),
    }
}

fn quoted(mut node: Node) -> Node {
    if let Value::Scalar(scalar) = &mut node.value {
        scalar.style = Style::Quoted;
    }
    node
}
