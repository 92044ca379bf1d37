//! What may the namespace use, and how many servers may be away at once?

use super::{
    AccessProxy, Because, Claim, Delivery, Gpu, Origin, PULLER_CPU, PULLER_MEMORY, Problem, Problems, ServerSize,
    Store, Way,
};
use crate::profile::{AutoOrOff, Profile};
use crate::units::{Bytes, Millicores};

/// What the namespace may use.
#[derive(Clone, Debug)]
pub struct Quota {
    /// Keys and amounts of `spec.hard`, with a reason where we computed it.
    pub hard: Vec<(String, Because<String>)>,
}

/// What a container without values of its own gets; without it the quota would refuse such a pod.
#[derive(Clone, Debug)]
pub struct DefaultLimits {
    /// CPU that is reserved.
    pub cpu_request: Millicores,
    /// CPU limit; none where the quota does not count it.
    pub cpu_limit: Option<Millicores>,
    /// Memory that is reserved.
    pub memory_request: Bytes,
    /// Memory limit.
    pub memory_limit: Bytes,
}

/// Pods that count at once: a pod that is stopping keeps its share until it is gone.
const OVERLAP: u32 = 1;

/// The servers' pods.
pub(super) struct Pods<'a> {
    /// The server in each.
    pub size: &'a ServerSize,
    /// The proxy beside it.
    pub proxy: Option<&'a AccessProxy>,
    /// Its GPUs.
    pub gpu: Option<&'a Gpu>,
    /// How many, at most.
    pub replicas: u32,
}

pub(super) fn plan(
    profile: &Profile,
    pods: &Pods<'_>,
    store: &Store,
    delivery: &Delivery,
    problems: &mut Problems,
) -> Option<Quota> {
    let needed = needed(pods, store, delivery);
    match &profile.quota {
        AutoOrOff::Off => None,
        // A quota for these pods would starve the other tenants of a namespace that is not ours.
        AutoOrOff::Auto if !profile.create_namespace => None,
        AutoOrOff::Auto => {
            let hard = needed.into_iter().map(|(key, amount, reason)| (key, Because::new(amount.to_string(), reason)));
            Some(Quota { hard: hard.collect() })
        }
        AutoOrOff::Given(given) => {
            for (key, text) in given {
                check(key, text, &needed, profile.autoscale.is_some(), problems);
            }
            let hard = given.iter().map(|(key, text)| (key.clone(), Because::new(text.clone(), String::new())));
            Some(Quota { hard: hard.collect() })
        }
    }
}

/// An amount of some resource.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Amount {
    Count(u32),
    Cpu(Millicores),
    Memory(Bytes),
}

impl std::fmt::Display for Amount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Count(count) => count.fmt(f),
            Self::Cpu(cpu) => cpu.fmt(f),
            Self::Memory(memory) => memory.fmt(f),
        }
    }
}

fn needed(pods: &Pods<'_>, store: &Store, delivery: &Delivery) -> Vec<(String, Amount, String)> {
    let &Pods { size, proxy, gpu, replicas } = pods;
    // A pod counts the larger of its containers and of each init container, and one init container may pull or copy.
    let (beside_cpu, beside_memory) = proxy.map_or((Millicores(0), Bytes(0)), |proxy| (proxy.cpu, proxy.memory.value));
    let cpu = Millicores(size.cpu.value.0 + beside_cpu.0);
    let memory = size.memory.value + beside_memory;
    let (cpu, memory) = match delivery {
        Delivery::Job => (cpu, memory),
        _ => (cpu.max(PULLER_CPU), memory.max(PULLER_MEMORY)),
    };
    let jobs = u32::from(*delivery == Delivery::Job);
    // A server of a StatefulSet has the name of the one before, so it never comes before that is gone.
    let overlap = if matches!(store, Store::ClaimEach(_)) { 0 } else { OVERLAP };
    let pods = replicas + overlap;
    let puller =
        |amount: &dyn std::fmt::Display| if jobs == 0 { String::new() } else { format!(" + {amount} for the puller") };
    let cpu_sum = cpu * pods + Millicores(PULLER_CPU.0 * jobs);
    let memory_sum = memory * u64::from(pods) + PULLER_MEMORY * u64::from(jobs);
    let cpu_reason = format!("{pods} pods x {cpu}{}", puller(&PULLER_CPU));
    let memory_reason = format!("{pods} pods x {memory}{}", puller(&PULLER_MEMORY));
    let mut needed = vec![
        (
            "pods".to_owned(),
            Amount::Count(pods + jobs),
            match overlap {
                0 => "each has a name of its own: the next one comes when the last one is gone".to_owned(),
                _ => format!("{replicas} + {overlap} that is stopping{}", puller(&1)),
            },
        ),
        ("requests.cpu".to_owned(), Amount::Cpu(cpu_sum), cpu_reason.clone()),
        ("requests.memory".to_owned(), Amount::Memory(memory_sum), memory_reason.clone()),
        ("limits.memory".to_owned(), Amount::Memory(memory_sum), memory_reason),
    ];
    // How large a claim is that is there already, nobody knows here; and one that is copied from counts as well.
    let is_ours = |claim: &&Claim| claim.existing.is_none() && !matches!(delivery, Delivery::Copy(Origin::Claim(_)));
    if let Some(claim) = store.claim().filter(is_ours) {
        let (claims, reason) = match store {
            Store::ClaimEach(_) => (replicas, format!("{replicas} claims x {}, one a server", claim.size.value)),
            _ => (1, "the claim".to_owned()),
        };
        let storage = Amount::Memory(claim.size.value * u64::from(claims));
        needed.push(("requests.storage".to_owned(), storage, reason.clone()));
        needed.push(("persistentvolumeclaims".to_owned(), Amount::Count(claims), reason));
    }
    if size.cpu_is_limit {
        needed.push(("limits.cpu".to_owned(), Amount::Cpu(cpu_sum), cpu_reason));
    }
    if let Some(gpu) = gpu {
        let count = gpu.count.value;
        let key = match gpu.card.device.way {
            Way::Resource(_) => "; without `requests.` in its key it would count nothing",
            Way::Claim(_) => ", each by the claim that is made for it",
        };
        let reason = format!("{pods} pods x {count}{key}");
        needed.push((gpu.card.device.quota_key(), Amount::Count(pods * count), reason));
    }
    needed.sort_by(|a, b| a.0.cmp(&b.0));
    needed
}

/// A given amount must hold what the bundle needs.
fn check(key: &str, text: &str, needed: &[(String, Amount, String)], scaled: bool, problems: &mut Problems) {
    let field = format!("quota.{}", key.replace('.', "\\."));
    if key.contains('/')
        && !key.starts_with("requests.")
        && ![".storageclass.", ".deviceclass."].iter().any(|class| key.contains(class))
    {
        problems.error(
            Problem::new(field, format!("Kubernetes accepts `{key}` and counts nothing by it"))
                .help(format!("write requests.{}", key.trim_start_matches("limits."))),
        );
        return;
    }
    let Some((_, need, reason)) = needed.iter().find(|(known, ..)| known == key) else { return };
    let given = match need {
        Amount::Count(_) => text.parse().ok().map(Amount::Count),
        Amount::Cpu(_) => text.parse().ok().map(Amount::Cpu),
        Amount::Memory(_) => text.parse().ok().map(Amount::Memory),
    };
    match given {
        None => problems.error(
            Problem::new(field, format!("\"{text}\" is not an amount of `{key}`"))
                .help(format!("the bundle needs {need}")),
        ),
        Some(given) if given < *need => {
            let problem = Problem::new(field, format!("{given} is too little: the bundle needs {need} = {reason}"))
                .help("raise it, or leave quota out");
            problems.error(if scaled { problem.and("autoscale.max", "so many servers at once") } else { problem });
        }
        Some(_) => {}
    }
}

pub(super) fn default_limits(profile: &Profile, on_gpu: bool) -> Option<DefaultLimits> {
    profile.create_namespace.then_some(DefaultLimits {
        cpu_request: Millicores(100),
        cpu_limit: (!on_gpu).then_some(Millicores(500)),
        memory_request: Bytes::mib(128),
        memory_limit: Bytes::mib(512),
    })
}

pub(super) fn disruption(profile: &Profile, replicas: u32, problems: &mut Problems) -> Option<Because<u32>> {
    let may_be_alone = profile.autoscale.as_ref().is_some_and(|autoscale| autoscale.min < 2);
    match &profile.disruption {
        AutoOrOff::Auto if replicas > 1 && may_be_alone => {
            Some(Because::new(1, "one server may be away for a drain, the others answer; one that is alone goes, too"))
        }
        AutoOrOff::Auto if replicas > 1 => {
            Some(Because::new(1, "one server may be away for a drain, the others answer"))
        }
        AutoOrOff::Auto | AutoOrOff::Off => None,
        AutoOrOff::Given(given) => {
            let away = given.max_unavailable;
            if !(1..=replicas).contains(&away) {
                let why = if away == 0 {
                    "no server may ever be away, so every drain of its node waits for ever"
                } else {
                    "more servers than there are"
                };
                problems.error(
                    Problem::new("disruption.maxUnavailable", why).help(format!("1 to {replicas}, or disruption: off")),
                );
            }
            Some(Because::new(away, "as the profile says"))
        }
    }
}
