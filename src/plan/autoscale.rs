//! How many servers may there be, who changes their number, and by what?

use super::trigger::{Trigger, trigger};
use super::wake::{Wake, wake};
use super::{Because, DEVICE_CLASS, Delivery, Gpu, PlannedModel, Problem, Problems, Servers, Store, Times, Way};
use crate::profile::{self, Auto, Profile, SpreadOver};
use crate::sizing::Load;
use crate::units::Seconds;

/// A number of servers that KEDA changes.
#[derive(Clone, Debug)]
pub struct Autoscale {
    /// At least so many, 0 to 99.
    pub min: Because<u32>,
    /// At most so many, 1 to 100.
    pub max: Because<u32>,
    /// How often KEDA itself asks.
    pub polling: Because<Seconds>,
    /// How long nobody asks until the last one goes.
    pub cooldown: Because<Seconds>,
    /// How long the first one stays in any case; none: one always stays.
    pub initial_cooldown: Option<Because<Seconds>>,
    /// How long fewer must be enough until one goes.
    pub lull: Because<Seconds>,
    /// Until the next one may go.
    pub pause: Because<Seconds>,
    /// What is counted.
    pub trigger: Trigger,
    /// How long it takes until one more gives its first answer.
    pub wake: Wake,
}

/// What is decided already.
pub(super) struct Decided<'a> {
    pub models: &'a [PlannedModel],
    pub load: Load,
    pub gpu: Option<&'a Gpu>,
    pub servers: &'a Servers,
    pub store: &'a Store,
    pub delivery: &'a Delivery,
    pub times: &'a Times,
}

/// An HPA takes no longer window. Source: kubernetes v1.37.1 `pkg/apis/autoscaling/validation/validation.go`
/// `MaxStabilizationWindowSeconds`.
const LONGEST_LULL: Seconds = Seconds(3600);
/// Nor a longer period. Source: the same file, `MaxPeriodSeconds`.
const LONGEST_PAUSE: Seconds = Seconds(1800);
/// The window of an HPA that says nothing, and KEDA's cooldown.
const USUAL_LULL: Seconds = Seconds(300);
/// How often an HPA counts. Source: kubernetes.io kube-controller-manager `--horizontal-pod-autoscaler-sync-period`.
const HPA_PERIOD: Seconds = Seconds(15);

pub(super) fn plan(profile: &Profile, decided: &Decided<'_>, problems: &mut Problems) -> Option<Autoscale> {
    let asked = profile.autoscale.as_ref()?;
    bounds(profile, asked, problems);
    let polling = asked.polling_interval;
    let seen = if asked.min == 0 { (polling, "until KEDA looks") } else { (HPA_PERIOD, "until it is counted") };
    let wake = wake(seen, decided.models, decided.store, decided.delivery);
    let trigger = trigger(profile, asked, decided, problems);
    if asked.min == 0 {
        from_zero(&wake, decided, problems);
    }
    let Times { drain, grace, progress, .. } = decided.times;
    let lull = (wake.warm() + *drain).max(USUAL_LULL).round_up(60);
    let bound = if lull > LONGEST_LULL { "an hour, as Kubernetes takes no more" } else { "at least 5m" };
    let lull_reason = format!(
        "a server that is missed takes {drain} to go and {} to come back: it stays through lulls that are shorter; {bound}",
        wake.warm()
    );
    Some(Autoscale {
        min: Because::new(asked.min, min_reason(asked.min, &wake)),
        max: Because::new(decided.servers.replicas, max_reason(decided)),
        polling: Because::new(
            polling,
            "until a first request is seen where no server is; where one is, Kubernetes asks every 15s",
        ),
        cooldown: cooldown(asked, &wake),
        initial_cooldown: (asked.min == 0)
            .then(|| Because::new(progress.value, "the first server may be as long with its models before it goes")),
        lull: Because::new(lull.min(LONGEST_LULL), lull_reason),
        pause: Because::new(
            grace.value.min(LONGEST_PAUSE),
            format!("one at a time, and the next one when that is gone: a stop may take {}", grace.value),
        ),
        trigger,
        wake,
    })
}

/// What `min`, `max` and the fields around them say together.
fn bounds(profile: &Profile, asked: &profile::Autoscale, problems: &mut Problems) {
    let (min, max) = (asked.min, asked.max);
    if let Some(replicas) = profile.replicas {
        problems.error(
            Problem::new("replicas", format!("{replicas} servers, and a number that changes"))
                .label("each apply would set it back to this")
                .and("autoscale", "KEDA changes it")
                .help("set replicas: null, or autoscale: null"),
        );
    }
    if min > max {
        problems.error(
            Problem::new("autoscale.min", format!("at least {min} servers are more than at most {max}"))
                .and("autoscale.max", "at most so many")
                .help(format!("set autoscale.min: {} or less", max.saturating_sub(1))),
        );
    } else if min == max {
        problems.error(
            Problem::new("autoscale.min", format!("from {min} to {max} servers nothing is scaled"))
                .and("autoscale.max", "the same")
                .help(format!(
                    "set replicas: {max} and leave autoscale out, or set autoscale.max: {}",
                    max.saturating_add(1)
                )),
        );
    }
    if asked.polling_interval < Seconds(5) {
        problems.error(
            Problem::new("autoscale.pollingInterval", "Prometheus has nothing new that often")
                .help("5s or more, as in 30s"),
        );
    }
}

fn min_reason(min: u32, wake: &Wake) -> String {
    match min {
        0 => format!("none while nobody asks. Who asks then waits: {wake}"),
        1 => "one always answers".to_owned(),
        _ => format!("{min} always answer: one may be away"),
    }
}

/// What must be there for so many servers at once.
fn max_reason(decided: &Decided<'_>) -> String {
    let most = decided.servers.replicas;
    let servers = if most == 1 { "one server".to_owned() } else { format!("{most} servers at once") };
    let gpus = decided.gpu.map(|gpu| {
        let count = gpu.count.value;
        let what = match &gpu.card.device.way {
            Way::Resource(resource) => resource.as_str(),
            Way::Claim(_) => DEVICE_CLASS,
        };
        format!("{} {what} = {most} x {count}", most.saturating_mul(count))
    });
    let apart = decided.servers.spread.filter(|spread| spread.required).map(|spread| match spread.over {
        SpreadOver::Host => format!("{most} nodes, as no two share one"),
        SpreadOver::Zone => "nodes in so many zones that none has two more than another".to_owned(),
    });
    let claims =
        matches!(decided.store, Store::ClaimEach(_)).then(|| format!("{most} claims, which stay when servers go"));
    let needs: Vec<String> = gpus.into_iter().chain(apart).chain(claims).collect();
    match needs.split_last() {
        None => format!("{servers}: so many the quota has room for"),
        Some((last, [])) => format!("{servers} need {last}"),
        Some((last, others)) => format!("{servers} need {}, and {last}", others.join(", ")),
    }
}

fn cooldown(asked: &profile::Autoscale, wake: &Wake) -> Because<Seconds> {
    let matters =
        if asked.min == 0 { "until the last one goes" } else { "only before the last one goes, which stays here" };
    match asked.cooldown {
        Auto::Given(given) => Because::new(given, format!("as the profile says: {matters}")),
        Auto::Auto if asked.min == 0 => {
            let value = wake.warm().max(USUAL_LULL).round_up(60);
            Because::new(value, format!("{matters}: no shorter than the {} to come back, at least 5m", wake.warm()))
        }
        Auto::Auto => Because::new(USUAL_LULL, matters),
    }
}

/// What clients see while there is no server.
fn from_zero(wake: &Wake, decided: &Decided<'_>, problems: &mut Problems) {
    let (warm, cold) = (wake.warm().round_up(60), wake.cold().round_up(60));
    let problem = Problem::new(
        "autoscale.min",
        format!("who finds no server gets 503 or no connection, for up to {warm}, or {cold} on a node without the image: {wake}"),
    )
    .help("have clients repeat the first request, or a gateway hold it for so long; or set autoscale.min: 1");
    let pulls = matches!((decided.store, decided.delivery), (Store::NodeDisk(_), Delivery::Init));
    problems.warning(if pulls {
        problem.and("storage.topology", "all models are pulled again each time")
    } else {
        problem
    });
}
