//! `dra-dangling-claim`: a container uses a device claim that its pod does not have.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Scope, is_variable};

pub(super) const RULE: Rule = Rule {
    id: "dra-dangling-claim",
    severity: Severity::Error,
    summary: "a container uses a device claim that its pod does not have",
    versions: Versions::All,
    docs: include_str!("dra_dangling_claim.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads() {
        let claims = workload.pod.resource_claims.as_deref().unwrap_or_default();
        for seat in &workload.seats {
            let used =
                seat.container.resources.as_ref().and_then(|resources| resources.claims.as_deref()).unwrap_or_default();
            for (at, one) in used.iter().enumerate() {
                if claims.iter().any(|claim| claim.name == one.name) || is_variable(&one.name) {
                    continue;
                }
                let known: Vec<&str> = claims.iter().map(|claim| claim.name.as_str()).collect();
                let have = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                findings.add(
                    workload.item,
                    format!("{}.resources.claims[{at}].name", seat.path),
                    format!("`{}` uses the claim `{}`, and the pod has {have}", seat.name(), one.name),
                    format!(
                        "write the claim below spec.resourceClaims: {{name: {}, resourceClaimTemplateName: ...}}",
                        one.name
                    ),
                );
            }
        }
        for (at, claim) in claims.iter().enumerate() {
            let path = format!("{}.resourceClaims[{at}]", workload.at);
            let sources = usize::from(claim.resource_claim_name.is_some())
                + usize::from(claim.resource_claim_template_name.is_some());
            if sources != 1 && workload.item.written(&format!("{path}.source")).is_none() {
                let has = if sources == 0 { "neither a claim nor a template" } else { "both a claim and a template" };
                findings.add(
                    workload.item,
                    path,
                    format!("`{}` names {has}", claim.name),
                    "set one of resourceClaimTemplateName (a device for each pod) and resourceClaimName",
                );
            }
        }
    }
}
