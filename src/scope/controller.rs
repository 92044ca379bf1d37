//! How long does what stands before a server wait for an answer?

use super::{Door, Item, Scope, is_unknown};
use crate::bundle::Object;
use crate::facts::{INGRESS_CONTROLLERS, IngressKeys, ingress_controller_of_annotation, ingress_controllers_of};
use crate::k8s::ConfigMap;
use crate::tree::Node;

/// How long an answer may stay silent before a controller gives up.
#[derive(Clone, Copy, Debug)]
pub struct Silence<'a> {
    /// The annotation that says it.
    pub key: &'static str,
    /// The seconds that hold.
    pub seconds: u64,
    /// What is written, if anything.
    pub given: Option<&'a str>,
    /// Whether the controller can read it.
    pub is_read: bool,
    /// What to write.
    pub instead: &'static str,
}

impl Silence<'_> {
    /// Why these seconds hold, where nobody wrote them.
    pub fn because(&self) -> String {
        match self.given {
            Some(given) if !self.is_read => format!(" (`{given}` is no whole number, so the default holds)"),
            Some(_) => String::new(),
            None => " (the default)".into(),
        }
    }
}

/// A timeout of a route.
#[derive(Clone, Debug)]
pub struct Timeout<'a> {
    /// The number of the rule that it belongs to.
    pub rule: usize,
    /// The way to it.
    pub at: String,
    /// What is written.
    pub text: &'a str,
    /// How long that is; 0: for ever.
    pub milliseconds: u64,
}

impl<'a> Scope<'a> {
    /// The controller that takes an Ingress, where its class or its annotations say which.
    pub fn controller(&self, door: &Door<'a>) -> Option<&'static IngressKeys> {
        let Object::Ingress(_) = door.item.object else { return None };
        let keys = || door.item.object.metadata().annotations.iter().flatten().map(|(key, _)| key.as_str());
        if keys().any(|key| key.starts_with("nginx.org/") || key.starts_with("nginx.com/")) {
            return None;
        }
        let by_keys = || keys().find_map(ingress_controller_of_annotation);
        let Some(class) = door.class() else { return by_keys() };
        let object = self.custom("IngressClass", "networking.k8s.io/").find(|(item, _)| item.name() == class);
        if let Some(controller) = object.and_then(|(_, tree)| tree.get("spec")?.get("controller")?.text()) {
            return INGRESS_CONTROLLERS.iter().find(|row| row.controller == controller);
        }
        let mut rows = ingress_controllers_of(class);
        if let Some(first) = rows.next() {
            let others: Vec<_> = rows.collect();
            return by_keys().filter(|row| others.iter().any(|other| other.name == row.name)).or(Some(first));
        }
        by_keys().filter(|row| class.split(['-', '.', '/']).any(|part| row.classes.contains(&part)))
    }

    /// How long an answer may stay silent at a door; nothing where that is not bounded, or not known.
    pub fn silence(&self, door: &Door<'a>) -> Option<Silence<'a>> {
        if door.item.object.kind() == "Route" {
            let key = "haproxy.router.openshift.io/timeout";
            return silence(door.item, key, 30, "1h");
        }
        let row = self.controller(door).filter(|row| row.seconds > 0)?;
        let key = row.timeouts.first().copied();
        match row.name {
            "ingress-nginx" => {
                let given = door.item.annotation(key?);
                let read = given.and_then(|given| given.trim().parse().ok());
                let is_known = given.is_none_or(|given| !is_unknown(given)) && read != Some(0);
                let seconds = read.unwrap_or(row.seconds);
                is_known.then_some(Silence { key: key?, seconds, given, is_read: read.is_some(), instead: "3600" })
            }
            "alb" => {
                let is_shared = door.item.annotation("alb.ingress.kubernetes.io/group.name").is_some();
                let given = door.item.annotation(key?);
                let mut parts = given.unwrap_or_default().split(',');
                let own = parts.find_map(|part| part.trim().strip_prefix("idle_timeout.timeout_seconds="));
                let read: Option<u64> = own.and_then(|own| own.trim().parse().ok());
                let is_known = !is_shared && (own.is_none() || read.is_some());
                let seconds = read.unwrap_or(row.seconds);
                let instead = "idle_timeout.timeout_seconds=3600";
                is_known.then_some(Silence { key: key?, seconds, given: own, is_read: true, instead })
            }
            "gce" => {
                let service = door.service?;
                let is_decided = row.service.iter().any(|key| service.annotation(key).is_some());
                let key = "cloud.google.com/backend-config";
                let instead = "{\\\"default\\\": \\\"a BackendConfig with timeoutSec: 3600\\\"}";
                (!is_decided).then_some(Silence { key, seconds: row.seconds, given: None, is_read: true, instead })
            }
            _ => silence(door.item, key?, row.seconds, "1h"),
        }
    }

    /// Whether a `ConfigMap` among the manifests, perhaps a controller's, has a key.
    pub fn is_configured(&self, key: &str) -> bool {
        self.all::<ConfigMap>().any(|(_, map)| map.data.as_ref().is_some_and(|data| data.contains_key(key)))
    }
}

/// What `HAProxy` makes of an annotation: a number has a unit, or is milliseconds.
fn silence<'a>(item: Item<'a>, key: &'static str, default: u64, instead: &'static str) -> Option<Silence<'a>> {
    let Some(given) = item.annotation(key) else {
        return Some(Silence { key, seconds: default, given: None, is_read: true, instead });
    };
    let number = given.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let value: u64 = number.trim().parse().ok()?;
    let milliseconds = match given.get(number.len()..)? {
        "" | "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    Some(Silence {
        key,
        seconds: value.saturating_mul(milliseconds) / 1000,
        given: Some(given),
        is_read: true,
        instead,
    })
}

/// The timeouts of the rules of a route that lead to Ollama, as [`timeouts`] has them.
pub fn route_timeouts<'a>(door: &Door<'a>) -> Vec<Timeout<'a>> {
    let is_ours = |timeout: &Timeout<'a>| {
        let place = format!("spec.rules[{}]", timeout.rule);
        let is_of = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_digit());
        door.ways.iter().any(|way| way.at.strip_prefix(&place).is_some_and(is_of))
    };
    timeouts(door.item).into_iter().filter(is_ours).collect()
}

/// The timeouts of all rules of a route: of each rule the whole request's first, then that of an attempt to answer it.
pub fn timeouts(route: Item<'_>) -> Vec<Timeout<'_>> {
    let mut found = Vec::new();
    if route.object.kind() != "HTTPRoute" {
        return found;
    }
    let rules = route.at(&["spec", "rules"]).map_or(&[][..], Node::items);
    for (rule, node) in rules.iter().enumerate() {
        let Some(timeouts) = node.get("timeouts") else { continue };
        let place = format!("spec.rules[{rule}]");
        for key in ["request", "backendRequest"] {
            let text = timeouts.get(key).and_then(Node::text);
            if let Some((text, milliseconds)) = text.and_then(|text| Some((text, duration(text)?))) {
                found.push(Timeout { rule, at: format!("{place}.timeouts.{key}"), text, milliseconds });
            }
        }
    }
    found
}

/// The milliseconds of a duration as routes have it (GEP-2257): `1h30m`, `500ms`.
fn duration(text: &str) -> Option<u64> {
    let mut rest = text;
    let mut sum: u64 = 0;
    while !rest.is_empty() {
        let unit = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let number: u64 = rest[..rest.len() - unit.len()].parse().ok()?;
        let units = [("ms", 1), ("h", 3_600_000), ("m", 60_000), ("s", 1000)];
        let (name, milliseconds) = units.into_iter().find(|(name, _)| unit.starts_with(name))?;
        sum = sum.saturating_add(number.saturating_mul(milliseconds));
        rest = &unit[name.len()..];
    }
    (!text.is_empty()).then_some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_of_routes_are_read() {
        for (text, milliseconds) in
            [("1h30m", Some(5_400_000)), ("500ms", Some(500)), ("0s", Some(0)), ("60", None), ("", None)]
        {
            assert_eq!(duration(text), milliseconds, "{text}");
        }
    }
}
