//! `chart-rwo-replicas`: several pods of the chart share a volume of one node.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "chart-rwo-replicas",
    severity: Severity::Error,
    summary: "several pods of the chart share a volume of one node",
    versions: Versions::All,
    docs: include_str!("chart_rwo_replicas.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for chart in scope.charts().iter().filter(|chart| chart.shares_one_volume()) {
        let is_scaled = chart.is_on("autoscaling.enabled") != Some(false);
        let Some(replicas) = chart.number("replicaCount").filter(|replicas| *replicas > 1 && !is_scaled) else {
            continue;
        };
        findings.add_to(
            chart,
            "replicaCount",
            format!("{replicas} pods cannot mount one ReadWriteOnce volume on different nodes"),
            "set persistentVolume.accessModes: [ReadWriteMany] and a class that can do it, or replicaCount: 1",
        );
    }
}
