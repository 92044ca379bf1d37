//! How do a file, its overlays and `--set` become one profile?

use std::ops::Range;

use super::Profile;
use super::autoscale::refuse_load;
use super::fleet::Layers;
use crate::names::DnsLabel;
use crate::tree::{self, Fault, Node, Origin, Path, SourceId, Sources, Value, nearest};

/// Layers that are chosen by name, in the file that they belong to.
const ENVIRONMENTS: &str = "environments";

/// A profile, and what is known of how it came to be.
#[derive(Debug)]
pub struct Loaded {
    /// What was asked for; values that only the user knows may be examples.
    pub profile: Profile,
    /// All layers in one tree, for the places of later faults.
    pub tree: Node,
    /// Values that the profile needs and nobody gave: the examples stand in for them.
    pub missing: Vec<MissingValue>,
    /// The environment that was chosen.
    pub environment: Option<String>,
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
    let layers = Layers { base, overlays: overlays.to_vec(), settings: settings.to_vec() };
    load(sources, &layers, &(0..sources.get(base).text.len()), None)
}

/// The names of the environments of all layers, each once; what is wrong with the layers is told when they are loaded.
pub(super) fn environments(sources: &Sources, layers: &Layers, document: &Range<usize>) -> Vec<String> {
    let files = files(sources, layers, document, &mut Vec::new());
    let mut names: Vec<String> = Vec::new();
    for entry in files.iter().filter_map(|file| file.get(ENVIRONMENTS)).flat_map(Node::entries) {
        if !names.iter().any(|known| *known == entry.key) {
            names.push(entry.key.to_string());
        }
    }
    names
}

/// The base and the overlays, as far as they can be read.
fn files(sources: &Sources, layers: &Layers, document: &Range<usize>, faults: &mut Vec<Fault>) -> Vec<Node> {
    let overlays = layers.overlays.iter().map(|id| (*id, 0..sources.get(*id).text.len()));
    let parts = std::iter::once((layers.base, document.clone())).chain(overlays);
    parts.filter_map(|(id, part)| one_mapping(sources, id, part, faults)).collect()
}

/// A file with the environment of a name laid on it, and without the others.
fn choose(file: Node, name: Option<&str>, known: &mut Vec<String>, faults: &mut Vec<Fault>) -> Node {
    let Node { origin, value: Value::Mapping(entries) } = file else { return file };
    let (environments, own): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| entry.key == ENVIRONMENTS);
    let mut merged = Node { origin, value: Value::Mapping(own) };
    for environments in environments {
        let is_mapping = |node: &Node| matches!(node.value, Value::Mapping(_)) || node.is_null();
        if !is_mapping(&environments.value) {
            faults.push(
                Fault::new(environments.value.origin, "`environments` is not a mapping", "expected names")
                    .help("write environments: {dev: {replicas: 1}, prod: {replicas: 3}}"),
            );
        }
        for environment in environments.value.into_entries() {
            if let Err(message) = environment.key.parse::<DnsLabel>() {
                let fault = Fault::new(environment.key_origin, message, "");
                faults.push(fault.help("an environment is the name of a folder, as in dev"));
            }
            if !is_mapping(&environment.value) {
                let message = format!("the environment `{}` is not a part of a profile", environment.key);
                faults.push(Fault::new(environment.value.origin, message, "expected keys and values"));
            } else if Some(environment.key.as_str()) == name && !environment.value.is_null() {
                merged = tree::merge(merged, environment.value);
            }
            known.push(environment.key.into());
        }
    }
    merged
}

/// What to say where no layer has an environment of that name.
fn no_such(name: &str, known: &[String], at: Origin) -> Fault {
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let fault = Fault::new(at, format!("the profile has no environment `{name}`"), "");
    match (nearest(name, &known), known.is_empty()) {
        (Some(near), _) => fault.help(format!("did you mean {near}? there are: {}", known.join(", "))),
        (None, true) => fault.help(format!("write environments: {{{name}: {{}}}}, with what is different there")),
        (None, false) => fault.help(format!("there are: {}", known.join(", "))),
    }
}

/// A document with all layers over it, typed.
pub(super) fn load(
    sources: &Sources,
    layers: &Layers,
    document: &Range<usize>,
    environment: Option<&str>,
) -> Result<Loaded, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut known = Vec::new();
    let files = files(sources, layers, document, &mut faults);
    let files = files.into_iter().map(|file| choose(file, environment, &mut known, &mut faults)).collect::<Vec<_>>();
    let merged = files.into_iter().reduce(tree::merge);
    let Some(mut merged) = merged else { return Err(faults) };
    let start = Origin { end: merged.origin.start, ..merged.origin };
    if let Some(name) = environment.filter(|name| known.iter().all(|known| known != name)) {
        faults.push(no_such(name, &known, start));
    }
    for setting in &layers.settings {
        if let Err(more) = apply(sources, *setting, &mut merged) {
            faults.extend(more);
        }
    }
    for (key, value) in [("apiVersion", "ollama-k8s/v1"), ("kind", "Profile")] {
        if merged.get(key).is_none_or(Node::is_null) {
            let fault =
                Fault::new(start, format!("the profile has no `{key}`"), "").help(format!("add `{key}: {value}`"));
            faults.push(fault);
        }
    }
    let mut missing = Vec::new();
    if let Some(needs) = merged.get("needs").cloned() {
        fill_in(&needs, &layers.settings, &mut merged, &mut missing, &mut faults);
    }
    let mut merged = merged.without_nulls();
    refuse_load(&mut merged, &mut faults);
    match tree::decode(&merged) {
        Ok(profile) if faults.is_empty() => {
            Ok(Loaded { profile, tree: merged, missing, environment: environment.map(str::to_owned) })
        }
        Ok(_) => Err(faults),
        Err(more) => {
            faults.extend(more);
            Err(faults)
        }
    }
}

/// The one document of a part of a source, which must be a mapping.
fn one_mapping(sources: &Sources, id: SourceId, part: Range<usize>, faults: &mut Vec<Fault>) -> Option<Node> {
    let (mut documents, more) = tree::read_part(sources, id, part);
    faults.extend(more);
    let at = |node: Option<&Node>| node.map_or(Origin { source: id, start: 0, end: 0 }, |node| node.origin);
    if documents.len() > 1 {
        faults.push(
            Fault::new(at(documents.get(1)), "a second profile begins here", "")
                .help("a layer is one document: put the others into files of their own"),
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

/// Whether a layer on top of the one that asks for the value has set to null what the value would stand in, or a setting
/// has written that as a whole; where it has put in one value of it alone, what it stands in has the place of the path.
fn is_taken_away(merged: &Node, path: &Path, asked: Origin, settings: &[SourceId]) -> bool {
    let is_whole = |at: Origin| settings.contains(&at.source) && at.start > 0;
    (1..path.0.len())
        .filter_map(|steps| merged.at(&Path(path.0[..steps].to_vec())))
        .any(|node| node.is_null() && node.origin.source != asked.source || is_whole(node.origin))
}

/// Notes which of the profile's needs nobody has met, and puts their examples in.
fn fill_in(
    needs: &Node,
    settings: &[SourceId],
    merged: &mut Node,
    missing: &mut Vec<MissingValue>,
    faults: &mut Vec<Fault>,
) {
    for entry in needs.entries() {
        let path: Path = match entry.key.parse() {
            Ok(path) => path,
            Err(message) => {
                faults.push(Fault::new(entry.key_origin, message, ""));
                continue;
            }
        };
        if merged.at(&path).is_some_and(|node| !node.is_null())
            || is_taken_away(merged, &path, entry.key_origin, settings)
        {
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
