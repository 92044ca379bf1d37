//! Who may connect to the pods, and what may they reach?

use super::{Ingress, IngressKind, Problem, Problems, Topology};
use crate::profile::{Egress, Peer, Profile};

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
    pub registry: Option<Registry>,
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

/// Where models are pulled from.
#[derive(Clone, Debug, PartialEq)]
pub struct Registry {
    /// The ports of the registries.
    pub ports: Vec<u16>,
    /// Whether it may be inside: otherwise private addresses are out of reach.
    pub may_be_private: bool,
}

pub(super) fn plan(
    profile: &Profile,
    ingress: Option<&Ingress>,
    topology: Topology,
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
    let open = profile.network.egress == Egress::Open;
    let registry = Some(registry(profile));
    match topology {
        Topology::Single => Network { servers: Connections { from, open, registry }, puller: None },
        Topology::Shared { .. } => Network {
            servers: Connections { from, open, registry: None },
            puller: Some(Connections { from: Vec::new(), open, registry }),
        },
    }
}

fn registry(profile: &Profile) -> Registry {
    let usual = if profile.pull.insecure { 80 } else { 443 };
    let from = profile.pull.from.as_deref();
    let hosts =
        profile.models.iter().map(|model| if model.name.has_host() { Some(model.name.host.as_str()) } else { from });
    let port = |host: Option<&str>| host.and_then(|host| host.rsplit_once(':')?.1.parse().ok()).unwrap_or(usual);
    let mut ports: Vec<u16> = hosts.clone().map(port).collect();
    ports.sort_unstable();
    ports.dedup();
    Registry { ports, may_be_private: hosts.into_iter().any(|host| host.is_some()) }
}
