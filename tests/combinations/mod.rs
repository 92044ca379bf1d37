//! Profiles, platforms and options, and all that can be made of them together.

use ollama_k8s::facts::PLATFORMS;

use crate::built_in::names;

/// What a combination is called in a message, and what it sets.
pub type Option = (&'static str, &'static [&'static str]);

/// Ways in, each of which works by itself.
pub const WAYS: &[Option] = &[
    ("inside", &["expose=null"]),
    ("nginx", &["expose={ingress: {controller: nginx, host: a.b, tls: {secret: a}, auth: {basic: b}}}"]),
    (
        "nginx, url",
        &["expose={ingress: {controller: nginx, host: a.b, tls: {clusterIssuer: a}, auth: {url: \"http://a.b.svc\"}}}"],
    ),
    (
        "haproxy",
        &["expose={ingress: {controller: haproxy, host: a.b, tls: {secret: a}, auth: {basic: b}, paths: all}}"],
    ),
    ("traefik", &["expose={ingress: {controller: traefik, host: a.b, tls: {}, auth: {basic: b}}}"]),
    ("traefik, open", &["expose={ingress: {controller: traefik, host: a.example.com, auth: {none: why}}}"]),
    (
        "alb",
        &[
            "expose={ingress: {controller: alb, host: a.b, tls: {}, auth: {none: why}}}",
            "network.allowFrom=[{cidr: 10.0.0.0/16}]",
        ],
    ),
    (
        "alb, oidc",
        &[
            "expose={ingress: {controller: alb, host: a.b, tls: {}, auth: {oidc: {issuer: \"https://a\", \
             authorizationEndpoint: \"https://b\", tokenEndpoint: \"https://c\", userInfoEndpoint: \"https://d\", secret: e}}}}",
            "network.allowFrom=[{cidr: 10.0.0.0/16}]",
        ],
    ),
    (
        "gce",
        &[
            "expose={ingress: {controller: gce, host: a.b, tls: {secret: a}}, proxy: {keys: b}}",
            "network.allowFrom=[{cidr: 10.0.0.0/16}]",
        ],
    ),
    (
        "gateway",
        &["expose={gateway: {parent: {name: a, namespace: b, section: c}, hostnames: [a.b], auth: {none: why}}}"],
    ),
    ("gateway beside", &["expose={gateway: {parent: {name: a}, hostnames: [a.example.com], auth: {none: why}}}"]),
    ("gateway, keys", &["expose={proxy: {keys: a}, gateway: {parent: {name: a}, paths: all, timeout: 12h}}"]),
    ("load balancer", &["expose={service: {type: LoadBalancer, sourceRanges: [10.0.0.0/8], auth: {none: why}}}"]),
    (
        "node port",
        &["expose={proxy: {keys: a, metrics: {namespace: b}}, service: {type: NodePort, sourceRanges: [10.0.0.0/8]}}"],
    ),
    ("open", &["expose={ingress: {controller: haproxy, host: a.b, tls: {secret: a}}}"]),
];

/// Hardware, stores and numbers of servers.
pub const OPTIONS: &[Option] = &[
    ("as it is", &[]),
    ("on the CPU", &["hardware={cpu: 16}"]),
    ("an L4", &["hardware={gpu: l4}"]),
    ("four L4s", &["hardware={gpu: \"l4:4\"}", "models=[llama3.3:70b]"]),
    ("a card of 24 GB", &["hardware={gpu: {vendor: nvidia, memory: 24Gi}}"]),
    ("a slice", &["hardware={gpu: {resource: nvidia.com/mig-3g.40gb}}"]),
    ("by claims of devices", &["hardware={gpu: {model: l4, dra: true}}", "kubernetes=1.34"]),
    ("AMD", &["hardware={gpu: mi300x}"]),
    ("Intel", &["hardware={gpu: {vendor: intel, memory: 16Gi}}"]),
    ("two servers", &["replicas=2"]),
    ("a disk each", &["storage.topology=perReplica", "storage.createClass=null", "storage.source=null", "replicas=2"]),
    (
        "on the node's disk",
        &["storage.topology=ephemeral", "storage.createClass=null", "storage.source=null", "replicas=2"],
    ),
    ("a copy each", &["storage.topology=copy", "storage.source={claim: a}", "storage.createClass=null", "replicas=2"]),
    (
        "an image",
        &[
            "storage.topology=image",
            "storage.source={image: \"a.b/c:1\"}",
            "storage.createClass=null",
            "kubernetes=1.36",
        ],
    ),
    ("one for all", &["storage.topology=shared", "storage.source=null", "replicas=3"]),
    (
        "scaled",
        &[
            "autoscale={min: 1, max: 4, prometheus: {serverAddress: \"http://a.b:9090\", query: c}}",
            "storage.topology=ephemeral",
            "storage.createClass=null",
            "storage.source=null",
        ],
    ),
    ("in the namespace of others", &["createNamespace=false"]),
    ("no way out", &["pull.by=none"]),
];

/// A profile with what it is combined with.
pub struct Combination {
    pub profile: &'static str,
    pub name: String,
    pub settings: Vec<String>,
}

/// Every profile on every platform, with every way in and with every option.
pub fn all() -> Vec<Combination> {
    let mut all = Vec::new();
    for profile in names() {
        for platform in PLATFORMS {
            for (name, settings) in WAYS.iter().chain(OPTIONS) {
                let own = settings.iter().map(ToString::to_string);
                all.push(Combination {
                    profile,
                    name: format!("{profile} on {}, {name}", platform.name),
                    settings: [format!("platform={}", platform.name)].into_iter().chain(own).collect(),
                });
            }
        }
    }
    all
}
