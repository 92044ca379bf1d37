//! How does what is rendered reach a cluster: from which folder, when has it failed, and what must be there before?

use super::{Because, Delivery, Problem, Problems, Times};
use crate::profile::{Argocd, Auto, Flux, Profile};
use crate::units::Seconds;

/// How what is rendered reaches a cluster.
#[derive(Clone, Debug)]
pub struct Gitops {
    /// The folder in the repository, without a slash at its ends.
    pub path: String,
    /// When a change has failed.
    pub timeout: Because<Seconds>,
    /// What Flux needs to know.
    pub flux: Flux,
    /// What Argo CD needs to know.
    pub argocd: Argocd,
}

pub(super) fn plan(
    profile: &Profile,
    times: &Times,
    delivery: &Delivery,
    replicas: u32,
    problems: &mut Problems,
) -> Gitops {
    let asked = &profile.gitops;
    let path = asked.path.clone().unwrap_or_else(|| format!("apps/{}", profile.name));
    let path = path.trim_start_matches("./").trim_matches('/').to_owned();
    if path.split('/').any(|part| part == "..") {
        problems.error(
            Problem::new("gitops.path", "the folder is not in the repository")
                .help("write it as seen from the top of the repository, as in apps/ollama"),
        );
    }
    if asked.flux.interval < Seconds(60) {
        problems.error(
            Problem::new("gitops.flux.interval", "Flux looks at most once a minute")
                .help("write 60s or more, as in 10m"),
        );
    }
    if asked.flux.chart.version.split('.').filter(|part| part.parse::<u32>().is_ok()).count() != 3 {
        problems.error(
            Problem::new("gitops.flux.chart.version", "a version that is not exact is another one tomorrow")
                .help("write all three numbers, as in 1.77.0"),
        );
    }
    let timeout = timeout(profile, times, delivery, replicas, problems);
    Gitops { path, timeout, flux: asked.flux.clone(), argocd: asked.argocd.clone() }
}

/// When a change has failed: servers are replaced one after the other, and those that pull for themselves pull each.
fn timeout(
    profile: &Profile,
    times: &Times,
    delivery: &Delivery,
    replicas: u32,
    problems: &mut Problems,
) -> Because<Seconds> {
    let each =
        if *delivery == Delivery::Init { times.progress.value.0 } else { times.progress.value.0 - times.pull.value.0 };
    let others = each.saturating_mul(replicas.saturating_sub(1));
    let needed = Seconds(times.progress.value.0.saturating_add(others));
    let servers = if replicas > 1 { format!(", for {replicas} servers, one after the other") } else { String::new() };
    let reason = format!("{}{servers}", times.progress.reason);
    match profile.gitops.timeout {
        Auto::Auto => Because::new(needed.round_up(60), reason),
        Auto::Given(given) => {
            if given < needed {
                let needed = needed.round_up(60);
                problems.error(
                    Problem::new("gitops.timeout", format!("a first rollout may take {needed}"))
                        .label(reason)
                        .help(format!("set gitops.timeout: {needed} or leave it out")),
                );
            }
            Because::new(given, "as the profile says")
        }
    }
}
