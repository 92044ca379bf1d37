//! Which items of two lists belong together, and does their order count?

use std::collections::BTreeMap;

use k8s_openapi::serde_json::Value;

use super::fields::{Comparison, Field};
use super::way::Way;

/// Lists whose items have names, and what those are. Source: `+listMapKey` and `patchMergeKey` in `k8s.io/api` v0.37.1;
/// a claim's template by its name, and a limit by its type, of which there may be one each.
const NAMED: [(&str, &[&str]); 19] = [
    ("claims", &["name"]),
    ("containers", &["name"]),
    ("env", &["name"]),
    ("ephemeralContainers", &["name"]),
    ("hostAliases", &["ip"]),
    ("imagePullSecrets", &["name"]),
    ("initContainers", &["name"]),
    ("limits", &["type"]),
    ("listeners", &["name"]),
    ("ports", &["containerPort", "protocol"]),
    ("ports", &["port", "protocol"]),
    ("resourceClaims", &["name"]),
    ("secrets", &["name"]),
    ("subjects", &["kind", "name"]),
    ("topologySpreadConstraints", &["topologyKey", "whenUnsatisfiable"]),
    ("volumeClaimTemplates", &["metadata/name"]),
    ("volumeDevices", &["devicePath"]),
    ("volumeMounts", &["mountPath"]),
    ("volumes", &["name"]),
];

pub(super) fn compare(comparison: &mut Comparison<'_>, way: &Way, old: &[Value], new: &[Value]) {
    let (field, _) = way.last_keys();
    let named = NAMED
        .iter()
        .filter(|(list, _)| *list == field)
        .find_map(|(_, keys)| Some((names(old, keys)?, names(new, keys)?)));
    match named {
        Some((before, after)) => by_name(comparison, way, (old, &before), (new, &after)),
        None if !comparison.order_counts(way) && is_unordered(comparison, field) => as_sets(comparison, way, old, new),
        None => by_place(comparison, way, old, new),
    }
}

/// Lists of which no item comes first. Source: `k8s.io/api` v0.37.1 networking/v1, meta/v1.
fn is_unordered(comparison: &Comparison<'_>, field: &str) -> bool {
    comparison.kind == "NetworkPolicy" || field == "finalizers"
}

/// The names of all items; nothing where one has none, or two have the same.
fn names(items: &[Value], keys: &[&str]) -> Option<Vec<String>> {
    let mut found: Vec<String> = Vec::new();
    for item in items {
        let mut parts = Vec::new();
        for key in keys {
            let value = key.split('/').try_fold(item, |value, key| value.get(key));
            match value {
                Some(Value::String(text)) => parts.push(text.clone()),
                Some(Value::Number(number)) => parts.push(number.to_string()),
                None if *key == "protocol" => parts.push("TCP".to_owned()),
                _ => return None,
            }
        }
        // TCP goes without saying.
        parts.retain(|part| part != "TCP");
        let name = parts.join("/");
        if found.contains(&name) {
            return None;
        }
        found.push(name);
    }
    Some(found)
}

fn by_name(
    comparison: &mut Comparison<'_>,
    way: &Way,
    (old, before): (&[Value], &[String]),
    (new, after): (&[Value], &[String]),
) {
    let mut pairs: BTreeMap<&String, (Option<&Value>, Option<&Value>)> = BTreeMap::new();
    for (name, item) in before.iter().zip(old) {
        pairs.entry(name).or_default().0 = Some(item);
    }
    for (name, item) in after.iter().zip(new) {
        pairs.entry(name).or_default().1 = Some(item);
    }
    for (name, (old, new)) in pairs {
        comparison.values(&way.item(name.clone()), old, new);
    }
    let common = |names: &[String], others: &[String]| -> Vec<String> {
        names.iter().filter(|name| others.contains(name)).cloned().collect()
    };
    let (before, after) = (common(before, after), common(after, before));
    if before != after && comparison.order_counts(way) {
        comparison.found.push(Field {
            way: way.clone(),
            old: Some(before.into()),
            new: Some(after.into()),
            order: true,
        });
    }
}

/// What is in one and not in the other.
fn as_sets(comparison: &mut Comparison<'_>, way: &Way, old: &[Value], new: &[Value]) {
    let mut gone: Vec<&Value> = old.iter().collect();
    let mut come: Vec<&Value> = Vec::new();
    for item in new {
        match gone.iter().position(|other| is_same(comparison, way, other, item)) {
            Some(at) => drop(gone.remove(at)),
            None => come.push(item),
        }
    }
    match (&gone[..], &come[..]) {
        ([old], [new]) => comparison.values(&way.item("0".to_owned()), Some(old), Some(new)),
        (gone, come) => {
            for (number, item) in gone.iter().enumerate() {
                comparison.values(&way.item(format!("{number} of old")), Some(item), None);
            }
            for (number, item) in come.iter().enumerate() {
                comparison.values(&way.item(format!("{number} of new")), None, Some(item));
            }
        }
    }
}

fn is_same(comparison: &Comparison<'_>, way: &Way, old: &Value, new: &Value) -> bool {
    let mut inner = Comparison { kind: comparison.kind, found: Vec::new() };
    inner.values(&way.item(String::new()), Some(old), Some(new));
    inner.found.is_empty()
}

/// Item by item, without what is the same at the beginning and at the end.
fn by_place(comparison: &mut Comparison<'_>, way: &Way, old: &[Value], new: &[Value]) {
    let same = |one: &Value, other: &Value| is_same(comparison, way, one, other);
    let start = old.iter().zip(new).take_while(|(one, other)| same(one, other)).count();
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let end = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(one, other)| same(one, other)).count();
    let (old_rest, new_rest) = (&old_rest[..old_rest.len() - end], &new_rest[..new_rest.len() - end]);
    for number in 0..old_rest.len().max(new_rest.len()) {
        let way = way.item((start + number).to_string());
        comparison.values(&way, old_rest.get(number), new_rest.get(number));
    }
}
