//! What is an object after a patch: laid over it, or step by step?

use crate::tree::{Entry, Node, Path, Step, Value};

/// An object with a patch laid over it: mappings merge, lists of things with names merge by their names where the kind
/// is one of Kubernetes itself, other lists are replaced, null takes away. Nothing for a patch with words that are not
/// known here.
pub(super) fn laid_over(base: Node, patch: &Node, by_name: bool) -> Option<Node> {
    let Node { origin, value } = base;
    let value = match (value, &patch.value) {
        (Value::Mapping(mut entries), Value::Mapping(over)) => {
            for entry in over {
                if entry.key.starts_with('$') {
                    return None;
                }
                let at = entries.iter().position(|known| known.key == entry.key);
                match at {
                    Some(at) if entry.value.is_null() => drop(entries.remove(at)),
                    None if entry.value.is_null() => {}
                    Some(at) => {
                        let known = entries.remove(at);
                        let value = if let (true, Value::Sequence(items)) = (by_name, &entry.value.value) {
                            merged_list(known.value, items, &entry.key, &entry.value)?
                        } else {
                            laid_over(known.value, &entry.value, by_name)?
                        };
                        entries.insert(at, Entry { value, ..known });
                    }
                    None => entries.push(entry.clone()),
                }
            }
            Value::Mapping(entries)
        }
        (_, _) => return Some(patch.clone()),
    };
    Some(Node { origin, value })
}

/// By which keys the elements of a list are told apart.
fn merge_keys(list: &str) -> &'static [&'static str] {
    match list {
        "containers" | "initContainers" | "ephemeralContainers" | "env" | "volumes" | "imagePullSecrets" => &["name"],
        "volumeMounts" => &["mountPath"],
        "volumeDevices" => &["devicePath"],
        "ports" => &["containerPort", "port"],
        "hostAliases" => &["ip"],
        "topologySpreadConstraints" => &["topologyKey"],
        _ => &[],
    }
}

fn merged_list(base: Node, over: &[Node], list: &str, patch: &Node) -> Option<Node> {
    let keys = merge_keys(list);
    let Node { origin, value: Value::Sequence(mut items) } = base else { return Some(patch.clone()) };
    if keys.is_empty() {
        return Some(patch.clone());
    }
    for element in over {
        let (key, name) = keys.iter().find_map(|key| Some((*key, element.get(key)?.text()?)))?;
        let at = items.iter().position(|item| item.get(key).and_then(Node::text) == Some(name));
        if element.get("$patch").and_then(Node::text) == Some("delete") {
            if let Some(at) = at {
                items.remove(at);
            }
            continue;
        }
        match at {
            Some(at) => items[at] = laid_over(items[at].clone(), element, true)?,
            None => items.push(element.clone()),
        }
    }
    Some(Node { origin, value: Value::Sequence(items) })
}

/// An object after the steps of a patch (RFC 6902). Nothing where a step is not known here or does not fit.
pub(super) fn stepped(mut base: Node, steps: &[Node]) -> Option<Node> {
    for step in steps {
        let word = |key: &str| step.get(key).and_then(Node::text);
        let keys: Vec<String> =
            word("path")?.strip_prefix('/')?.split('/').map(|key| key.replace("~1", "/").replace("~0", "~")).collect();
        let (last, above) = keys.split_last()?;
        let parent = above.iter().try_fold(&mut base, |node, key| child(node, key))?;
        let value = || step.get("value").cloned();
        match (word("op")?, &mut parent.value) {
            ("remove", Value::Mapping(entries)) => entries.retain(|entry| entry.key != *last),
            ("remove", Value::Sequence(items)) => {
                let at: usize = last.parse().ok().filter(|at| *at < items.len())?;
                items.remove(at);
            }
            ("add", Value::Sequence(items)) => {
                let at = if last == "-" { items.len() } else { last.parse().ok().filter(|at| *at <= items.len())? };
                items.insert(at, value()?);
            }
            ("replace", Value::Sequence(items)) => *items.get_mut(last.parse::<usize>().ok()?)? = value()?,
            ("add" | "replace", Value::Mapping(_)) => {
                let at = step.get("path").map_or(parent.origin, |path| path.origin);
                parent.put(&Path(vec![Step::Key(last.clone())]), at, value()?).ok()?;
            }
            _ => return None,
        }
    }
    Some(base)
}

fn child<'a>(node: &'a mut Node, key: &str) -> Option<&'a mut Node> {
    match &mut node.value {
        Value::Mapping(entries) => entries.iter_mut().find(|entry| entry.key == key).map(|entry| &mut entry.value),
        Value::Sequence(items) => items.get_mut(key.parse::<usize>().ok()?),
        Value::Scalar(_) => None,
    }
}
