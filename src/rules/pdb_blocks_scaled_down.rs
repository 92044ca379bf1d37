//! `pdb-blocks-scaled-down`: a disruption budget lets no pod go while the autoscaler keeps few of them.

use super::pdb_blocks_drain::{blocking, guards};
use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "pdb-blocks-scaled-down",
    severity: Severity::Warning,
    summary: "a disruption budget lets no pod go while the autoscaler keeps few of them",
    versions: Versions::All,
    docs: include_str!("pdb_blocks_scaled_down.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for guard in guards(scope) {
        let Some(scaler) = guard.scaler else { continue };
        let few = guard.least.max(1);
        let Some(field) = blocking(guard.spec, few).filter(|_| blocking(guard.spec, guard.most).is_none()) else {
            continue;
        };
        let pods = if few == 1 { "the only pod" } else { "none of them" };
        let verb = if few == 1 { "may not be away" } else { "may be away" };
        findings
            .add(
                guard.item,
                format!("spec.{field}"),
                format!(
                    "while the autoscaler keeps {few}, {pods} {verb}: a drain of the node waits until load brings more"
                ),
                "set maxUnavailable: 1, which fits any number of pods",
            )
            .also(scaler.item, format!("spec.{}", scaler.least().0), "the fewest pods");
    }
}
