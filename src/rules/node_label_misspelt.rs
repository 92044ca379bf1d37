//! `node-label-misspelt`: a label of nodes, or its value, is spelt otherwise.

use super::{Findings, Rule, Severity, Versions};
use crate::facts::{GPUS, is_node_label, node_labels};
use crate::k8s::{NodeSelectorTerm, PodSpec};
use crate::scope::{Scope, closest};

pub(super) const RULE: Rule = Rule {
    id: "node-label-misspelt",
    severity: Severity::Warning,
    summary: "a label of nodes, or its value, is spelt otherwise",
    versions: Versions::All,
    docs: include_str!("node_label_misspelt.md"),
    check,
};

/// The label that says which GPU a node of GKE has.
const GKE: &str = "cloud.google.com/gke-accelerator";

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads() {
        for (key, path) in keys(workload.pod) {
            let Some(meant) = meant(key) else { continue };
            let message = format!("no node has a label `{key}`: its label is `{meant}`");
            findings.add(workload.item, format!("{}.{path}", workload.at), message, format!("write {meant}"));
        }
        for (key, known) in VALUES {
            let value = workload.pod.node_selector.as_ref().and_then(|selector| selector.get(key));
            if let Some(value) = value.filter(|value| {
                !known.contains(&value.as_str())
                    && !value.is_empty()
                    && *value != "null"
                    && !value.contains(['$', '{', '<'])
            }) {
                let message = format!("no node has `{key}: {value}`: the pod stays Pending");
                let help = match value.as_str() {
                    "x86_64" | "x86-64" | "x64" => "write amd64".to_owned(),
                    "aarch64" => "write arm64".to_owned(),
                    _ => format!("write one of {}", known.join(", ")),
                };
                findings.add(workload.item, format!("{}.nodeSelector.{key}", workload.at), message, help);
            }
        }
        let card = workload.pod.node_selector.as_ref().and_then(|selector| selector.get(GKE));
        if let Some((card, meant)) = card.and_then(|card| Some((card, meant_card(card)?))) {
            let message = format!("GKE knows no GPU `{card}`: no node has this label");
            findings.add(
                workload.item,
                format!("{}.nodeSelector.{GKE}", workload.at),
                message,
                format!("write {meant}"),
            );
        }
    }
}

/// What the labels of the system and the machine may be. Source: Go's names for them, which the kubelet sets.
const VALUES: [(&str, &[&str]); 2] = [
    ("kubernetes.io/os", &["linux", "windows"]),
    ("kubernetes.io/arch", &["amd64", "arm64", "arm", "386", "ppc64le", "s390x", "riscv64", "loong64"]),
];

/// The name that GKE has for a card that is almost written so: without its memory, or with a slip.
fn meant_card(card: &str) -> Option<&'static str> {
    let known = || GPUS.iter().map(|row| row.gke).filter(|known| !known.is_empty());
    if card.contains(['$', '{', '<']) || known().any(|known| known == card) {
        return None;
    }
    let mut same = known().filter(|known| core(known) == core(card));
    match same.next() {
        Some(only) => same.next().is_none().then_some(only),
        None => closest(card, known().filter(|known| digits(known) == digits(card)), 1),
    }
}

/// The name of a card without its maker, its line and its memory: `h100` of `nvidia-h100-80gb`.
fn core(card: &str) -> &str {
    let card = card.strip_prefix("nvidia-").unwrap_or(card);
    let card = card.strip_prefix("tesla-").unwrap_or(card);
    card.rsplit_once('-').filter(|(_, end)| end.ends_with("gb")).map_or(card, |(card, _)| card)
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// The label that is meant by one that is almost it.
fn meant(key: &str) -> Option<String> {
    // Whoever has a label of the same length but for digits means another one.
    let letters = |text: &str| text.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    if !key.contains('/') || is_node_label(key) || key.contains(['$', '{', '<']) {
        return None;
    }
    let known = node_labels().filter(|known| letters(known) != letters(key));
    closest(key, known, if key.len() < 18 { 1 } else { 2 })
}

/// The labels of nodes that a pod names, with the ways to them.
fn keys(pod: &PodSpec) -> Vec<(&str, String)> {
    let selector = pod.node_selector.iter().flatten();
    let mut found: Vec<(&str, String)> =
        selector.map(|(key, _)| (key.as_str(), format!("nodeSelector.{key}"))).collect();
    for (at, spread) in pod.topology_spread_constraints.iter().flatten().enumerate() {
        found.push((&spread.topology_key, format!("topologySpreadConstraints[{at}].topologyKey")));
    }
    let Some(affinity) = &pod.affinity else { return found };
    if let Some(nodes) = &affinity.node_affinity {
        let required = nodes.required_during_scheduling_ignored_during_execution.iter();
        let required = required.flat_map(|required| &required.node_selector_terms).enumerate();
        for (at, term) in required {
            of_term(
                term,
                &format!("requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[{at}]"),
                &mut found,
            );
        }
        let preferred = nodes.preferred_during_scheduling_ignored_during_execution.iter().flatten().enumerate();
        for (at, weighted) in preferred {
            let way = format!("preferredDuringSchedulingIgnoredDuringExecution[{at}].preference");
            of_term(&weighted.preference, &way, &mut found);
        }
    }
    let near = affinity
        .pod_affinity
        .as_ref()
        .and_then(|near| near.required_during_scheduling_ignored_during_execution.as_ref());
    let far = affinity
        .pod_anti_affinity
        .as_ref()
        .and_then(|far| far.required_during_scheduling_ignored_during_execution.as_ref());
    for (name, terms) in [("podAffinity", near), ("podAntiAffinity", far)] {
        for (at, term) in terms.into_iter().flatten().enumerate() {
            let way = format!("affinity.{name}.requiredDuringSchedulingIgnoredDuringExecution[{at}].topologyKey");
            found.push((&term.topology_key, way));
        }
    }
    found
}

fn of_term<'a>(term: &'a NodeSelectorTerm, way: &str, found: &mut Vec<(&'a str, String)>) {
    let wishes = |operator: &str| matches!(operator, "In" | "Exists" | "Gt" | "Lt");
    for (at, one) in term.match_expressions.iter().flatten().enumerate().filter(|(_, one)| wishes(&one.operator)) {
        found.push((&one.key, format!("affinity.nodeAffinity.{way}.matchExpressions[{at}].key")));
    }
}
