//! `kustomize-file-unlisted`: a kustomization leaves out a file that its objects need.

use super::{Findings, Rule, Severity, Versions};
use std::collections::HashSet;

use super::namespace_mismatch::named;
use crate::scope::{Item, Scope};

pub(super) const RULE: Rule = Rule {
    id: "kustomize-file-unlisted",
    severity: Severity::Warning,
    summary: "a kustomization leaves out a file that its objects need",
    versions: Versions::All,
    docs: include_str!("kustomize_file_unlisted.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let listed: HashSet<u32> = scope.reached.iter().flat_map(|(_, texts)| texts).map(|text| text.0).collect();
    let mut told = HashSet::new();
    for (by, texts) in scope.reached {
        let kustomizations = scope.items().iter().filter(|item| item.object.kind() == "Kustomization");
        let own = |item: &Item<'_>| item.tree.is_some_and(|tree| tree.origin.source == *by);
        let Some(kustomization) = kustomizations.copied().find(own) else { continue };
        let workloads = scope.workloads().filter(|workload| {
            let tree = workload.item.tree;
            workload.item.is_near(kustomization) && tree.is_some_and(|tree| texts.contains(&tree.origin.source))
        });
        for workload in workloads {
            for (kind, name, _) in named(workload) {
                let mut found = scope.candidates(workload.item, kind, name);
                let Some(needed) = found.next().filter(|_| found.next().is_none()) else { continue };
                let Some(tree) = needed.tree.filter(|_| needed.is_near(kustomization)) else { continue };
                let source = tree.origin.source;
                if listed.contains(&source.0) || source == *by || !told.insert((by.0, source.0)) {
                    continue;
                }
                let file = scope.file_name(tree);
                let message = format!(
                    "`{file}` is not among the resources, and {} needs its {kind} `{name}`",
                    workload.item.object.reference()
                );
                findings.add(kustomization, "resources", message, format!("add - {file}")).also(
                    needed,
                    "metadata.name",
                    "this one",
                );
            }
        }
    }
}
