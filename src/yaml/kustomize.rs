//! What do kustomizations make of the objects of the files that they list?

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::change::{self, Change};
use super::generated;
use super::kustomization::{Kustomization, Places};
use super::listed;
use super::read::{Manifests, Written};
use super::targets;
use crate::tree::{self, FaultKind, Node, SourceId, Sources};

/// No kustomization uses others that deep.
const DEEPEST: usize = 16;

/// The texts that a kustomization lists, itself or through others, with how many are between.
pub(super) type Reached = BTreeMap<u32, usize>;

/// The patches in files, by file.
pub(super) type Bodies = HashMap<u32, Vec<Node>>;

/// Takes patches out of the objects, and does to the others what the kustomizations say where it is clear which.
pub(super) fn apply(manifests: &mut Manifests, sources: &Sources) {
    let all = std::mem::take(&mut manifests.kustomizations);
    let places = Places::of(&all, &manifests.sources, sources);
    let bodies = take_patches(manifests, &all, &places);
    let reached: Vec<Reached> = (0..all.len()).map(|at| reach_of(&all, at, &places)).collect();
    generated::add(manifests, &all, &reached, &places, sources);
    let mut faults = listed::missing(&all, &places, sources);
    for (at, found) in reached.iter().enumerate() {
        let texts = found.keys().copied().map(SourceId).collect();
        manifests.reached.push((all[at].tree.origin.source, texts));
        if is_whole(&all, at, &places, manifests, 0) {
            faults.extend(targets::unmet(&all, at, &reached[at], manifests, &places, &bodies, sources));
        }
    }
    let mut used_by: BTreeMap<u32, Vec<(usize, usize)>> = BTreeMap::new();
    for (at, found) in reached.iter().enumerate() {
        for (source, depth) in found {
            used_by.entry(*source).or_default().push((*depth, at));
        }
    }
    let mut split: BTreeMap<u32, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for (source, mut users) in used_by {
        users.sort_unstable();
        // From two of the same depth on it is not clear which of them is meant.
        let clear = users.windows(2).position(|pair| pair[0].0 == pair[1].0).unwrap_or(users.len());
        let users: Vec<usize> = users.into_iter().map(|(_, at)| at).collect();
        split.insert(source, (users[..clear].to_vec(), users[clear..].to_vec()));
    }
    for written in &mut manifests.objects {
        let Some((users, unclear)) = split.get(&written.tree.origin.source.0) else { continue };
        if super::kustomization::is_of_kind(&written.tree) {
            continue;
        }
        for at in users {
            use_on(written, &all[*at], &places, &bodies, sources, &mut faults);
        }
        // What each of several does is not kept; whether its patches fit can be said.
        for by in unclear.iter().map(|at| &all[*at]).filter(|by| by.patches().next().is_some()) {
            let mut copy = written.clone();
            use_on(&mut copy, by, &places, &bodies, sources, &mut faults);
        }
    }
    let mut told: BTreeSet<(u32, u32)> = manifests.faults.iter().filter_map(place).collect();
    manifests.faults.extend(faults.into_iter().filter(|fault| place(fault).is_some_and(|at| told.insert(at))));
}

fn place(fault: &tree::Fault) -> Option<(u32, u32)> {
    fault.places.first().map(|(at, _)| (at.source.0, at.start))
}

/// The patches in files, by file; they are no objects any more.
fn take_patches(manifests: &mut Manifests, all: &[Kustomization], places: &Places) -> Bodies {
    let files: BTreeSet<u32> = all
        .iter()
        .flat_map(|by| by.patches().filter_map(|(_, at)| places.file(by, at.text()?)))
        .map(|id| id.0)
        .collect();
    let mut bodies = Bodies::new();
    let objects = std::mem::take(&mut manifests.objects);
    let (patches, objects): (Vec<_>, Vec<_>) =
        objects.into_iter().partition(|written| files.contains(&written.tree.origin.source.0));
    let others = std::mem::take(&mut manifests.others);
    let (steps, others): (Vec<_>, Vec<_>) = others.into_iter().partition(|node| files.contains(&node.origin.source.0));
    manifests.objects = objects;
    manifests.others = others;
    manifests.patches = patches.len() + steps.len();
    for tree in patches.into_iter().map(|written| written.tree).chain(steps) {
        bodies.entry(tree.origin.source.0).or_default().push(tree);
    }
    bodies
}

fn reach_of(all: &[Kustomization], at: usize, places: &Places) -> Reached {
    let mut found = Reached::new();
    reach(all, at, places, 0, &mut BTreeSet::new(), &mut found);
    found
}

fn reach(
    all: &[Kustomization],
    at: usize,
    places: &Places,
    depth: usize,
    seen: &mut BTreeSet<usize>,
    found: &mut Reached,
) {
    if depth > DEEPEST || !seen.insert(at) {
        return;
    }
    // What it generates stands in its own text.
    found.entry(all[at].tree.origin.source.0).or_insert(depth);
    for path in all[at].listed().filter_map(|path| all[at].path(path.text()?)) {
        if let Some(id) = places.files.get(&path) {
            found.entry(id.0).or_insert(depth);
        } else if let Some(next) = places.folders.get(&path) {
            reach(all, *next, places, depth + 1, seen, found);
        }
    }
}

/// Whether all objects of a kustomization are among the manifests.
fn is_whole(all: &[Kustomization], at: usize, places: &Places, manifests: &Manifests, depth: usize) -> bool {
    let by = &all[at];
    let makes_more = ["helmCharts", "helmChartInflationGenerator", "generators", "transformers"];
    if depth > DEEPEST || makes_more.iter().any(|key| by.tree.get(key).is_some()) {
        return false;
    }
    let is_read = |id: &SourceId| {
        let is_broken = |fault: &tree::Fault| {
            matches!(fault.kind, FaultKind::Syntax | FaultKind::Limit)
                && fault.places.first().is_some_and(|(at, _)| at.source == *id)
        };
        !manifests.templates.contains(id) && !manifests.faults.iter().any(is_broken)
    };
    by.listed().all(|written| {
        let path = written.text().and_then(|text| by.path(text));
        path.is_some_and(|path| match (places.files.get(&path), places.folders.get(&path)) {
            (Some(id), _) => is_read(id),
            (None, Some(next)) => is_whole(all, *next, places, manifests, depth + 1),
            (None, None) => false,
        })
    })
}

/// The patches that stand at a place of a kustomization: those of a file, or one that is written there.
pub(super) fn bodies_at(
    place: &Node,
    by: &Kustomization,
    places: &Places,
    bodies: &Bodies,
    sources: &Sources,
) -> Vec<Node> {
    match place.text().and_then(|path| places.file(by, path)) {
        Some(id) => bodies.get(&id.0).cloned().unwrap_or_default(),
        None => tree::read_block(sources, place).into_iter().collect(),
    }
}

fn use_on(
    written: &mut Written,
    by: &Kustomization,
    places: &Places,
    bodies: &Bodies,
    sources: &Sources,
    faults: &mut Vec<tree::Fault>,
) {
    let mut change = Change { written, faults, is_unsure: false };
    for (target, place) in by.patches() {
        for body in bodies_at(place, by, places, bodies, sources) {
            change.patch(target, &body);
        }
    }
    let namespace =
        by.tree.get("namespace").and_then(Node::text).filter(|name| !name.is_empty() && !name.contains('$'));
    if let Some(namespace) = namespace {
        change::set_namespace(&mut written.object, namespace);
    }
    for replicas in by.list("replicas") {
        change::set_replicas(written, replicas);
    }
    for image in by.list("images") {
        change::set_image(written, image);
    }
}
