//! What is an object after a patch: laid over it, or step by step?

use crate::tree::{Entry, Fault, FaultKind, Node, Path, Step, Value};

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

/// Why there is no object after a patch.
#[derive(Debug)]
pub(super) enum Misstep {
    /// A step is not known here.
    Unknown,
    /// A step does not fit the object: kustomize refuses it.
    Wrong(Box<Fault>),
}

/// An object after the steps of a patch (RFC 6902).
///
/// # Errors
/// Why there is none. What kustomize may have put into `metadata` before is not known here.
pub(super) fn stepped(mut base: Node, steps: &[Node]) -> Result<Node, Misstep> {
    for step in steps {
        base = after(base, step)?;
    }
    Ok(base)
}

fn after(mut base: Node, step: &Node) -> Result<Node, Misstep> {
    let word = |key: &str| step.get(key).and_then(Node::text).ok_or(Misstep::Unknown);
    let (operation, path) = (word("op")?, word("path")?);
    let wrong = |key: &str, message: String, help: &str| {
        let at = step.get(key).map_or(step.origin, |node| node.origin);
        Misstep::Wrong(Box::new(Fault::new(at, message, "").of_kind(FaultKind::PatchPath).help(help)))
    };
    if !["add", "remove", "replace", "move", "copy", "test"].contains(&operation) {
        let message = format!("a patch has no operation `{operation}`: kustomize refuses it");
        return Err(wrong("op", message, "write add, remove or replace"));
    }
    let Some(path) = path.strip_prefix('/') else {
        let message = format!("the path `{path}` does not begin with a slash: kustomize looks for another one");
        return Err(wrong("path", message, &format!("write /{path}")));
    };
    let keys: Vec<String> = path.split('/').map(|key| key.replace("~1", "/").replace("~0", "~")).collect();
    let (last, above) = keys.split_last().ok_or(Misstep::Unknown)?;
    let is_known = keys[0] != "metadata" && !keys.iter().any(|key| key == "labels" || key == "annotations");
    let absent = |what: &str| {
        if !is_known {
            return Misstep::Unknown;
        }
        let message = format!("the object has no {what}, which the patch is to {operation}: kustomize refuses it");
        let help = if operation == "replace" { "write op: add, or correct the path" } else { "correct the path" };
        wrong("path", message, help)
    };
    let mut parent = &mut base;
    for (depth, key) in above.iter().enumerate() {
        let Some(next) = child(parent, key) else {
            let way = above[..=depth].join("/");
            if !is_known {
                return Err(Misstep::Unknown);
            }
            let message =
                format!("the object has no `/{way}`, below which the patch changes something: kustomize refuses it");
            return Err(wrong("path", message, "correct the path, or add what is above it first"));
        };
        parent = next;
    }
    let value = || step.get("value").cloned().ok_or(Misstep::Unknown);
    let index = |most: usize| last.parse().ok().filter(|at: &usize| *at < most);
    match (operation, &mut parent.value) {
        ("remove" | "replace", Value::Mapping(entries)) if entries.iter().all(|entry| entry.key != *last) => {
            return Err(absent(&format!("`/{path}`")));
        }
        ("remove", Value::Mapping(entries)) => entries.retain(|entry| entry.key != *last),
        ("remove", Value::Sequence(items)) => {
            let at = index(items.len()).ok_or_else(|| absent(&format!("`/{path}`")))?;
            items.remove(at);
        }
        ("add", Value::Sequence(items)) if last == "-" => items.push(value()?),
        ("add", Value::Sequence(items)) => {
            let at = index(items.len() + 1).ok_or_else(|| absent(&format!("place `/{path}`")))?;
            items.insert(at, value()?);
        }
        ("replace", Value::Sequence(items)) => {
            let at = index(items.len()).ok_or_else(|| absent(&format!("`/{path}`")))?;
            items[at] = value()?;
        }
        ("add" | "replace", Value::Mapping(_)) => {
            let at = step.get("path").map_or(parent.origin, |path| path.origin);
            parent.put(&Path(vec![Step::Key(last.clone())]), at, value()?).map_err(|_| Misstep::Unknown)?;
        }
        _ => return Err(Misstep::Unknown),
    }
    Ok(base)
}

/// What stands under a key or a number.
pub(super) fn child<'a>(node: &'a mut Node, key: &str) -> Option<&'a mut Node> {
    match &mut node.value {
        Value::Mapping(entries) => entries.iter_mut().find(|entry| entry.key == key).map(|entry| &mut entry.value),
        Value::Sequence(items) => items.get_mut(key.parse::<usize>().ok()?),
        Value::Scalar(_) => None,
    }
}
