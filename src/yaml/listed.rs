//! What do kustomizations list that is not there?

use super::kustomization::{Kustomization, Places};
use crate::tree::{Fault, FaultKind, Node, Sources, nearest};

/// The files and folders that are listed and not there, where all files of their folders were read.
pub(super) fn missing(all: &[Kustomization], places: &Places, sources: &Sources) -> Vec<Fault> {
    let mut faults = Vec::new();
    for by in all {
        for node in by.listed() {
            faults.extend(of_resource(by, node, places, sources));
        }
        let patches = by.patches().map(|(_, place)| place);
        // Files of secrets are often left out of the repository.
        let generators = by.list("configMapGenerator").iter();
        let files = generators.flat_map(|generator| ["files", "envs"].into_iter().filter_map(|key| generator.get(key)));
        for node in patches.chain(files.flat_map(Node::items)) {
            let Some(text) = node.text().filter(|text| !text.contains('\n')) else { continue };
            let written = text.split_once('=').map_or(text, |(_, path)| path).trim();
            let Some(path) = by.path(written).filter(|path| is_absent(path, places, sources)) else { continue };
            faults.push(no_file(node, written, &path, places));
        }
    }
    faults
}

fn of_resource(by: &Kustomization, node: &Node, places: &Places, sources: &Sources) -> Option<Fault> {
    let text = node.text()?;
    let path = by.path(text)?;
    let last = path.rsplit('/').next().unwrap_or_default();
    if is_absent(&path, places, sources) {
        return Some(no_file(node, text, &path, places));
    }
    let is_known = places.files.contains_key(&path) || places.named.contains(&path) || path == by.folder;
    // `example.com/farm` and `git@example.com:farm` are addresses.
    let may_be_address =
        text.contains(['@', ':', '$']) || !text.starts_with('.') && text.split('/').next()?.contains('.');
    if is_known || last.contains('.') || may_be_address || !sources.has_all_of(&path) {
        return None;
    }
    let is_folder = places.files.keys().any(|file| file.strip_prefix(&path).is_some_and(|rest| rest.starts_with('/')));
    let (message, help) = if is_folder {
        (
            format!("the folder `{text}` has no kustomization.yaml: kustomize refuses it"),
            "list its files, or write a kustomization.yaml in it".to_owned(),
        )
    } else {
        let folders: Vec<&str> =
            places.named.iter().map(|folder| folder.rsplit('/').next().unwrap_or(folder)).collect();
        let near =
            nearest(last, &folders).map_or("correct the path".to_owned(), |near| format!("write the path of `{near}`"));
        (format!("there is no file or folder `{text}`: kustomize refuses it"), near)
    };
    Some(Fault::new(node.origin, message, "").of_kind(FaultKind::NotThere).help(help))
}

/// Whether there is no such file: it would have been read.
fn is_absent(path: &str, places: &Places, sources: &Sources) -> bool {
    let is_read = [".yaml", ".yml", ".json", ".env"].iter().any(|ending| path.ends_with(ending));
    is_read && !path.contains('$') && !places.files.contains_key(path) && sources.has_all_of(path)
}

fn no_file(node: &Node, written: &str, path: &str, places: &Places) -> Fault {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let beside = places.files.keys().map(|file| file.rsplit_once('/').unwrap_or(("", file)));
    let mut names: Vec<&str> = beside.filter(|(other, _)| *other == folder).map(|(_, name)| name).collect();
    names.sort_unstable();
    let help =
        nearest(name, &names).map_or("correct the path, or leave it out".to_owned(), |near| format!("write {near}"));
    let message = format!("there is no file `{written}`: kustomize refuses it");
    Fault::new(node.origin, message, "").of_kind(FaultKind::NotThere).help(help)
}
