//! `limitrange-gpu-default`: a range gives a GPU to every container that asks for none.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::LimitRange;
use crate::scope::{Scope, is_gpu, milli};

pub(super) const RULE: Rule = Rule {
    id: "limitrange-gpu-default",
    severity: Severity::Warning,
    summary: "a range gives a GPU to every container that asks for none",
    versions: Versions::All,
    docs: include_str!("limitrange_gpu_default.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, range) in scope.all::<LimitRange>() {
        for (at, limits) in range.spec.iter().flat_map(|spec| &spec.limits).enumerate() {
            if limits.type_ != "Container" {
                continue;
            }
            let default = limits.default.iter().flatten().map(|(key, amount)| ("default", key, amount));
            let is_said = |key: &String| limits.default.as_ref().is_some_and(|default| default.contains_key(key));
            let most =
                limits.max.iter().flatten().filter(|(key, _)| !is_said(key)).map(|(key, amount)| ("max", key, amount));
            let gives = default
                .chain(most)
                .find(|(_, key, amount)| is_gpu(key) && milli(amount).is_some_and(|amount| amount > 0));
            let Some((kind, key, amount)) = gives else { continue };
            if scope.is_about_ollama(item) {
                let help = if kind == "max" {
                    format!("add default: {{{key}: 0}}; a quota on requests.{key} limits the namespace")
                } else {
                    format!("set default: {{{key}: 0}}, and ask for GPUs in the pods that use them")
                };
                findings.add(
                    item,
                    format!("spec.limits[{at}].{kind}.{key}"),
                    format!(
                        "every container here that says nothing gets {} of {key}, proxies and init containers too",
                        amount.0
                    ),
                    help,
                );
            }
        }
    }
}
