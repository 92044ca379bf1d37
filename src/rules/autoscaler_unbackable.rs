//! `autoscaler-unbackable`: an autoscaler may want more pods than the quota allows.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::ResourceQuota;
use crate::scope::{About, Scope, milli};

pub(super) const RULE: Rule = Rule {
    id: "autoscaler-unbackable",
    severity: Severity::Warning,
    summary: "an autoscaler may want more pods than the quota allows",
    versions: Versions::All,
    docs: include_str!("autoscaler_unbackable.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for scaler in scope.scalers() {
        let (field, Some(most)) = scaler.most() else { continue };
        let Some(target) = scope.target(&scaler).filter(|target| target.about != About::Other) else { continue };
        let Ok(pods) = u128::try_from(most) else { continue };
        let mut needed = target.requests();
        needed.insert("pods".into(), 1000);
        let quotas = scope.all::<ResourceQuota>().filter(|(quota, _)| quota.namespace() == target.item.namespace());
        for (quota, object) in quotas {
            let hard = object.spec.as_ref().and_then(|spec| spec.hard.as_ref());
            let short = hard.into_iter().flatten().find_map(|(key, quantity)| {
                let (have, need) = (milli(quantity)?, *needed.get(key)?);
                (need > 0 && need.saturating_mul(pods) > have).then(|| (key, have / need))
            });
            let Some((key, possible)) = short else { continue };
            findings
                .add(
                    scaler.item,
                    format!("spec.{field}"),
                    format!("the quota has room for {possible} of {most} pods"),
                    format!("set {field}: {possible}, or raise {key} of the quota"),
                )
                .also(quota, format!("spec.hard.{key}"), "all that the namespace may have");
        }
    }
}
