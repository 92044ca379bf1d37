//! `job-fixed-name`: a Job cannot be applied again with another model.

use super::{Findings, Rule, Severity, Versions};
use crate::bundle::Object;
use crate::scope::{Item, Scope};

pub(super) const RULE: Rule = Rule {
    id: "job-fixed-name",
    severity: Severity::Warning,
    summary: "a Job cannot be applied again with another model",
    versions: Versions::All,
    docs: include_str!("job_fixed_name.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads() {
        let (item, Object::Job(job)) = (workload.item, workload.item.object) else { continue };
        let goes_away = job.spec.as_ref().is_some_and(|spec| spec.ttl_seconds_after_finished.is_some());
        if goes_away
            || item.name().is_empty()
            || is_replaced(item)
            || is_versioned(item.name())
            || has_model(scope, item)
        {
            continue;
        }
        findings.add(
            item,
            "metadata.name",
            "its pods cannot be changed: applied again with another model or image, the Job is refused",
            "put the model into the name, or set ttlSecondsAfterFinished, or a hook annotation of your GitOps tool",
        );
    }
}

/// Whether something deletes the old Job before the new one comes.
fn is_replaced(item: Item<'_>) -> bool {
    let annotations = item.object.metadata().annotations.as_ref();
    annotations.into_iter().flatten().any(|(key, value)| {
        key.starts_with("helm.sh/hook")
            || key.starts_with("argocd.argoproj.io/hook")
            || key == "kustomize.toolkit.fluxcd.io/force"
            || key == "argocd.argoproj.io/sync-options"
                && (value.contains("Replace=true") || value.contains("Force=true"))
    })
}

/// Whether the name of a Job has in it all that it pulls: with another model it is another Job.
fn has_model(scope: &Scope<'_>, item: Item<'_>) -> bool {
    let plain = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let name = plain(&item.name().replace("ollama", ""));
    let mut pulled = scope.models().of_job(item).iter().filter(|wanted| wanted.pulled).peekable();
    pulled.peek().is_some() && pulled.all(|wanted| name.contains(&plain(&wanted.name.model)))
}

/// Whether a name ends in a number or a checksum, as names do that change with what they name.
fn is_versioned(name: &str) -> bool {
    let last = name.rsplit('-').next().unwrap_or_default();
    let is_hash =
        last.len() >= 5 && last.chars().all(|c| c.is_ascii_hexdigit()) && last.contains(|c: char| c.is_ascii_digit());
    let is_number = last.trim_start_matches('v').parse::<u32>().is_ok();
    is_hash || is_number && last != name
}
