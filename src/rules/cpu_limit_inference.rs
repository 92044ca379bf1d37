//! `cpu-limit-inference`: a CPU limit, and more threads than cores.

use super::{Findings, Rule, Severity, Versions};
use crate::facts::Release;
use crate::scope::{Env, Scope, Seat, Wanted, milli};

pub(super) const RULE: Rule = Rule {
    id: "cpu-limit-inference",
    severity: Severity::Info,
    summary: "a CPU limit, and more threads than cores",
    versions: Versions::All,
    docs: include_str!("cpu_limit_inference.md"),
    check,
};

/// From how many thousandths of a core on a node hardly has more.
const MANY: u128 = 16_000;

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        let models = scope.models().of_server(workload);
        if !models.is_empty() && models.iter().all(Wanted::is_in_the_cloud) {
            continue;
        }
        for seat in workload.servers().filter(|seat| scope.is_on_cpu(workload, seat)) {
            let limits = seat.container.resources.as_ref().and_then(|resources| resources.limits.as_ref());
            let Some(limit) = limits.and_then(|limits| limits.get("cpu")).and_then(milli) else { continue };
            if limit > MANY || is_older(seat) || scope.env(workload, seat, "LLAMA_ARG_THREADS") != Env::Absent {
                continue;
            }
            let threads = (limit / 1000).max(1);
            findings.add(
                workload.item,
                format!("{}.resources.limits.cpu", seat.path),
                format!(
                    "the limit is {}, and llama-server starts one thread for each core of the node: they are throttled",
                    cores(limit)
                ),
                format!("set the variable LLAMA_ARG_THREADS: \"{threads}\", or leave the CPU limit out"),
            );
        }
    }
}

/// Whether the release is one without llama-server.
fn is_older(seat: &Seat<'_>) -> bool {
    seat.image().release().is_some_and(|release| release < Release::LLAMA_SERVER)
}

fn cores(milli: u128) -> String {
    match (milli, milli % 1000) {
        (1000, _) => "1 core".to_owned(),
        (_, 0) => format!("{} cores", milli / 1000),
        (_, part) => {
            let text = format!("{}.{part:03}", milli / 1000);
            format!("{} cores", text.trim_end_matches('0'))
        }
    }
}
