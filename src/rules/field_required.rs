//! `field-required`: a field is missing without which the API server refuses the object.

use super::{Findings, Rule, Severity, Versions};
use crate::bundle::Object;
use crate::k8s::{Ingress, LabelSelector, PersistentVolume, PersistentVolumeClaim};
use crate::scope::{Item, MisfitKind, Scope, Workload, asked_storage};
use crate::tree::{Node, nearest};

pub(super) const RULE: Rule = Rule {
    id: "field-required",
    severity: Severity::Error,
    summary: "a field is missing without which the API server refuses the object",
    versions: Versions::All,
    docs: include_str!("field_required.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    findings.tell_misfits(scope, MisfitKind::Missing);
    for workload in scope.all_workloads() {
        let missing = of_workload(workload, scope.is_listed_as_it_is(workload.item));
        if !missing.is_empty() && scope.is_about_ollama(workload.item) && !scope.may_be_patch(workload.item) {
            for (path, message, help) in missing {
                findings.add(workload.item, path, message, help);
            }
        }
        let templates = workload.stateful_set().and_then(|set| set.volume_claim_templates.as_ref());
        for (at, claim) in templates.into_iter().flatten().enumerate() {
            let way = format!("spec.volumeClaimTemplates[{at}].");
            for (path, message, help) in of_claim(workload.item, claim, &way) {
                if scope.is_about_ollama(workload.item) {
                    findings.add(workload.item, path, message, help);
                }
            }
        }
    }
    for (item, claim) in scope.all::<PersistentVolumeClaim>() {
        let missing = of_claim(item, claim, "");
        if missing.len() == 1 && scope.is_about_ollama(item) && !scope.may_be_patch(item) {
            for (path, message, help) in missing {
                findings.add(item, path, message, help);
            }
        }
    }
    for (item, volume) in scope.all::<PersistentVolume>() {
        let Some(spec) = volume.spec.as_ref().filter(|_| scope.is_ollamas(item) && !scope.may_be_patch(item)) else {
            continue;
        };
        if spec.capacity.as_ref().is_none_or(|capacity| !capacity.contains_key("storage")) {
            findings.add(item, "spec.capacity", "a volume without a size", "set capacity: {storage: 50Gi}");
        }
        if spec.local.is_some() && spec.node_affinity.is_none() {
            let help = "add nodeAffinity with the node that has the disk: kubernetes.io/hostname In [node-1]";
            findings.add(item, "spec.nodeAffinity", "a volume of type local without its node", help);
        }
    }
    for (item, _) in scope.all::<Ingress>() {
        let version = item.at(&["apiVersion"]).and_then(Node::text);
        if version == Some("networking.k8s.io/v1") && scope.is_ollamas(item) && !scope.may_be_patch(item) {
            for path in of_ingress(item) {
                findings.add(item, path, "a path without pathType", "set pathType: Prefix");
            }
        }
    }
}

/// The paths of an Ingress without a type.
fn of_ingress(item: Item<'_>) -> Vec<String> {
    let rules = item.at(&["spec", "rules"]).map(Node::items).unwrap_or_default().iter().enumerate();
    let all = rules.flat_map(|(rule, of)| {
        let paths = of.get("http").and_then(|http| http.get("paths")).map(Node::items).unwrap_or_default();
        let silent = paths
            .iter()
            .enumerate()
            .filter(|(_, path)| path.get("backend").is_some() && path.get("pathType").is_none_or(Node::is_null));
        silent.map(move |(path, _)| format!("spec.rules[{rule}].http.paths[{path}].pathType"))
    });
    all.collect()
}

type Missing = (String, String, &'static str);

/// What a workload lacks, where it has the rest: an object that lacks several things is a change to another one.
fn of_workload(workload: &Workload<'_>, is_whole: bool) -> Vec<Missing> {
    let mut missing: Vec<Missing> = Vec::new();
    let has_image = |image: &Option<String>| image.as_ref().is_some_and(|image| !image.is_empty());
    let mut kinds = 0;
    if let Some(selector) = selector(workload.item) {
        let has_labels = workload.labels.is_some_and(|labels| !labels.is_empty());
        let is_empty = selector.match_labels.as_ref().is_none_or(std::collections::BTreeMap::is_empty)
            && selector.match_expressions.as_ref().is_none_or(Vec::is_empty);
        if is_empty {
            kinds += 1;
            let message = "no selector says which pods are meant".to_owned();
            missing.push(("spec.selector".to_owned(), message, "set selector: {matchLabels: {app: ollama}}"));
        }
        if !has_labels {
            kinds += 1;
            let message = "the pods have no labels, and the selector wants some".to_owned();
            let help = "set the labels of the selector in spec.template.metadata";
            missing.push(("spec.template.metadata.labels".to_owned(), message, help));
        }
    }
    if workload.pod.containers.is_empty() {
        kinds += 1;
        let message = "a pod without containers".to_owned();
        missing.push((format!("{}.containers", workload.at), message, "set containers: [{name: ollama, image: ...}]"));
    }
    let mut silent = workload.seats.iter().filter(|seat| !has_image(&seat.container.image)).peekable();
    kinds += usize::from(silent.peek().is_some());
    for seat in silent {
        let message = format!("`{}` has no image", seat.name());
        missing.push((format!("{}.image", seat.path), message, "set image: ollama/ollama with a release"));
    }
    for seat in &workload.seats {
        for (at, variable) in seat.container.env.iter().flatten().enumerate() {
            let Some(from) = &variable.value_from else { continue };
            let secret = from.secret_key_ref.as_ref().map(|of| ("secretKeyRef", of.key.as_str()));
            let map = from.config_map_key_ref.as_ref().map(|of| ("configMapKeyRef", of.key.as_str()));
            for (field, _) in secret.into_iter().chain(map).filter(|(_, key)| key.is_empty()) {
                let message = format!("`{}` is to come from no key", variable.name);
                let path = format!("{}.env[{at}].valueFrom.{field}.key", seat.path);
                missing.push((path, message, "add the key whose value the variable gets"));
            }
        }
    }
    for seat in &workload.seats {
        let silent = seat.container.volume_mounts.iter().flatten().enumerate();
        for (at, mount) in silent.filter(|(_, mount)| mount.mount_path.is_empty()) {
            let path = format!("{}.volumeMounts[{at}]", seat.path);
            // A path under a misspelt key is told by `unknown-field`.
            let is_meant = |key: &str| key.get(..9).unwrap_or(key).eq_ignore_ascii_case("mountPath");
            let keys = workload.item.written(&path).map_or(&[][..], Node::entries);
            if !keys.iter().any(|entry| is_meant(&entry.key) || nearest(&entry.key, &["mountPath"]).is_some()) {
                let message = format!("`{}` is to be mounted nowhere", mount.name);
                missing.push((format!("{path}.mountPath"), message, "add mountPath"));
            }
        }
    }
    missing.extend(without_topology(workload));
    let is_change = kinds > 1 && !is_whole || workload.job().is_some() && workload.pod.restart_policy.is_none();
    if is_change { Vec::new() } else { missing }
}

/// Terms of an affinity to pods without the label that says what is near.
fn without_topology(workload: &Workload<'_>) -> Vec<Missing> {
    let Some(affinity) = &workload.pod.affinity else { return Vec::new() };
    let to =
        affinity.pod_affinity.as_ref().and_then(|to| to.required_during_scheduling_ignored_during_execution.as_ref());
    let not = affinity.pod_anti_affinity.as_ref();
    let not = not.and_then(|to| to.required_during_scheduling_ignored_during_execution.as_ref());
    let all = [("podAffinity", to), ("podAntiAffinity", not)]
        .into_iter()
        .flat_map(|(key, terms)| terms.into_iter().flatten().enumerate().map(move |(at, term)| (key, at, term)));
    let silent = all.filter(|(.., term)| term.topology_key.is_empty());
    let told = silent.map(|(key, at, _)| {
        let place = format!("{key}.requiredDuringSchedulingIgnoredDuringExecution[{at}].topologyKey");
        let message = format!("a term of {key} does not say what is near");
        (format!("{}.affinity.{place}", workload.at), message, "add topologyKey: kubernetes.io/hostname")
    });
    told.collect()
}

fn selector(item: Item<'_>) -> Option<&LabelSelector> {
    match item.object {
        Object::Deployment(object) => object.spec.as_ref().map(|spec| &spec.selector),
        Object::StatefulSet(object) => object.spec.as_ref().map(|spec| &spec.selector),
        Object::DaemonSet(object) => object.spec.as_ref().map(|spec| &spec.selector),
        Object::ReplicaSet(object) => object.spec.as_ref().map(|spec| &spec.selector),
        _ => None,
    }
}

fn of_claim(item: Item<'_>, claim: &PersistentVolumeClaim, way: &str) -> Vec<Missing> {
    let mut missing: Vec<Missing> = Vec::new();
    let modes = claim.spec.as_ref().and_then(|spec| spec.access_modes.as_ref());
    let modes_path = format!("{way}spec.accessModes");
    if modes.is_none_or(Vec::is_empty)
        && item.written(&modes_path).is_none_or(|node| node.items().is_empty() && node.text().is_none())
    {
        missing.push((modes_path, "a claim without accessModes".to_owned(), "set accessModes: [ReadWriteOnce]"));
    }
    if asked_storage(claim).is_none() {
        let path = format!("{way}spec.resources.requests.storage");
        missing.push((path, "a claim without a size".to_owned(), "set resources: {requests: {storage: 50Gi}}"));
    }
    missing
}
