//! `pvc-too-small`: the models do not fit on the claim.

use std::collections::BTreeMap;

use super::{Findings, Rule, Severity, Versions};
use crate::facts::Provisioner;
use crate::scope::{Claimed, Class, Scope, Wanted};
use crate::sizing;
use crate::units::Bytes;

pub(super) const RULE: Rule = Rule {
    id: "pvc-too-small",
    severity: Severity::Error,
    summary: "the models do not fit on the claim",
    versions: Versions::All,
    docs: include_str!("pvc_too_small.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let mut claims: BTreeMap<_, (Claimed<'_>, Vec<&Wanted>)> = BTreeMap::new();
    for workload in scope.servers() {
        let mut stores = workload.servers().filter_map(|seat| scope.store(workload, seat));
        if let Some(claimed) = stores.find_map(|store| scope.claim_of(workload, &store)) {
            let wanted = scope.models().of_server(workload).iter().filter(|wanted| wanted.pulled);
            let key = (claimed.item.number, claimed.template);
            claims.entry(key).or_insert_with(|| (claimed, Vec::new())).1.extend(wanted);
        }
    }
    for (claimed, wanted) in claims.into_values() {
        let Some(size) = claimed.size().filter(|_| !ignores_size(scope, &claimed)) else { continue };
        let parts = parts(&wanted);
        let total: Bytes = parts.iter().map(|(_, bytes)| *bytes).sum();
        // A file system takes 2 % at the least.
        let needed = total + Bytes(total.0 / 50);
        let Some((largest, _)) = parts.first().filter(|_| needed > size) else { continue };
        let names: Vec<String> =
            parts.iter().map(|(wanted, bytes)| format!("`{}` {}", wanted.name, bytes.in_gib())).collect();
        let round = (total + Bytes(total.0 / 5)).round_up(Bytes::gib(if total > Bytes::gib(20) { 10 } else { 1 }));
        let finding = findings.add(
            claimed.item,
            claimed.path("spec.resources.requests.storage"),
            format!(
                "the models take {} GiB ({}), and `{}` asks for {size}",
                total.in_gib(),
                names.join(", "),
                claimed.name()
            ),
            format!("set storage: {round}"),
        );
        if let Some(item) = scope.items().get(largest.number) {
            finding.also(*item, &largest.path, "pulled here");
        }
    }
}

/// The models that are pulled, largest first, each once; of those that may or may not be pulled, the largest.
fn parts<'w>(wanted: &[&'w Wanted]) -> Vec<(&'w Wanted, Bytes)> {
    let mut parts: Vec<(&Wanted, Bytes)> = Vec::new();
    for wanted in wanted.iter().filter(|wanted| !wanted.is_in_the_cloud()) {
        let Some(known) = sizing::known(&wanted.name) else { continue };
        let bytes = known.shape.weights + known.shape.projector;
        // `latest` is one of the sizes.
        if !parts.iter().any(|(other, same)| *same == bytes && other.name.model == wanted.name.model) {
            parts.push((wanted, bytes));
        }
    }
    parts.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    let mut one = false;
    parts.retain(|(wanted, _)| !wanted.maybe || !std::mem::replace(&mut one, true));
    parts
}

/// Whether the size of a claim may be but a number: folders of a node or of a file server have no bounds.
fn ignores_size(scope: &Scope<'_>, claimed: &Claimed<'_>) -> bool {
    let boundless =
        |row: &Provisioner| row.local || row.manual || matches!(row.name, "efs.csi.aws.com" | "nfs.csi.k8s.io");
    let called = |name: &str| ["nfs", "efs", "local", "host", "manual"].iter().any(|word| name.contains(word));
    if let Some((_, volume)) = claimed.volume(scope) {
        return volume.spec.as_ref().is_some_and(|spec| {
            spec.host_path.is_some() || spec.local.is_some() || spec.nfs.is_some() || spec.csi.is_some()
        });
    }
    let class = claimed.class(scope);
    match class {
        Class::Default => false,
        Class::Empty => true,
        Class::Own(item, own) => class.is(boundless) || called(&own.provisioner) || called(item.name()),
        Class::Known(row) => called(row.name) || !row.is_always(|row| !boundless(row)),
        Class::Other(name) => called(name),
    }
}
