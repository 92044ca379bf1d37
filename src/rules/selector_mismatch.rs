//! `selector-mismatch`: a workload does not choose its own pods.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::LabelSelector;
use crate::scope::{Scope, Workload, chooses};

pub(super) const RULE: Rule = Rule {
    id: "selector-mismatch",
    severity: Severity::Error,
    summary: "a workload does not choose its own pods",
    versions: Versions::All,
    docs: include_str!("selector_mismatch.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads().filter(|workload| !workload.is_piece()) {
        let Some(selector) = workload.selector() else { continue };
        if *selector == LabelSelector::default() {
            if workload.labels.is_some() && scope.kustomizations().next().is_none() {
                say(workload, "spec.selector", "without a selector the API refuses it", findings);
            }
        } else if !chooses(selector, workload.labels) {
            check_labels(scope, workload, selector, findings);
        }
    }
}

fn check_labels(scope: &Scope<'_>, workload: &Workload<'_>, selector: &LabelSelector, findings: &mut Findings) {
    let label = |key: &str| workload.labels.and_then(|labels| labels.get(key));
    for (key, value) in selector.match_labels.iter().flatten() {
        let own = label(key);
        if own == Some(value) || scope.adds_label(key) {
            continue;
        }
        if !value.contains('$') && !own.is_some_and(|own| own.contains('$')) {
            let pods = own.map_or_else(|| format!("no `{key}`"), |own| format!("`{key}: {own}`"));
            let message = format!("it chooses pods with `{key}: {value}`, and its own have {pods}: the API refuses it");
            say(workload, &format!("spec.selector.matchLabels.{key}"), &message, findings);
        }
        return;
    }
    let keys = selector.match_expressions.iter().flatten().map(|expression| expression.key.as_str());
    if !keys.into_iter().any(|key| scope.adds_label(key)) {
        let message = "the labels of its own pods do not fit its selector: the API refuses it";
        say(workload, "spec.selector.matchExpressions", message, findings);
    }
}

fn say(workload: &Workload<'_>, path: &str, message: &str, findings: &mut Findings) {
    let labels = workload.labels.into_iter().flatten().next();
    let help = labels.map_or_else(
        || "give the pods the labels of the selector: template: {metadata: {labels: …}}".to_owned(),
        |(key, value)| format!("set selector: {{matchLabels: {{{key}: {value}}}}}, or give the pods the label"),
    );
    let template = workload.at.trim_end_matches(".spec");
    findings.add(workload.item, path, message, help).also(
        workload.item,
        format!("{template}.metadata.labels"),
        "the labels of its pods",
    );
}
