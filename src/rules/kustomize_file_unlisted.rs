//! `kustomize-file-unlisted`: a kustomization leaves out a file that its objects need.

use super::{Findings, Rule, Severity, Versions};
use std::collections::HashSet;

use super::namespace_mismatch::named;
use crate::scope::{Item, Scope};
use crate::tree::Node;
use crate::tree::SourceId;

pub(super) const RULE: Rule = Rule {
    id: "kustomize-file-unlisted",
    severity: Severity::Warning,
    summary: "a kustomization leaves out a file that its objects need",
    versions: Versions::All,
    docs: include_str!("kustomize_file_unlisted.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    if scope.reached.is_empty() {
        return;
    }
    let listed: HashSet<u32> = scope.reached.iter().flat_map(|(_, texts)| texts).map(|text| text.0).collect();
    let is_listed = |item: Item<'_>| item.tree.is_some_and(|tree| listed.contains(&tree.origin.source.0));
    let kustomizations: Vec<Item<'_>> =
        scope.items().iter().copied().filter(|item| item.object.kind() == "Kustomization").collect();
    let of_folder = |item: Item<'_>| {
        let mut own = kustomizations.iter().filter(|kustomization| {
            let is_own = |(by, _): &(SourceId, _)| kustomization.tree.is_some_and(|tree| tree.origin.source == *by);
            kustomization.is_near(item) && scope.reached.iter().any(is_own)
        });
        own.next().copied().filter(|_| own.next().is_none())
    };
    let mut told = HashSet::new();
    let mut tell = |needed: Item<'_>, why: String| {
        let (Some(tree), Some(kustomization)) = (needed.tree, of_folder(needed)) else { return };
        let source = tree.origin.source.0;
        // What else it makes may be the one that is needed.
        let brings = ["generators", "transformers", "helmCharts", "components"];
        let is_remote = |node: &Node| node.text().is_some_and(|text| text.contains("://") || text.contains("?ref="));
        let resources = kustomization.at(&["resources"]).map_or(&[][..], Node::items);
        if brings.iter().any(|key| kustomization.at(&[*key]).is_some()) || resources.iter().any(is_remote) {
            return;
        }
        let is_in_it = kustomization.tree.is_some_and(|own| own.origin.source.0 == source);
        if is_listed(needed) || is_in_it || !told.insert(source) {
            return;
        }
        let file = scope.file_name(tree);
        let message = format!("`{file}` is not among the resources, and {why}");
        findings.add(kustomization, "resources", message, format!("add - {file}")).also(
            needed,
            "metadata.name",
            "this one",
        );
    };
    for workload in scope.workloads().filter(|workload| is_listed(workload.item)) {
        for (kind, name, _) in named(workload) {
            let mut found = scope.candidates(workload.item, kind, name);
            if let Some(needed) = found.next().filter(|needed| needed.is_near(workload.item) && found.next().is_none())
            {
                tell(needed, format!("{} needs its {kind} `{name}`", workload.item.object.reference()));
            }
        }
    }
    for reference in scope.references().iter().filter(|reference| is_listed(reference.item)) {
        if let Some((service, _)) = scope.referred(reference).filter(|(service, _)| scope.is_ollamas(*service)) {
            tell(
                service,
                format!("{} sends requests to its Service `{}`", reference.item.object.reference(), reference.name),
            );
        }
    }
}
