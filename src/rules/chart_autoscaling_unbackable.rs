//! `chart-autoscaling-unbackable`: the chart is scaled over a volume of one node.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "chart-autoscaling-unbackable",
    severity: Severity::Error,
    summary: "the chart is scaled over a volume of one node",
    versions: Versions::All,
    docs: include_str!("chart_autoscaling_unbackable.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for chart in scope.charts().iter().filter(|chart| chart.shares_one_volume()) {
        let most = match chart.get("autoscaling.maxReplicas") {
            None => chart.is_whole.then_some(100),
            Some(_) => chart.number("autoscaling.maxReplicas"),
        };
        let Some(most) = most.filter(|most| *most > 1) else { continue };
        if chart.is_on("autoscaling.enabled") == Some(true) {
            findings.add_to(
                chart,
                "autoscaling.enabled",
                format!("up to {most} pods are asked for, and one ReadWriteOnce volume is mounted by one node"),
                "set persistentVolume.accessModes: [ReadWriteMany] and a class that can do it, or autoscaling: {enabled: false}",
            );
        }
    }
}
