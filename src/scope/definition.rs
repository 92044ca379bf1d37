//! What of a custom resource does not fit the definition of its kind?

use std::collections::HashSet;

use super::Scope;
use super::misfit::{Misfit, MisfitKind, MisfitPlace};
use super::spelling::{almost, is_filled_in_later};
use crate::bundle::Object;
use crate::facts::{CustomField, CustomKind, custom_kind};
use crate::tree::{Entry, Node, Value, nearest};

impl Scope<'_> {
    /// What does not fit in the custom resources that have to do with Ollama and whose definitions are known.
    pub fn misfits(&self) -> &[Misfit] {
        self.misfits.get_or_init(|| {
            let mut all = Vec::new();
            let folders: HashSet<usize> = self.workloads().map(|workload| workload.item.folder).collect();
            let named = self.sources_named();
            for item in &self.items {
                let Object::Custom(custom) = item.object else { continue };
                let Some((row, fields)) = custom_kind(&custom.api_version, &custom.kind) else { continue };
                let Some(tree) = item.tree.filter(|_| {
                    folders.contains(&item.folder) || named.contains(item.name()) || self.concerns_ollama(*item)
                }) else {
                    continue;
                };
                // A release without a chart is a change to another one.
                let has_chart = ["chart", "chartRef"].iter().any(|key| item.at(&["spec", key]).is_some());
                let is_whole = !self.may_be_patch(*item) && (custom.kind != "HelmRelease" || has_chart);
                let mut found = Vec::new();
                let mut walk = Walk { number: item.number, row, all: fields, is_whole, found: &mut found };
                walk.mapping(tree.entries(), fields, "");
                let is_missing = |misfit: &Misfit| misfit.kind == MisfitKind::Missing;
                // What lacks several things is a change to another object.
                if found.iter().filter(|misfit| is_missing(misfit)).count() > 1 {
                    found.retain(|misfit| !is_missing(misfit));
                }
                all.append(&mut found);
            }
            all
        })
    }
}

impl<'a> Scope<'a> {
    /// The names of the sources of what has to do with Ollama.
    fn sources_named(&self) -> HashSet<&'a str> {
        let releases = self.custom("HelmRelease", "helm.toolkit.fluxcd.io/");
        let all = releases.chain(self.custom("Kustomization", "kustomize.toolkit.fluxcd.io/"));
        let ours = all.filter(|(item, _)| self.concerns_ollama(*item)).filter_map(|(_, tree)| tree.get("spec"));
        let sources = ours.filter_map(|spec| {
            let chart = spec.get("chart").and_then(|chart| chart.get("spec"));
            spec.get("chartRef").or(spec.get("sourceRef")).or(chart.and_then(|chart| chart.get("sourceRef")))
        });
        sources.filter_map(|source| source.get("name").and_then(Node::text)).collect()
    }
}

/// What goes through an object.
pub(super) struct Walk<'s> {
    number: usize,
    pub(super) row: &'static CustomKind,
    all: &'static [CustomField],
    is_whole: bool,
    found: &'s mut Vec<Misfit>,
}

impl Walk<'_> {
    pub(super) fn tell(&mut self, place: MisfitPlace, kind: MisfitKind, message: String, help: String) {
        self.found.push(Misfit { number: self.number, place, kind, message, help });
    }

    pub(super) fn mapping(&mut self, entries: &[Entry], fields: &'static [CustomField], way: &str) {
        for entry in entries {
            let is_top = way.is_empty() && matches!(entry.key.as_str(), "apiVersion" | "kind" | "status");
            if is_top || entry.key.starts_with('$') || is_filled_in_later(&entry.key) {
                continue;
            }
            // Kustomize reads its own files by Go's reader of JSON, which lets the case of names be.
            let is_any_case = self.row.software == "kustomize";
            let is_it = |field: &&CustomField| {
                field.name == entry.key || is_any_case && field.name.eq_ignore_ascii_case(&entry.key)
            };
            match fields.iter().find(is_it) {
                Some(field) => self.field(&entry.value, field, &below(way, field.name)),
                None => self.unknown(entry, fields, way),
            }
        }
        // What is misspelt is told as that.
        let unknown = entries.iter().filter(|entry| fields.iter().all(|field| field.name != entry.key));
        let meant: Vec<&str> =
            unknown.filter_map(|entry| almost(&entry.key, fields.iter().map(|field| field.name))).collect();
        let is_written = |field: &CustomField| {
            meant.contains(&field.name) || entries.iter().any(|entry| entry.key == field.name && !entry.value.is_null())
        };
        for field in fields.iter().filter(|field| field.required && !is_written(field)) {
            if !self.is_whole {
                break;
            }
            let message = format!("{} has no `{}`: the API refuses it", place(way), field.name);
            let place = MisfitPlace::Missing(below(way, field.name));
            self.tell(place, MisfitKind::Missing, message, format!("add {}", field.name));
        }
    }

    fn unknown(&mut self, entry: &Entry, fields: &'static [CustomField], way: &str) {
        let key = entry.key.as_str();
        let at = MisfitPlace::Written(entry.key_origin);
        let refuses = if self.row.software == "kustomize" { "kustomize" } else { "the API" };
        let where_to = if way.is_empty() { String::new() } else { format!(" in `{way}`") };
        let message = format!("{} has no `{key}`{where_to}", self.row.kind);
        if let Some(near) = almost(key, fields.iter().map(|field| field.name)) {
            return self.tell(
                at,
                MisfitKind::Misspelt,
                format!("{message}: {refuses} refuses or drops it"),
                format!("write `{near}`"),
            );
        }
        for (fields, way) in [(fields, way), (self.all, "")] {
            let mut elsewhere = Vec::new();
            ways_of(key, fields, way, &mut elsewhere);
            if let [only] = elsewhere.as_slice() {
                let message = format!("{message}: {refuses} refuses or drops it");
                return self.tell(at, MisfitKind::Misspelt, message, format!("move it to {only}"));
            }
        }
        let message = format!("{message}, as of {} {}", self.row.software, self.row.release);
        let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
        let help = match nearest(key, &names) {
            Some(near) => format!("write `{near}`, if that is meant, or leave it out"),
            None => format!("leave it out, unless the {} that you run is newer and has it", self.row.software),
        };
        self.tell(at, MisfitKind::Unknown, message, help);
    }

    fn field(&mut self, node: &Node, field: &'static CustomField, way: &str) {
        if node.is_null() || node.text().is_some_and(is_filled_in_later) {
            return;
        }
        if !field.is_list {
            return self.value(node, field, way);
        }
        let Value::Sequence(items) = &node.value else {
            return self.mismatch(node, field, "a list");
        };
        for (number, item) in items.iter().enumerate() {
            if !item.is_null() && !item.text().is_some_and(is_filled_in_later) {
                self.value(item, field, &format!("{way}[{number}]"));
            }
        }
    }
}

/// A mapping as a place: `spec.install`.
fn place(way: &str) -> String {
    if way.is_empty() { "the object".to_owned() } else { format!("`{way}`") }
}

fn below(way: &str, name: &str) -> String {
    if way.is_empty() { name.to_owned() } else { format!("{way}.{name}") }
}

/// The ways to all fields of a name.
fn ways_of(name: &str, fields: &[CustomField], way: &str, found: &mut Vec<String>) {
    for field in fields {
        let own = below(way, field.name);
        ways_of(name, &field.fields, &own, found);
        if field.name == name {
            found.push(own);
        }
    }
}
