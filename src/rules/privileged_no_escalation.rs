//! `privileged-no-escalation`: a container is privileged and must gain no privileges.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "privileged-no-escalation",
    severity: Severity::Error,
    summary: "a container is privileged and must gain no privileges",
    versions: Versions::All,
    docs: include_str!("privileged_no_escalation.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads() {
        for seat in &workload.seats {
            let Some(context) = &seat.container.security_context else { continue };
            if context.privileged == Some(true) && context.allow_privilege_escalation == Some(false) {
                findings
                    .add(
                        workload.item,
                        format!("{}.securityContext.privileged", seat.path),
                        format!(
                            "`{}` is privileged, and allowPrivilegeEscalation is false: the API refuses it",
                            seat.name()
                        ),
                        "leave privileged out",
                    )
                    .also(
                        workload.item,
                        format!("{}.securityContext.allowPrivilegeEscalation", seat.path),
                        "refused together with it",
                    );
            }
        }
    }
}
