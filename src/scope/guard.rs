//! Does anything ask who it is, before a request gets to a server?

use super::{Door, Item, Reach, Scope, is_inside, is_private};
use crate::k8s::*;
use crate::tree::Node;

/// Words of annotations that may mean that somebody is asked, or that only some may come.
const WORDS: [&str; 17] = [
    "auth",
    "whitelist",
    "allowlist",
    "allow-list",
    "source-range",
    "cidrs",
    "snippet",
    "plugins",
    "policies",
    "pomerium",
    "oidc",
    "jwt",
    "backend-config",
    "security-policy",
    "tls.options",
    "firewall",
    "waf",
];
/// Annotations of others, in which these words mean something else.
const OTHERS: [&str; 6] =
    ["cert-manager.io/", "argocd.argoproj.io/", "helm.sh/", "meta.helm.sh/", "kubectl.kubernetes.io/", "external-dns"];
/// Kinds of policies that may ask, whatever they are attached to.
const POLICIES: [&str; 6] =
    ["SecurityPolicy", "AuthPolicy", "AuthorizationPolicy", "RequestAuthentication", "KongPlugin", "GCPBackendPolicy"];
/// What a Traefik middleware does that keeps people out.
const MIDDLEWARES: [&str; 7] =
    ["basicAuth", "digestAuth", "forwardAuth", "ipAllowList", "ipWhiteList", "plugin", "chain"];

impl<'a> Scope<'a> {
    /// Whether anything may ask who it is at a door; also where it is not clear what asks.
    pub fn is_guarded(&self, door: &Door<'a>) -> bool {
        let item = door.item;
        if annotated(item) || door.service.is_some_and(annotated) {
            return true;
        }
        let chain = item.annotation("traefik.ingress.kubernetes.io/router.middlewares").unwrap_or_default();
        if chain
            .split(',')
            .map(str::trim)
            .any(|name| !name.is_empty() && self.may_ask(name.split('@').next().unwrap_or_default()))
        {
            return true;
        }
        let spec = item.at(&["spec"]);
        let list = |node: Option<&'a Node>, key: &str| node.and_then(|node| node.get(key)).map_or(&[][..], Node::items);
        let routes = list(spec, "routes").iter().flat_map(|route| list(Some(route), "middlewares"));
        let asks = |reference: &Node| reference.get("name").and_then(Node::text).is_some_and(|name| self.may_ask(name));
        let has_options = spec.and_then(|spec| spec.get("tls")?.get("options")).is_some();
        if has_options || routes.into_iter().any(asks) {
            return true;
        }
        let filters = list(spec, "rules").iter().flat_map(|rule| list(Some(rule), "filters"));
        let is_filter = |filter: &Node| {
            filter.get("type").and_then(Node::text).is_some_and(|kind| matches!(kind, "ExtensionRef" | "ExternalAuth"))
        };
        if filters.into_iter().any(is_filter) {
            return true;
        }
        item.object.kind() == "HTTPRoute" && POLICIES.iter().any(|kind| self.custom(kind, "").next().is_some())
    }

    /// Whether a middleware of Traefik may ask; one that is not among the manifests may.
    fn may_ask(&self, name: &str) -> bool {
        let mut found = self.custom("Middleware", "traefik").filter(|(item, _)| {
            let own = item.name();
            name == own
                || name
                    .strip_suffix(own)
                    .and_then(|before| before.strip_suffix('-'))
                    .is_some_and(|namespace| item.namespace().is_none_or(|own| own == namespace))
        });
        let Some((_, tree)) = found.next() else { return true };
        let keys = tree.get("spec").map_or(&[][..], Node::entries);
        keys.iter().any(|entry| MIDDLEWARES.contains(&entry.key.as_str()))
    }

    /// Who can get to a Service of type `LoadBalancer`, `NodePort` or with addresses of its own; nothing for one that
    /// only the cluster sees, or of which only some may make use.
    pub fn reach_of(&self, item: Item<'a>, spec: &ServiceSpec) -> Option<Reach> {
        let kind = spec.type_.as_deref().unwrap_or("ClusterIP");
        let addresses = spec.external_ips.iter().flatten();
        if !matches!(kind, "LoadBalancer" | "NodePort") && spec.external_ips.as_ref().is_none_or(Vec::is_empty) {
            return None;
        }
        if annotated(item) {
            return None;
        }
        let ranges = spec.load_balancer_source_ranges.as_deref().unwrap_or_default();
        if !ranges.is_empty() && !ranges.iter().any(|range| matches!(range.trim(), "0.0.0.0/0" | "::/0")) {
            return None;
        }
        if kind == "NodePort" {
            return Some(Reach::Outside);
        }
        let class = spec.load_balancer_class.as_deref().unwrap_or_default();
        let mut given = addresses.chain(spec.load_balancer_ip.iter()).peekable();
        let is_given_inside = given.peek().is_some() && given.all(|address| is_private(address));
        let annotations = || item.object.metadata().annotations.iter().flatten();
        // An address that another tool fills in may be anywhere.
        let is_open = |key: &str, value: &str| key.to_ascii_lowercase().ends_with("ips") && value.contains(['$', '{']);
        if annotations().any(|(key, value)| is_open(key, value)) {
            return None;
        }
        let is_kept = class.contains("tailscale") || annotations().any(|(key, value)| says_kept(key, value));
        let is_inside = is_given_inside || annotations().any(|(key, value)| is_of_inside(key, value));
        let is_facing =
            item.annotation("service.beta.kubernetes.io/aws-load-balancer-scheme") == Some("internet-facing");
        Some(match (is_facing, is_kept, is_inside) {
            (false, true, _) => Reach::Kept,
            (false, false, true) => Reach::Inside,
            _ => Reach::Outside,
        })
    }
}

/// Whether an annotation may mean that somebody is asked.
fn annotated(item: Item<'_>) -> bool {
    item.object.metadata().annotations.iter().flatten().any(|(key, _)| {
        !OTHERS.iter().any(|other| key.starts_with(other)) && WORDS.iter().any(|word| key.contains(word))
    })
}

/// Whether an annotation of a Service gives it an address or a name of the inside.
fn is_of_inside(key: &str, value: &str) -> bool {
    let mut parts = value.split(',').map(str::trim).filter(|part| !part.is_empty()).peekable();
    let is_name = key == "external-dns.alpha.kubernetes.io/hostname";
    parts.peek().is_some() && parts.all(|part| is_private(part) || (is_name && is_inside(part)))
}

/// Whether an annotation of a Service asks for a load balancer that only the inside sees.
fn says_kept(key: &str, value: &str) -> bool {
    let value = value.trim().to_ascii_lowercase();
    match key {
        // The AWS Load Balancer Controller makes internal ones where nobody says `internet-facing`.
        "service.beta.kubernetes.io/aws-load-balancer-type" => matches!(value.as_str(), "external" | "nlb-ip"),
        "tailscale.com/expose" => value == "true",
        _ => {
            let says = matches!(value.as_str(), "internal" | "private" | "intranet");
            says || (key.contains("internal") && !key.contains("external-dns") && value != "false")
        }
    }
}
