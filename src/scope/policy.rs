//! What do network policies let through?

use std::collections::{BTreeMap, BTreeSet};

use super::{About, Item, Scope, Workload, is_private, pod};
use crate::k8s::*;

/// Which way connections go, as the pods see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To the pods.
    Ingress,
    /// From the pods.
    Egress,
}

/// Pods that have to do with Ollama, and all policies among the manifests that bind them in a direction.
#[derive(Debug)]
pub struct Governed<'s, 'a> {
    /// What makes the pods; none where the policies say that they are Ollama's, and the pods are made elsewhere.
    pub workload: Option<&'s Workload<'a>>,
    /// The policies: what one of them allows is allowed.
    pub policies: Vec<(Item<'a>, &'a NetworkPolicySpec)>,
}

/// What a rule allows: whom, and at which ports.
#[derive(Clone, Copy, Debug)]
pub struct Allowed<'a> {
    /// Whom; empty: everybody.
    pub peers: &'a [NetworkPolicyPeer],
    /// The ports; empty: all.
    pub ports: &'a [NetworkPolicyPort],
}

impl Direction {
    /// Whether a policy binds pods in this direction.
    pub fn binds(self, spec: &NetworkPolicySpec) -> bool {
        match (&spec.policy_types, self) {
            (Some(types), Self::Ingress) => types.iter().any(|kind| kind == "Ingress"),
            (Some(types), Self::Egress) => types.iter().any(|kind| kind == "Egress"),
            (None, Self::Ingress) => true,
            (None, Self::Egress) => spec.egress.is_some(),
        }
    }

    /// The rules of a policy.
    pub fn rules(self, spec: &NetworkPolicySpec) -> Vec<Allowed<'_>> {
        let ingress = spec.ingress.iter().flatten().map(|rule| Allowed::of(rule.from.as_ref(), rule.ports.as_ref()));
        let egress = spec.egress.iter().flatten().map(|rule| Allowed::of(rule.to.as_ref(), rule.ports.as_ref()));
        match self {
            Self::Ingress => ingress.collect(),
            Self::Egress => egress.collect(),
        }
    }
}

impl<'a> Allowed<'a> {
    fn of(peers: Option<&'a Vec<NetworkPolicyPeer>>, ports: Option<&'a Vec<NetworkPolicyPort>>) -> Self {
        Self { peers: peers.map_or(&[], Vec::as_slice), ports: ports.map_or(&[], Vec::as_slice) }
    }

    /// Whether it allows pods with these labels in the policy's own namespace; also where that is not clear.
    pub fn may_have(self, namespace: Option<&str>, labels: Option<&BTreeMap<String, String>>) -> bool {
        let may = |peer: &NetworkPolicyPeer| {
            let is_pod = peer.pod_selector.as_ref().is_none_or(|selector| pod::chooses(selector, labels));
            let is_namespace = peer.namespace_selector.as_ref().is_none_or(|selector| {
                let name = selector.match_labels.as_ref().and_then(|labels| labels.get("kubernetes.io/metadata.name"));
                name.is_none_or(|name| namespace.is_none_or(|own| own == name))
            });
            peer.ip_block.is_some() || (is_pod && is_namespace)
        };
        self.peers.is_empty() || self.peers.iter().any(may)
    }

    /// Whether it allows a port; a port by its name may be any.
    pub fn has_port(self, wanted: i32, protocol: &str) -> bool {
        self.ports.is_empty()
            || self.ports.iter().any(|port| {
                let is_protocol = port.protocol.as_deref().unwrap_or("TCP") == protocol;
                is_protocol
                    && match (&port.port, port.end_port) {
                        (None | Some(IntOrString::String(_)), _) => true,
                        (Some(IntOrString::Int(first)), Some(last)) => (*first..=last).contains(&wanted),
                        (Some(IntOrString::Int(only)), None) => *only == wanted,
                    }
            })
    }

    /// Whether it allows the port of Ollama for certain: a port with a name may be that of what stands beside the server.
    pub fn has_server(self) -> bool {
        let is_other = |port: &NetworkPolicyPort| match &port.port {
            Some(IntOrString::String(name)) => name != "http" && !name.contains("llama") && !name.contains("api"),
            _ => false,
        };
        self.has_port(11434, "TCP") && (self.ports.is_empty() || !self.ports.iter().all(is_other))
    }

    /// Whether it allows addresses out in the world.
    pub fn has_world(self) -> bool {
        let is_world = |peer: &NetworkPolicyPeer| peer.ip_block.as_ref().is_some_and(|block| !is_private(&block.cidr));
        self.peers.is_empty() || self.peers.iter().any(is_world)
    }

    /// Whether it may allow pods of other namespaces than the policy's own, or addresses.
    pub fn has_others(self) -> bool {
        self.peers.is_empty()
            || self.peers.iter().any(|peer| peer.namespace_selector.is_some() || peer.ip_block.is_some())
    }

    /// Whether it may allow the cluster's name servers, which are pods of `kube-system`.
    pub fn has_name_servers(self) -> bool {
        let may = |peer: &NetworkPolicyPeer| match (&peer.ip_block, &peer.namespace_selector) {
            (Some(block), _) => !self.ports.is_empty() || block.except.as_ref().is_none_or(Vec::is_empty),
            (None, Some(selector)) => {
                let name = selector.match_labels.as_ref().and_then(|labels| labels.get("kubernetes.io/metadata.name"));
                name.is_none_or(|name| name == "kube-system" || name == "openshift-dns")
            }
            (None, None) => false,
        };
        self.peers.is_empty() || self.peers.iter().any(may)
    }
}

impl<'a> Scope<'a> {
    /// As [`Scope::governed`], by the place of the workload among the objects.
    pub fn bound(&self, direction: Direction) -> BTreeMap<usize, Governed<'_, 'a>> {
        let governed = self.governed(direction).into_iter();
        governed.filter_map(|group| Some((group.workload?.item.number, group))).collect()
    }

    /// The pods that have to do with Ollama and are bound by a policy in a direction.
    pub fn governed(&self, direction: Direction) -> Vec<Governed<'_, 'a>> {
        let mut found: BTreeMap<usize, Governed<'_, 'a>> = BTreeMap::new();
        let mut elsewhere: BTreeMap<(Option<&str>, String), Governed<'_, 'a>> = BTreeMap::new();
        let mut general = Vec::new();
        for (item, policy) in self.all::<NetworkPolicy>() {
            let Some(spec) = policy.spec.as_ref().filter(|spec| direction.binds(spec)) else { continue };
            let chosen = self.chosen_by(item, spec);
            if spec.pod_selector.as_ref().is_none_or(|selector| *selector == LabelSelector::default()) {
                general.push((item, spec));
            } else if chosen.is_empty() && is_about_ollama(self, item, spec) {
                let key = (item.namespace(), format!("{:?}", spec.pod_selector));
                let group = elsewhere.entry(key).or_insert_with(|| Governed { workload: None, policies: Vec::new() });
                group.policies.push((item, spec));
            }
            for workload in chosen.into_iter().filter(|workload| workload.about != About::Other) {
                let governed = || Governed { workload: Some(workload), policies: Vec::new() };
                found.entry(workload.item.number).or_insert_with(governed).policies.push((item, spec));
            }
        }
        for group in elsewhere.values_mut() {
            let first = group.policies.first().map(|(item, _)| *item);
            group.policies.extend(general.iter().filter(|(item, _)| first.is_some_and(|first| first.may_meet(*item))));
        }
        found.into_values().chain(elsewhere.into_values()).collect()
    }

    /// The servers that no policy among the manifests opens to addresses out in the world, though some bind them.
    pub fn fenced(&self) -> BTreeSet<usize> {
        let shuts = |group: &Governed<'_, 'a>| {
            group.policies.iter().all(|(_, spec)| !Direction::Ingress.rules(spec).iter().any(|rule| rule.has_world()))
        };
        let shut = self.governed(Direction::Ingress).into_iter().filter(shuts);
        shut.filter_map(|group| Some(group.workload?.item.number)).collect()
    }

    /// Whether a Service leads to pods that are all fenced.
    pub fn is_fenced(&self, item: Item<'a>, spec: &ServiceSpec, fenced: &BTreeSet<usize>) -> bool {
        let Some(selector) = spec.selector.as_ref().filter(|_| !fenced.is_empty()) else { return false };
        let chosen = self.selected(item, selector);
        !chosen.is_empty() && chosen.iter().all(|workload| fenced.contains(&workload.item.number))
    }

    /// What makes the pods that a policy chooses.
    pub fn chosen_by(&self, item: Item<'a>, spec: &NetworkPolicySpec) -> Vec<&Workload<'a>> {
        let mut chosen = match &spec.pod_selector {
            Some(selector) => self.selected_by(item, selector),
            None => self.selected(item, &BTreeMap::new()),
        };
        // An object that says no namespace goes anywhere: it is bound only by a policy that says none as well.
        chosen.retain(|workload| workload.item.namespace() == item.namespace());
        chosen
    }
}

/// Whether a policy is about Ollama: it chooses such pods, or none of these manifests and says so by a name or a port.
pub fn is_about_ollama<'a>(scope: &Scope<'a>, item: Item<'a>, spec: &NetworkPolicySpec) -> bool {
    let chosen = scope.chosen_by(item, spec);
    if !chosen.is_empty() {
        return chosen.iter().any(|workload| workload.about != About::Other);
    }
    let labels = spec.pod_selector.iter().flat_map(|selector| selector.match_labels.iter().flatten());
    let has_port = |direction: Direction| {
        let is_port = |port: &NetworkPolicyPort| port.port == Some(IntOrString::Int(11434));
        direction.rules(spec).iter().any(|rule| rule.ports.iter().any(is_port))
    };
    item.name().contains("ollama")
        || labels.into_iter().any(|(_, value)| value.contains("ollama"))
        || has_port(Direction::Ingress)
        || has_port(Direction::Egress)
}
