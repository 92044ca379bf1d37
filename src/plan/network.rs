//! Who may connect to the pods, and what may they reach?

use super::{Delivery, Egress, Ingress, IngressKind, Problem, Problems, Registry};
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
    ingress: Option<&Ingress>,
    delivery: &Delivery,
    registry: Option<&Registry>,
    problems: &mut Problems,
) -> Network {
    let mut from: Vec<Source> = profile
        .network
        .allow_from
        .iter()
        .map(|peer| match peer {
            Peer::Namespace(namespace) if **namespace == *profile.namespace => Source::SameNamespace,
            Peer::Namespace(namespace) => Source::Namespace(namespace.to_string()),
            Peer::Cidr(range) => Source::Range(range.to_string()),
        })
        .collect();
    if from.is_empty() {
        from.push(Source::SameNamespace);
    }
    match ingress.map(|ingress| &ingress.kind) {
        Some(IngressKind::Pods { namespace }) => {
            let controller = Source::Namespace(namespace.clone());
            if !from.contains(&controller) {
                from.push(controller);
            }
        }
        Some(IngressKind::LoadBalancer) if !from.iter().any(|source| matches!(source, Source::Range(_))) => {
            problems.error(
                Problem::new(
                    "network.allowFrom",
                    "the load balancer could not reach the pods: it comes from addresses outside the cluster",
                )
                .and("expose.ingress.controller", "this one")
                .help("add the range of its subnets: allowFrom: [{cidr: 10.0.0.0/16}]"),
            );
        }
        _ => {}
    }
    let open = profile.network.egress == Allowed::Open;
    let registry = registry.map(|registry| registry.egress.clone());
    match delivery {
        Delivery::Init => Network { servers: Connections { from, open, registry }, puller: None },
        Delivery::Job => Network {
            servers: Connections { from, open, registry: None },
            puller: Some(Connections { from: Vec::new(), open, registry }),
        },
        Delivery::Copy(_) | Delivery::Nobody => {
            Network { servers: Connections { from, open, registry: None }, puller: None }
        }
    }
}
