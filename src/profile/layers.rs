//! How do a file, its overlays and `--set` become one profile?

use super::Profile;
use crate::tree::{self, Fault, Node, Origin, Path, SourceId, Sources, Value};

/// A profile, and what is known of how it came to be.
#[derive(Debug)]
pub struct Loaded {
    /// What was asked for; values that only the user knows may be examples.
    pub profile: Profile,
    /// All layers in one tree, for the places of later faults.
    pub tree: Node,
    /// Values that the profile needs and nobody gave: the examples stand in for them.
    pub missing: Vec<MissingValue>,
}

/// A value that only the user knows and has not given.
#[derive(Clone, Debug, PartialEq)]
pub struct MissingValue {
    /// Where it belongs.
    pub path: Path,
    /// What it is.
    pub is: String,
    /// One that could be right.
    pub example: String,
}

/// Lays `overlays` and then `settings` (`PATH=VALUE`) on `base`, in that order, and types the result.
///
/// # Errors
/// Everything that is wrong with the layers, each fault in the layer that it came from.
pub fn assemble(
    sources: &Sources,
    base: SourceId,
    overlays: &[SourceId],
    settings: &[SourceId],
) -> Result<Loaded, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut merged = one_mapping(sources, base, &mut faults);
    for overlay in overlays {
        let over = one_mapping(sources, *overlay, &mut faults);
        merged = match (merged, over) {
            (Some(base), Some(over)) => Some(tree::merge(base, over)),
            (base, _) => base,
        };
    }
    let Some(mut merged) = merged else { return Err(faults) };
    for setting in settings {
        if let Err(more) = apply(sources, *setting, &mut merged) {
            faults.extend(more);
        }
    }
    let start = Origin { end: merged.origin.start, ..merged.origin };
    for (key, value) in [("apiVersion", "ollama-k8s/v1"), ("kind", "Profile")] {
        if merged.get(key).is_none_or(Node::is_null) {
            let fault =
                Fault::new(start, format!("the profile has no `{key}`"), "").help(format!("add `{key}: {value}`"));
            faults.push(fault);
        }
    }
    let mut missing = Vec::new();
    if let Some(needs) = merged.get("needs").cloned() {
        fill_in(&needs, &mut merged, &mut missing, &mut faults);
    }
    let merged = merged.without_nulls();
    match tree::decode(&merged) {
        Ok(profile) if faults.is_empty() => Ok(Loaded { profile, tree: merged, missing }),
        Ok(_) => Err(faults),
        Err(more) => {
            faults.extend(more);
            Err(faults)
        }
    }
}

/// The one document of a source, which must be a mapping.
fn one_mapping(sources: &Sources, id: SourceId, faults: &mut Vec<Fault>) -> Option<Node> {
    let (mut documents, more) = tree::read(sources, id);
    faults.extend(more);
    let at = |node: Option<&Node>| node.map_or(Origin { source: id, start: 0, end: 0 }, |node| node.origin);
    if documents.len() > 1 {
        faults.push(
            Fault::new(at(documents.get(1)), "a second profile begins here", "")
                .help("render takes one profile at a time: put each into a file of its own"),
        );
    }
    let first = documents.drain(..).next();
    match first {
        Some(node) if matches!(node.value, Value::Mapping(_)) => Some(node),
        _ if !faults.is_empty() => None,
        other => {
            faults.push(
                Fault::new(at(other.as_ref()), "this is not a profile", "expected keys and values")
                    .help("a profile begins with `apiVersion: ollama-k8s/v1` and `kind: Profile`"),
            );
            None
        }
    }
}

/// Puts the value of a `PATH=VALUE` where it says.
fn apply(sources: &Sources, setting: SourceId, merged: &mut Node) -> Result<(), Vec<Fault>> {
    let text = &sources.get(setting).text;
    let path = text.split_once('=').map(|(path, _)| path);
    let named =
        Origin { source: setting, start: 0, end: u32::try_from(path.unwrap_or(text).len()).unwrap_or(u32::MAX) };
    let fault = |message: String, label| {
        vec![Fault::new(named, message, label).help("write it as in server.contextLength=16384")]
    };
    let Some(path) = path else { return Err(fault("expected PATH=VALUE".into(), "no `=` here")) };
    let value = tree::read_value(sources, setting, path.len() + 1)?;
    path.parse().and_then(|path| merged.put(&path, named, value)).map_err(|message| fault(message, ""))
}

/// Whether a layer on top of the one that asks for the value has set to null what the value would stand in.
fn is_taken_away(merged: &Node, path: &Path, asked: Origin) -> bool {
    (1..path.0.len())
        .filter_map(|steps| merged.at(&Path(path.0[..steps].to_vec())))
        .any(|node| node.is_null() && node.origin.source != asked.source)
}

/// Notes which of the profile's needs nobody has met, and puts their examples in.
fn fill_in(needs: &Node, merged: &mut Node, missing: &mut Vec<MissingValue>, faults: &mut Vec<Fault>) {
    for entry in needs.entries() {
        let path: Path = match entry.key.parse() {
            Ok(path) => path,
            Err(message) => {
                faults.push(Fault::new(entry.key_origin, message, ""));
                continue;
            }
        };
        if merged.at(&path).is_some_and(|node| !node.is_null()) || is_taken_away(merged, &path, entry.key_origin) {
            continue;
        }
        // What lacks `is` or `example` is told when the tree is typed.
        let (Some(is), Some(example)) = (entry.value.get("is").and_then(Node::text), entry.value.get("example")) else {
            continue;
        };
        if let Err(message) = merged.put(&path, entry.key_origin, example.clone()) {
            faults.push(Fault::new(entry.key_origin, message, ""));
            continue;
        }
        missing.push(MissingValue { path, is: is.to_owned(), example: example.text().unwrap_or("...").to_owned() });
    }
}
