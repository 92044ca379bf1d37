//! Who may connect to the pods, and what may they reach?

use super::expose::Ways;
use super::{Delivery, Egress, IngressKind, Problem, Problems, Registry};
use crate::profile::{Egress as Allowed, Peer, Profile};

/// Who may talk to whom.
#[derive(Clone, Debug)]
pub struct Network {
    /// Connections of the servers.
    pub servers: Connections,
    /// Connections of the puller, where there is one.
    pub puller: Option<Connections>,
}

/// The connections of a kind of pod.
#[derive(Clone, Debug)]
pub struct Connections {
    /// Who may connect to it; none: nobody.
    pub from: Vec<Source>,
    /// Who reads the numbers of its proxy.
    pub scrapers: Vec<Source>,
    /// Whether it may reach everything.
    pub open: bool,
    /// The registry it may reach besides DNS, where it pulls.
    pub registry: Option<Egress>,
}

/// Somebody who may connect.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// All pods of the release's namespace.
    SameNamespace,
    /// All pods of a namespace.
    Namespace(String),
    /// All addresses of a range.
    Range(String),
}

pub(super) fn plan(
    profile: &Profile,
    ways: &Ways,
    delivery: &Delivery,
    registry: Option<&Registry>,
    problems: &mut Problems,
) -> Network {
    let from = callers(profile, ways, problems);
    let scrapers = ways.proxy.iter().flat_map(|proxy| &proxy.metrics);
    let scrapers: Vec<Source> = scrapers.map(|metrics| of_namespace(profile, metrics.namespace.clone())).collect();
    let open = profile.network.egress == Allowed::Open;
    let registry = registry.map(|registry| registry.egress.clone());
    match delivery {
        Delivery::Init => Network { servers: Connections { from, scrapers, open, registry }, puller: None },
        Delivery::Job => Network {
            servers: Connections { from, scrapers, open, registry: None },
            puller: Some(Connections { from: Vec::new(), scrapers: Vec::new(), open, registry }),
        },
        Delivery::Copy(_) | Delivery::Nobody => {
            Network { servers: Connections { from, scrapers, open, registry: None }, puller: None }
        }
    }
}

fn of_namespace(profile: &Profile, name: String) -> Source {
    if name == *profile.namespace { Source::SameNamespace } else { Source::Namespace(name) }
}

/// Who may ask the servers: whom the profile names, and what each way in from outside needs.
fn callers(profile: &Profile, ways: &Ways, problems: &mut Problems) -> Vec<Source> {
    let mut from: Vec<Source> = profile
        .network
        .allow_from
        .iter()
        .map(|peer| match peer {
            Peer::Namespace(namespace) => of_namespace(profile, namespace.to_string()),
            Peer::Cidr(range) => Source::Range(range.to_string()),
        })
        .collect();
    if from.is_empty() {
        from.push(Source::SameNamespace);
    }
    let mut needed: Vec<Source> = Vec::new();
    match ways.ingress.as_ref().map(|ingress| &ingress.kind) {
        Some(IngressKind::Pods { namespace }) => needed.push(of_namespace(profile, namespace.clone())),
        Some(IngressKind::LoadBalancer { checks, is_of_checks }) => {
            if !is_of_checks && !from.iter().any(|source| matches!(source, Source::Range(_))) {
                problems.error(
                    Problem::new(
                        "network.allowFrom",
                        "the load balancer could not reach the pods: it comes from addresses outside the cluster",
                    )
                    .and("expose.ingress.controller", "this one")
                    .help("add the range of its subnets: allowFrom: [{cidr: 10.0.0.0/16}]"),
                );
            }
            needed.extend(checks.iter().map(|range| Source::Range((*range).to_owned())));
        }
        None => {}
    }
    needed.extend(ways.gateway.iter().map(|gateway| of_namespace(profile, gateway.pods.clone())));
    needed.extend(ways.service.kind.ranges().iter().cloned().map(Source::Range));
    for source in needed {
        if !from.contains(&source) {
            from.push(source);
        }
    }
    from
}
