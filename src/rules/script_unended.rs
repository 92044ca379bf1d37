//! `script-unended`: a block of a script has no end.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Scope, shell};

pub(super) const RULE: Rule = Rule {
    id: "script-unended",
    severity: Severity::Error,
    summary: "a block of a script has no end",
    versions: Versions::All,
    docs: include_str!("script_unended.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads() {
        for seat in &workload.seats {
            let container = seat.container;
            let hooks = container.lifecycle.as_ref();
            let hook =
                |hook: Option<&crate::k8s::LifecycleHandler>| hook.and_then(|hook| hook.exec.as_ref()?.command.clone());
            let lists = [
                ("command", container.command.clone()),
                ("args", container.args.clone()),
                ("lifecycle.postStart.exec.command", hook(hooks.and_then(|hooks| hooks.post_start.as_ref()))),
                ("lifecycle.preStop.exec.command", hook(hooks.and_then(|hooks| hooks.pre_stop.as_ref()))),
            ];
            for (name, words) in lists {
                for (at, word) in words.iter().flatten().enumerate().filter(|(_, word)| word.contains('\n')) {
                    let Some(missing) = shell::unended(word) else { continue };
                    findings.add(
                        workload.item,
                        format!("{}.{name}[{at}]", seat.path),
                        format!("the script ends before its `{missing}`: the shell refuses all of it"),
                        format!("add {missing} where the block ends"),
                    );
                }
            }
        }
    }
}
