//! What leads from outside to a server of Ollama: Ingresses, routes?

use super::{Item, Scope, is_inside, is_unknown};
use crate::bundle::Object;
use crate::k8s::*;
use crate::tree::Node;

/// An object that sends requests from outside to a server of Ollama.
#[derive(Clone, Debug)]
pub struct Door<'a> {
    /// The object.
    pub item: Item<'a>,
    /// The hosts whose requests it takes; none: any.
    pub hosts: Vec<&'a str>,
    /// Which requests it sends to Ollama.
    pub ways: Vec<Way<'a>>,
    /// The Service behind it, where it is among the manifests.
    pub service: Option<Item<'a>>,
}

/// Requests that a door sends to Ollama.
#[derive(Clone, Debug)]
pub struct Way<'a> {
    /// The path that they begin with, or have; none: it is a pattern, or not said.
    pub path: Option<&'a str>,
    /// Whether they have this path and no longer one.
    pub is_exact: bool,
    /// Whether the path may be another one when it gets to Ollama.
    pub is_rewritten: bool,
    /// The way to the rule in the object: `spec.rules[0].http.paths[0]`.
    pub at: String,
}

/// Who can get to a door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Everybody, as far as the manifests say.
    Outside,
    /// Only who is in the house, by its name or its address.
    Inside,
    /// Only who is inside, because the object says so on purpose: an internal class, scheme or load balancer.
    Kept,
    /// The manifests do not say it.
    Unknown,
}

impl Door<'_> {
    /// Who can get to it.
    pub fn reach(&self) -> Reach {
        let class = self.class().unwrap_or_default();
        let words = ["internal", "private", "tailscale", "lan"];
        let is_word = |name: &str| name.split(['-', '.', '/']).any(|part| words.contains(&part));
        let parents = self.item.at(&["spec", "parentRefs"]).map_or(&[][..], Node::items);
        let parents: Vec<&str> = parents.iter().filter_map(|parent| parent.get("name")?.text()).collect();
        let is_alb =
            class == "alb" && self.item.annotation("alb.ingress.kubernetes.io/scheme") != Some("internet-facing");
        if is_word(class) || is_alb || (!parents.is_empty() && parents.iter().all(|name| is_word(name))) {
            return Reach::Kept;
        }
        // No host has such signs: somebody is to write his own there.
        let is_placeholder = |host: &str| host.contains(|c: char| c == '_' || c.is_ascii_uppercase());
        if self.hosts.iter().any(|host| is_unknown(host) || is_placeholder(host)) {
            return Reach::Unknown;
        }
        match (self.hosts.is_empty(), self.item.object) {
            (true, Object::Ingress(_)) => Reach::Outside,
            (true, _) => {
                if self.item.object.kind() == "Route" {
                    Reach::Outside
                } else {
                    Reach::Unknown
                }
            }
            (false, _) => {
                if self.hosts.iter().all(|host| is_inside(host)) {
                    Reach::Inside
                } else {
                    Reach::Outside
                }
            }
        }
    }

    /// The class of an Ingress, by its field or its old annotation.
    pub fn class(&self) -> Option<&str> {
        let Object::Ingress(ingress) = self.item.object else { return None };
        let field = ingress.spec.as_ref().and_then(|spec| spec.ingress_class_name.as_deref());
        field.or_else(|| self.item.annotation("kubernetes.io/ingress.class"))
    }

    /// What to call it in a message: its first host, or its name.
    pub fn name(&self) -> String {
        self.hosts.first().map_or_else(|| self.item.object.reference().to_string(), |host| (*host).to_owned())
    }
}

impl<'a> Scope<'a> {
    /// All that leads from outside to a server of Ollama, Services aside.
    pub fn doors(&self) -> Vec<Door<'a>> {
        let ingresses = self.all::<Ingress>().map(|(item, ingress)| self.ingress(item, ingress));
        let routes =
            self.custom("HTTPRoute", "gateway.networking.k8s.io/").map(|(item, tree)| self.http_route(item, tree));
        let traefik = self.custom("IngressRoute", "traefik").map(|(item, tree)| self.ingress_route(item, tree));
        let openshift = self.custom("Route", "route.openshift.io/").map(|(item, tree)| self.route(item, tree));
        ingresses.chain(routes).chain(traefik).chain(openshift).filter(|door| !door.ways.is_empty()).collect()
    }

    fn ingress(&self, item: Item<'a>, ingress: &'a Ingress) -> Door<'a> {
        let mut door = Door { item, hosts: Vec::new(), ways: Vec::new(), service: None };
        let Some(spec) = &ingress.spec else { return door };
        let keys = item.object.metadata().annotations.iter().flatten().map(|(key, _)| key.as_str());
        let is_rewritten = keys.into_iter().any(|key| {
            ["rewrite", "app-root", "middlewares", "snippet", "transforms", "plugins", "use-regex", "strip"]
                .iter()
                .any(|word| key.contains(word))
        });
        let mut leads = |backend: &'a IngressBackend| {
            let Some(service) = &backend.service else { return false };
            let port = service.port.as_ref();
            let number = port.and_then(|port| port.number);
            let name = port.and_then(|port| port.name.as_deref());
            let found = self.behind(item, &service.name, None, number, name);
            door.service = door.service.or(found.service);
            found.is_ollama
        };
        let mut ways = Vec::new();
        let mut hosts = Vec::new();
        if spec.default_backend.as_ref().is_some_and(&mut leads) {
            ways.push(Way { path: Some("/"), is_exact: false, is_rewritten, at: "spec.defaultBackend".into() });
        }
        for (number, rule) in spec.rules.iter().flatten().enumerate() {
            let before = ways.len();
            for (at, path) in rule.http.iter().flat_map(|http| http.paths.iter().enumerate()) {
                if leads(&path.backend) {
                    let text = path.path.as_deref().unwrap_or("/");
                    let is_pattern = text.contains(['(', '*', '?', '[', '$', '^', '|']);
                    ways.push(Way {
                        path: (!is_pattern).then_some(text),
                        is_exact: path.path_type == "Exact",
                        is_rewritten,
                        at: format!("spec.rules[{number}].http.paths[{at}]"),
                    });
                }
            }
            if ways.len() > before {
                hosts.extend(rule.host.as_deref());
            }
        }
        Door { hosts, ways, ..door }
    }

    fn http_route(&self, item: Item<'a>, tree: &'a Node) -> Door<'a> {
        let mut door = Door { item, hosts: Vec::new(), ways: Vec::new(), service: None };
        let Some(spec) = tree.get("spec") else { return door };
        door.hosts = spec.get("hostnames").map_or(&[][..], Node::items).iter().filter_map(Node::text).collect();
        for (number, rule) in spec.get("rules").map_or(&[][..], Node::items).iter().enumerate() {
            let backends = rule.get("backendRefs").map_or(&[][..], Node::items);
            let is_ollama = backends.iter().any(|backend| {
                let is_service = backend.get("kind").and_then(Node::text).is_none_or(|kind| kind == "Service");
                is_service && self.leads(&mut door, backend)
            });
            if !is_ollama {
                continue;
            }
            let filters = rule.get("filters").map_or(&[][..], Node::items);
            let kinds = ["URLRewrite", "RequestRedirect", "ExtensionRef"];
            let of = |filter: &Node| filter.get("type").and_then(Node::text).is_some_and(|kind| kinds.contains(&kind));
            let is_rewritten = filters.iter().any(of);
            let matches = rule.get("matches").map_or(&[][..], Node::items);
            let way = |path, is_exact, at| Way { path, is_exact, is_rewritten, at };
            if matches.is_empty() {
                door.ways.push(way(Some("/"), false, format!("spec.rules[{number}]")));
            }
            for (place, matched) in matches.iter().enumerate() {
                let path = matched.get("path");
                let kind = path.and_then(|path| path.get("type")).and_then(Node::text).unwrap_or("PathPrefix");
                let text = path.and_then(|path| path.get("value")).and_then(Node::text).unwrap_or("/");
                let is_known = matches!(kind, "PathPrefix" | "Exact");
                let at = format!("spec.rules[{number}].matches[{place}].path.value");
                door.ways.push(way(is_known.then_some(text), kind == "Exact", at));
            }
        }
        door
    }

    fn ingress_route(&self, item: Item<'a>, tree: &'a Node) -> Door<'a> {
        let mut door = Door { item, hosts: Vec::new(), ways: Vec::new(), service: None };
        let routes = tree.get("spec").and_then(|spec| spec.get("routes")).map_or(&[][..], Node::items);
        for (number, route) in routes.iter().enumerate() {
            let services = route.get("services").map_or(&[][..], Node::items);
            let is_service =
                |service: &Node| service.get("kind").and_then(Node::text).is_none_or(|kind| kind == "Service");
            if services.iter().any(|service| is_service(service) && self.leads(&mut door, service)) {
                let rule = route.get("match").and_then(Node::text).unwrap_or_default();
                door.hosts.extend(arguments(rule, "Host(").chain(arguments(rule, "HostSNI(")));
                let at = format!("spec.routes[{number}].match");
                let is_rewritten = route.get("middlewares").is_some();
                let way = |path, is_exact| Way { path, is_exact, is_rewritten, at: at.clone() };
                let before = door.ways.len();
                door.ways.extend(arguments(rule, "PathPrefix(").map(|path| way(Some(path), false)));
                door.ways.extend(arguments(rule, "Path(").map(|path| way(Some(path), true)));
                if door.ways.len() == before {
                    door.ways.push(way((!rule.contains("Path")).then_some("/"), false));
                }
            }
        }
        door
    }

    fn route(&self, item: Item<'a>, tree: &'a Node) -> Door<'a> {
        let mut door = Door { item, hosts: Vec::new(), ways: Vec::new(), service: None };
        let Some(spec) = tree.get("spec") else { return door };
        let port = spec.get("port").and_then(|port| port.get("targetPort")).and_then(Node::text);
        let name = spec.get("to").and_then(|to| to.get("name")).and_then(Node::text).unwrap_or_default();
        let number = port.and_then(|port| port.parse().ok());
        let found = self.behind(item, name, None, number, port.filter(|_| number.is_none()));
        door.service = found.service;
        if found.is_ollama {
            door.hosts.extend(spec.get("host").and_then(Node::text));
            let path = spec.get("path").and_then(Node::text).unwrap_or("/");
            let is_rewritten = item.annotation("haproxy.router.openshift.io/rewrite-target").is_some();
            door.ways.push(Way { path: Some(path), is_exact: false, is_rewritten, at: "spec.to.name".into() });
        }
        door
    }

    /// Whether a reference, as written, means a server of Ollama; its Service is kept in the door.
    fn leads(&self, door: &mut Door<'a>, reference: &'a Node) -> bool {
        let text = |key| reference.get(key).and_then(Node::text);
        let port = text("port");
        let number = port.and_then(|port| port.parse().ok());
        let name = text("name").unwrap_or_default();
        let found = self.behind(door.item, name, text("namespace"), number, port.filter(|_| number.is_none()));
        door.service = door.service.or(found.service);
        found.is_ollama
    }
}

/// What stands in backticks or quotes behind a word of a Traefik rule: the paths of `PathPrefix(`.
fn arguments<'a>(rule: &'a str, word: &'static str) -> impl Iterator<Item = &'a str> {
    let places = rule.match_indices(word).filter(move |(at, _)| {
        !rule[..*at].ends_with(|before: char| before.is_alphanumeric()) && !rule[..*at].trim_end().ends_with('!')
    });
    places.flat_map(move |(at, _)| {
        let inside = rule[at + word.len()..].split(')').next().unwrap_or_default();
        inside.split(',').map(|part| part.trim().trim_matches(['`', '"', '\''])).filter(|part| !part.is_empty())
    })
}
