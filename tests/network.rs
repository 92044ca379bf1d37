//! Who may talk to whom, by the policies that are rendered?
//!
//! The rules are those of `networking.k8s.io/v1`: a pod that no policy selects is open; one that is selected takes and makes
//! only what some rule of some policy allows. Replies are not looked at, nor what comes from the pod's own node.

mod built_in;

use std::collections::BTreeMap;
use std::net::IpAddr;

use built_in::render;
use ollama_k8s::Rendered;
use ollama_k8s::bundle::Object;
use ollama_k8s::k8s::{IntOrString, LabelSelector, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort};

/// Somebody at one end of a connection.
struct End {
    /// None: outside of the cluster.
    namespace: Option<String>,
    labels: BTreeMap<String, String>,
    address: IpAddr,
}

fn pod(namespace: &str, labels: &[(&str, &str)]) -> End {
    let labels = labels.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    End { namespace: Some(namespace.to_owned()), labels, address: [10, 1, 2, 3].into() }
}

fn outside(address: &str) -> End {
    End { namespace: None, labels: BTreeMap::new(), address: address.parse().expect("an address") }
}

fn component(name: &str) -> End {
    let labels = [
        ("app.kubernetes.io/name", "ollama"),
        ("app.kubernetes.io/instance", "ollama"),
        ("app.kubernetes.io/component", name),
    ];
    pod("ollama", &labels)
}

fn chooses(selector: &LabelSelector, labels: &BTreeMap<String, String>) -> bool {
    assert!(selector.match_expressions.is_none(), "this test knows labels alone");
    selector.match_labels.iter().flatten().all(|(key, value)| labels.get(key) == Some(value))
}

fn is_in(range: &str, address: IpAddr) -> bool {
    let (network, length) = range.split_once('/').expect("a range");
    let length: u32 = length.parse().expect("a length");
    match (network.parse().expect("an address"), address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            length == 0 || network.to_bits() >> (32 - length) == address.to_bits() >> (32 - length)
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => {
            length == 0 || network.to_bits() >> (128 - length) == address.to_bits() >> (128 - length)
        }
        _ => false,
    }
}

fn is_peer(peer: &NetworkPolicyPeer, end: &End, of: &str) -> bool {
    if let Some(block) = &peer.ip_block {
        return is_in(&block.cidr, end.address)
            && !block.except.iter().flatten().any(|range| is_in(range, end.address));
    }
    let Some(namespace) = &end.namespace else { return false };
    let names = [("kubernetes.io/metadata.name".to_owned(), namespace.clone())].into();
    let in_namespace = peer.namespace_selector.as_ref().map_or(namespace == of, |selector| chooses(selector, &names));
    in_namespace && peer.pod_selector.as_ref().is_none_or(|selector| chooses(selector, &end.labels))
}

/// The ports of the containers, by name.
fn is_port(ports: &[NetworkPolicyPort], number: i32, named: &BTreeMap<String, i32>) -> bool {
    ports.iter().any(|port| match &port.port {
        None => true,
        Some(IntOrString::Int(known)) => *known == number,
        Some(IntOrString::String(name)) => named.get(name) == Some(&number),
    })
}

struct World {
    policies: Vec<NetworkPolicy>,
    ports: BTreeMap<String, i32>,
}

impl World {
    fn of(rendered: &Rendered) -> Self {
        let mut world = Self { policies: Vec::new(), ports: BTreeMap::new() };
        for object in rendered.bundle.iter() {
            match object {
                Object::NetworkPolicy(policy) => world.policies.push((**policy).clone()),
                Object::Deployment(deployment) => {
                    let pod = deployment.spec.as_ref().and_then(|spec| spec.template.spec.as_ref()).expect("a pod");
                    let ports = pod.containers.iter().flat_map(|container| container.ports.iter().flatten());
                    world.ports.extend(ports.map(|port| (port.name.clone().expect("a name"), port.container_port)));
                }
                _ => {}
            }
        }
        world
    }

    /// Whether what belongs to the release takes a connection.
    fn takes(&self, from: &End, to: &End, port: i32) -> bool {
        let namespace = to.namespace.as_deref().expect("a pod");
        self.judged(to, "Ingress", |policy| {
            let spec = policy.spec.as_ref().expect("a spec");
            spec.ingress.iter().flatten().any(|rule| {
                rule.from.as_ref().is_none_or(|peers| peers.iter().any(|peer| is_peer(peer, from, namespace)))
                    && rule.ports.as_ref().is_none_or(|ports| is_port(ports, port, &self.ports))
            })
        })
    }

    /// Whether what belongs to the release makes a connection.
    fn makes(&self, from: &End, to: &End, port: i32) -> bool {
        let namespace = from.namespace.as_deref().expect("a pod");
        self.judged(from, "Egress", |policy| {
            let spec = policy.spec.as_ref().expect("a spec");
            spec.egress.iter().flatten().any(|rule| {
                rule.to.as_ref().is_none_or(|peers| peers.iter().any(|peer| is_peer(peer, to, namespace)))
                    && rule.ports.as_ref().is_none_or(|ports| is_port(ports, port, &self.ports))
            })
        })
    }

    fn judged(&self, end: &End, direction: &str, allows: impl Fn(&NetworkPolicy) -> bool) -> bool {
        let mut selecting = self.policies.iter().filter(|policy| {
            let spec = policy.spec.as_ref().expect("a spec");
            let is_of_it = spec.policy_types.as_ref().expect("said").iter().any(|kind| kind == direction);
            is_of_it && spec.pod_selector.as_ref().is_none_or(|selector| chooses(selector, &end.labels))
        });
        let all: Vec<_> = selecting.by_ref().collect();
        all.is_empty() || all.into_iter().any(allows)
    }
}

const SERVER: i32 = 11434;

/// A profile, its settings, and who may connect to which port of a server.
type Row<'a> = (&'a str, &'a [&'a str], &'a [(End, i32, bool)]);

#[test]
fn servers_take_requests_from_whom_the_profile_names_and_from_nobody_else() {
    let stranger = || pod("elsewhere", &[]);
    let neighbour = || pod("ollama", &[]);
    let rows: &[Row<'_>] = &[
        (
            "single-gpu",
            &[],
            &[
                (neighbour(), SERVER, true),
                (stranger(), SERVER, false),
                (outside("8.8.8.8"), SERVER, false),
                (neighbour(), 22, false),
            ],
        ),
        (
            "single-gpu",
            &["network.allowFrom=[{namespace: elsewhere}]"],
            &[(stranger(), SERVER, true), (neighbour(), SERVER, false), (pod("third", &[]), SERVER, false)],
        ),
        (
            "ha-rwx",
            &[],
            &[(pod("haproxy-controller", &[]), SERVER, true), (neighbour(), SERVER, true), (stranger(), SERVER, false)],
        ),
        (
            "single-gpu",
            &[
                "expose.ingress={controller: traefik, controllerNamespace: kube-system, host: a.b, tls: {secret: a}, auth: {basic: a}}",
            ],
            &[(pod("kube-system", &[]), SERVER, true), (pod("traefik", &[]), SERVER, false)],
        ),
        (
            "single-gpu",
            &["expose.gateway={parent: {name: a, namespace: gates}, auth: {none: why}}"],
            &[(pod("gates", &[]), SERVER, true), (stranger(), SERVER, false)],
        ),
        (
            "single-gpu",
            &["expose.gateway={parent: {name: a, namespace: gates}, controllerNamespace: envoys, auth: {none: why}}"],
            &[(pod("envoys", &[]), SERVER, true), (pod("gates", &[]), SERVER, false)],
        ),
        (
            "eks-efs",
            &["network.allowFrom=[{cidr: 10.9.0.0/16}]"],
            &[(outside("10.9.1.1"), SERVER, true), (outside("10.8.1.1"), SERVER, false), (neighbour(), SERVER, false)],
        ),
        (
            "single-gpu",
            &["expose.service={type: LoadBalancer, sourceRanges: [192.0.2.0/24], auth: {none: why}}"],
            &[
                (outside("192.0.2.7"), SERVER, true),
                (outside("198.51.100.1"), SERVER, false),
                (neighbour(), SERVER, true),
            ],
        ),
        (
            "single-gpu",
            &["expose.ingress={controller: gce, className: gce, host: a.b, tls: {secret: a}, auth: {none: why}}"],
            &[(outside("35.191.2.3"), SERVER, true), (outside("35.190.2.3"), SERVER, false)],
        ),
        (
            "single-gpu",
            &["expose.proxy={keys: a, metrics: {namespace: watch}}"],
            &[
                (neighbour(), 8080, true),
                (neighbour(), SERVER, false),
                (neighbour(), 8405, false),
                (pod("watch", &[]), 8405, true),
                (pod("watch", &[]), 8080, false),
            ],
        ),
    ];
    for (profile, settings, callers) in rows {
        let world = World::of(&render(profile, settings));
        for (number, (from, port, may)) in callers.iter().enumerate() {
            let takes = world.takes(from, &component("server"), *port);
            assert_eq!(takes, *may, "{profile} {settings:?}: caller {number}, port {port}");
        }
    }
}

#[test]
fn only_whoever_pulls_reaches_the_internet_and_nobody_the_metadata_service() {
    let dns = || pod("kube-system", &[("k8s-app", "kube-dns")]);
    let (servers, puller) = (component("server"), component("puller"));
    let world = World::of(&render("ha-rwx", &[]));
    for (from, name) in [(&servers, "server"), (&puller, "puller")] {
        assert!(world.makes(from, &dns(), 53), "{name}");
        assert!(world.makes(from, &outside("169.254.20.10"), 53), "{name}: NodeLocal DNSCache");
        for (address, port) in [("169.254.169.254", 80), ("169.254.169.254", 443), ("10.0.0.1", 443), ("fd00::1", 443)]
        {
            assert!(!world.makes(from, &outside(address), port), "{name} {address}");
        }
        assert!(!world.makes(from, &outside("8.8.8.8"), 80), "{name}");
    }
    for address in ["104.18.2.3", "2606:4700::1"] {
        assert!(world.makes(&puller, &outside(address), 443));
        assert!(!world.makes(&servers, &outside(address), 443));
    }
    assert!(!world.takes(&pod("ollama", &[]), &puller, SERVER), "nobody connects to the puller");
    let world = World::of(&render("single-gpu", &[]));
    assert!(world.makes(&servers, &outside("104.18.2.3"), 443), "a server that pulls for itself");
    let world = World::of(&render("single-gpu", &["network.egress=open"]));
    assert!(world.makes(&servers, &outside("8.8.8.8"), 80));
}
