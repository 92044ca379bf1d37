//! `job-deadline-short`: a Job must end before its models can be there.

use super::flux_helm_timeout::{LINE, minutes};
use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Scope, Wanted, Workload};
use crate::sizing::known;
use crate::units::Bytes;

pub(super) const RULE: Rule = Rule {
    id: "job-deadline-short",
    severity: Severity::Warning,
    summary: "a Job must end before its models can be there",
    versions: Versions::All,
    docs: include_str!("job_deadline_short.md"),
    check,
};

/// The seconds that 500 MB take at 80 Mbit/s, and the start of the pod.
const LEAST: i64 = 60;

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads() {
        let Some(job) = workload.job() else { continue };
        let own = job.active_deadline_seconds.map(|seconds| (seconds, "activeDeadlineSeconds"));
        let Some((seconds, key)) = own else { continue };
        let is_its = |wanted: &&Wanted| wanted.pulled && !wanted.maybe && !wanted.is_in_the_cloud();
        let mut wanted: Vec<&Wanted> = scope.models().of_job(workload.item).iter().filter(is_its).collect();
        wanted.sort_by(|one, other| one.name.cmp(&other.name));
        wanted.dedup_by(|one, other| one.name == other.name);
        let size = |wanted: &&Wanted| known(&wanted.name).map(|known| known.shape.weights + known.shape.projector);
        let all: Bytes = wanted.iter().filter_map(size).sum();
        let needed = all.0 / LINE;
        let at = format!("{}.{key}", workload.at.trim_end_matches(".template.spec"));
        // Of models that are not named here the smallest takes that long as well.
        let has_cloud = scope.models().of_job(workload.item).iter().any(Wanted::is_in_the_cloud);
        if needed == 0 && !has_cloud && (0..LEAST).contains(&seconds) && pulls(scope, workload) {
            let message = format!("the Job is stopped after {seconds} seconds, and no model is there by then");
            findings.add(workload.item, at, message, format!("set {key}: 3600"));
        } else if u64::try_from(seconds).is_ok_and(|seconds| seconds < needed) {
            findings.add(
                workload.item,
                at,
                format!(
                    "the Job is stopped after {seconds} seconds, and {} GiB of models take {} at 80 Mbit/s",
                    all.in_gib(),
                    minutes(needed)
                ),
                format!("set {key}: {}", needed.saturating_mul(3).max(3600)),
            );
        }
    }
}

/// Whether a Job pulls models.
fn pulls<'a>(scope: &Scope<'a>, workload: &Workload<'a>) -> bool {
    let mut statements = scope.programs_of(workload).flat_map(|ran| ran.program.script.statements());
    statements.any(|statement| statement.simple.pulls())
}
