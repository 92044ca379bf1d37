//! `pull-time-limit`: a download is given less time than it takes.

use super::flux_helm_timeout::LINE;
use super::{Findings, Rule, Severity, Versions};
use crate::scope::shell::Simple;
use crate::scope::{Moment, Scope};
use crate::sizing::known;

pub(super) const RULE: Rule = Rule {
    id: "pull-time-limit",
    severity: Severity::Warning,
    summary: "a download is given less time than it takes",
    versions: Versions::All,
    docs: include_str!("pull_time_limit.md"),
    check,
};

/// The seconds that 500 MB take at 80 Mbit/s, and a little more.
const LEAST: u64 = 120;

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for ran in scope.programs().filter(|ran| ran.program.moment != Moment::Probe) {
        for statement in ran.program.script.statements() {
            let simple = statement.simple;
            if !is_pull(simple) || statement.inside.repeated {
                continue;
            }
            // Of the models that are named the largest, where their sizes are known.
            let of_job = ran.workload.job().map(|_| scope.models().of_job(ran.workload.item));
            let named = of_job.unwrap_or_else(|| scope.models().of_server(ran.workload));
            let named = named.iter().filter(|wanted| wanted.pulled);
            let size = named.filter_map(|wanted| Some(known(&wanted.name)?.shape.weights.0)).max().unwrap_or(0);
            let needed = LEAST.max(size / LINE);
            if let Some(seconds) = limit(simple).filter(|seconds| *seconds < needed) {
                let message = format!(
                    "`{}` is ended after {seconds} seconds: by then {} MB are there at 80 Mbit/s",
                    simple.said(),
                    seconds.saturating_mul(LINE) / 1_000_000
                );
                findings.add_in(ran.program, simple, message, "give it an hour: 3600");
            }
        }
    }
}

/// Whether a command brings a model from a registry, and once.
fn is_pull(simple: &Simple) -> bool {
    simple.pulls() && !simple.words.iter().any(|word| word.text == "--retry")
}

/// How long a command may take: what stands behind `timeout`, `--max-time` or `-m`.
fn limit(simple: &Simple) -> Option<u64> {
    let words: Vec<&str> = simple.words.iter().map(|word| word.text.as_str()).collect();
    // What stands behind these is the flag's.
    let of_flag = |at: usize| matches!(words[at - 1], "-k" | "-s" | "--kill-after" | "--signal");
    let behind = |flags: &[&str]| words.windows(2).find(|pair| flags.contains(&pair[0])).map(|pair| pair[1]);
    let curl =
        || behind(&["--max-time", "-m"]).or_else(|| words.iter().find_map(|word| word.strip_prefix("--max-time=")));
    let text = match words.first()? {
        &"timeout" => {
            let starts = |at: &usize| words[*at].starts_with(|c: char| c.is_ascii_digit()) && !of_flag(*at);
            (1..words.len()).find(starts).map(|at| words[at])
        }
        _ if simple.runs("curl") => curl(),
        _ => None,
    }?;
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let of = match unit {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => return None,
    };
    // None is no limit.
    number.parse::<u64>().ok()?.checked_mul(of).filter(|seconds| *seconds > 0)
}
