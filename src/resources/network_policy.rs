//! Who may connect to the pods, and what they may reach.

use super::container::METRICS_PORT_NAME;
use super::{meta, service};
use crate::bundle::Commented;
use crate::k8s::*;
use crate::plan::{Component, Connections, Delivery, Plan, Source};

pub(super) fn build(plan: &Plan) -> Vec<Commented> {
    let servers = policy(plan, plan.release.name.clone(), Component::Server, &plan.network.servers);
    let about = match plan.delivery {
        Delivery::Init if plan.servers.replicas > 1 => {
            "Who may ask the servers; they reach DNS, and the registry for their init containers."
        }
        Delivery::Init => "Who may ask the server; it reaches DNS, and the registry for its init container.",
        _ => "Who may ask the servers; they themselves reach nothing but DNS.",
    };
    let mut policies = vec![Commented::new(servers, about)];
    if let Some(puller) = &plan.network.puller {
        let puller = policy(plan, plan.release.puller(), Component::Puller, puller);
        policies.push(Commented::new(puller, "Nobody connects to the puller; it reaches DNS and the registry."));
    }
    policies
}

fn policy(plan: &Plan, name: String, component: Component, connections: &Connections) -> NetworkPolicy {
    let mut types = vec!["Ingress".to_owned()];
    if !connections.open {
        types.push("Egress".into());
    }
    NetworkPolicy {
        metadata: meta(plan, name, Some(component)),
        spec: Some(NetworkPolicySpec {
            pod_selector: Some(matching(plan.release.selector(component))),
            policy_types: Some(types),
            ingress: ingress(plan, connections),
            egress: (!connections.open).then(|| egress(connections)),
        }),
    }
}

/// No rule: nobody.
fn ingress(plan: &Plan, connections: &Connections) -> Option<Vec<NetworkPolicyIngressRule>> {
    let rules = [(&connections.from, service::target(plan)), (&connections.scrapers, METRICS_PORT_NAME)];
    let rules = rules.into_iter().filter(|(from, _)| !from.is_empty()).map(|(from, name)| NetworkPolicyIngressRule {
        from: Some(from.iter().map(peer).collect()),
        ports: Some(vec![port("TCP", IntOrString::String(name.into()))]),
    });
    Some(rules.collect()).filter(|rules: &Vec<_>| !rules.is_empty())
}

fn peer(source: &Source) -> NetworkPolicyPeer {
    match source {
        Source::SameNamespace => pods_of(None),
        Source::Namespace(name) => pods_of(Some(name)),
        Source::Range(range) => addresses(range, &[]),
    }
}

/// All pods of a namespace, or of the policy's own.
fn pods_of(namespace: Option<&str>) -> NetworkPolicyPeer {
    match namespace {
        None => NetworkPolicyPeer { pod_selector: Some(LabelSelector::default()), ..Default::default() },
        Some(name) => {
            let labels = map([("kubernetes.io/metadata.name", name.to_owned())]);
            NetworkPolicyPeer { namespace_selector: Some(matching(labels)), ..Default::default() }
        }
    }
}

fn addresses(range: &str, except: &[&str]) -> NetworkPolicyPeer {
    let except = Some(except.iter().map(ToString::to_string).collect()).filter(|list: &Vec<String>| !list.is_empty());
    NetworkPolicyPeer { ip_block: Some(IPBlock { cidr: range.into(), except }), ..Default::default() }
}

fn port(protocol: &str, port: IntOrString) -> NetworkPolicyPort {
    NetworkPolicyPort { protocol: Some(protocol.into()), port: Some(port), ..Default::default() }
}

/// Addresses that are not the internet: private ranges, and link-local ones with the clouds' metadata service.
const PRIVATE_V4: [&str; 5] = ["10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"];
const PRIVATE_V6: [&str; 2] = ["fc00::/7", "fe80::/10"];
/// `NodeLocal` `DNSCache` answers on this address, outside the pod network.
const NODE_LOCAL_DNS: &str = "169.254.20.10/32";

fn egress(connections: &Connections) -> Vec<NetworkPolicyEgressRule> {
    let cluster_dns = NetworkPolicyPeer {
        pod_selector: Some(matching(map([("k8s-app", "kube-dns".to_owned())]))),
        ..pods_of(Some("kube-system"))
    };
    let dns = NetworkPolicyEgressRule {
        to: Some(vec![cluster_dns, addresses(NODE_LOCAL_DNS, &[])]),
        ports: Some(vec![port("UDP", IntOrString::Int(53)), port("TCP", IntOrString::Int(53))]),
    };
    let registry = connections.registry.as_ref().map(|registry| {
        let (v4, v6): (&[&str], &[&str]) =
            if registry.may_be_private { (&[], &[]) } else { (&PRIVATE_V4, &PRIVATE_V6) };
        NetworkPolicyEgressRule {
            to: Some(vec![addresses("0.0.0.0/0", v4), addresses("::/0", v6)]),
            ports: Some(registry.ports.iter().map(|number| port("TCP", IntOrString::Int((*number).into()))).collect()),
        }
    });
    [dns].into_iter().chain(registry).collect()
}
