//! `script-unended`: a block of a script has no end.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Scope, hooks, shell};

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
            let hooks = hooks(container).map(|(name, hook)| {
                let words = hook.exec.as_ref().and_then(|exec| exec.command.as_ref());
                (format!("lifecycle.{name}.exec.command"), words)
            });
            let own =
                [("command".to_owned(), container.command.as_ref()), ("args".to_owned(), container.args.as_ref())];
            for (name, words) in own.into_iter().chain(hooks) {
                for (at, word) in words.into_iter().flatten().enumerate().filter(|(_, word)| word.contains('\n')) {
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
