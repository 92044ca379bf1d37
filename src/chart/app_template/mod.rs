//! What does the chart `app-template` of bjw-s make of values?
//!
//! It passes most values on under their names in Kubernetes. What it adds or leaves out by itself depends on its
//! release, so that only what is written has a place here. Source: the values of its releases in public repositories,
//! 2026-11-29; its templates were not at hand.

mod container;
mod volume;

use super::node::{entry, list, made, mapping, scalar, with};
use crate::scope::Chart;
use crate::tree::{Entry, Node, Origin, Value};

/// The fields of a pod that values have under the same name.
const OF_POD: [&str; 18] = [
    "affinity",
    "automountServiceAccountToken",
    "dnsConfig",
    "dnsPolicy",
    "hostIPC",
    "hostNetwork",
    "hostPID",
    "imagePullSecrets",
    "nodeSelector",
    "priorityClassName",
    "resourceClaims",
    "restartPolicy",
    "runtimeClassName",
    "schedulerName",
    "securityContext",
    "terminationGracePeriodSeconds",
    "tolerations",
    "topologySpreadConstraints",
];

/// The objects that values ask for.
pub(super) fn objects(chart: &Chart<'_>) -> Vec<Node> {
    let controllers = enabled(chart.get("controllers"));
    let workloads = controllers.iter().filter_map(|controller| workload(chart, controller));
    let claims = enabled(chart.get("persistence")).into_iter().filter_map(|of| volume::claim(chart, of));
    let services = enabled(chart.get("service")).into_iter().map(|service| {
        let own = service.value.get("controller").and_then(Node::text);
        let controller =
            own.or_else(|| controllers.first().filter(|_| controllers.len() == 1).map(|one| one.key.as_str()));
        self::service(chart, service, controller)
    });
    workloads.chain(claims).chain(services).collect()
}

/// The entries of a map that are not switched off.
fn enabled(map: Option<&Node>) -> Vec<&Entry> {
    let is_on =
        |entry: &&Entry| entry.value.get("enabled").and_then(Node::text) != Some("false") && !entry.value.is_null();
    map.map_or(&[][..], Node::entries).iter().filter(is_on).collect()
}

/// The entries of a map with some keys.
fn taken(from: Option<&Node>, keys: &[&str]) -> Vec<Entry> {
    let entries = from.map_or(&[][..], Node::entries).iter();
    entries.filter(|entry| keys.contains(&entry.key.as_str()) && !entry.value.is_null()).cloned().collect()
}

fn map(entries: Vec<Entry>) -> Node {
    Node { origin: Origin::NOWHERE, value: Value::Mapping(entries) }
}

/// An object; it stands in the text that the values stand in.
fn object<const N: usize>(chart: &Chart<'_>, api: &str, kind: &str, fields: [(&str, Node); N]) -> Node {
    let head = mapping([("apiVersion", made(api)), ("kind", made(kind))]);
    Node { origin: chart.values.origin, ..with(head, Some(&mapping(fields))) }
}

/// The name of an object, its namespace and its labels, with annotations that are written.
fn metadata(chart: &Chart<'_>, key: &str, labels: Option<&str>, from: &Node) -> Node {
    let release = chart.release.unwrap_or("release");
    let name = if release.contains(key) { release.to_owned() } else { format!("{release}-{key}") };
    let mut entries = vec![entry("name", Origin::NOWHERE, made(&name))];
    entries.extend(chart.namespace.map(|namespace| entry("namespace", Origin::NOWHERE, made(namespace))));
    entries.extend(labels.map(|of| entry("labels", Origin::NOWHERE, self::labels(chart, of))));
    entries.extend(taken(Some(from), &["annotations"]));
    map(entries)
}

fn labels(chart: &Chart<'_>, controller: &str) -> Node {
    let release = chart.release.unwrap_or("release");
    mapping([("app.kubernetes.io/instance", made(release)), ("app.kubernetes.io/controller", made(controller))])
}

/// What makes the pods of a controller; nothing for one whose pods end.
fn workload(chart: &Chart<'_>, controller: &Entry) -> Option<Node> {
    let of = &controller.value;
    let kind = match of.get("type").and_then(Node::text).unwrap_or("deployment") {
        "deployment" => "Deployment",
        "statefulset" => "StatefulSet",
        "daemonset" => "DaemonSet",
        _ => return None,
    };
    let labels = labels(chart, &controller.key);
    let pods = [of.get("pod"), chart.get("defaultPodOptions")];
    let mut spec = Vec::new();
    let mut template = Vec::new();
    for pod in pods {
        let is_new = |known: &[Entry], entry: &Entry| known.iter().all(|known| known.key != entry.key);
        let own: Vec<Entry> = taken(pod, &OF_POD).into_iter().filter(|entry| is_new(&spec, entry)).collect();
        spec.extend(own);
        template.extend(
            taken(pod, &["annotations"]).into_iter().filter(|entry| is_new(&template, entry)).collect::<Vec<_>>(),
        );
    }
    let more = pods.into_iter().flatten().find_map(|pod| pod.get("labels"));
    template.push(entry("labels", Origin::NOWHERE, with(labels.clone(), more)));
    for (field, written) in [("initContainers", "initContainers"), ("containers", "containers")] {
        let containers = enabled(of.get(written));
        let containers = containers.into_iter().map(|one| container::container(chart, &controller.key, one)).collect();
        spec.push(entry(field, Origin::NOWHERE, list(containers)));
    }
    let volumes = enabled(chart.get("persistence")).into_iter().filter(|of| volume::is_for(of, &controller.key));
    spec.push(entry("volumes", Origin::NOWHERE, list(volumes.filter_map(|of| volume::volume(chart, of)).collect())));
    let mut fields = vec![
        entry("selector", Origin::NOWHERE, mapping([("matchLabels", labels)])),
        entry("template", Origin::NOWHERE, mapping([("metadata", map(template)), ("spec", map(spec))])),
    ];
    if kind != "DaemonSet" {
        fields.extend(taken(Some(of), &["replicas"]));
    }
    if kind == "Deployment" {
        let written = taken(Some(of), &["strategy"]).into_iter().next();
        let strategy = written.map_or_else(|| made("Recreate"), |strategy| strategy.value);
        let at = if strategy.origin.is_written() { strategy.origin } else { Origin::NOWHERE };
        let rolling = of.get("rollingUpdate").filter(|_| strategy.text() == Some("RollingUpdate"));
        let own = taken(rolling, &["surge", "unavailable"]).into_iter().map(|field| {
            let key = if field.key == "surge" { "maxSurge" } else { "maxUnavailable" };
            Entry { key: key.into(), ..field }
        });
        let own: Vec<Entry> = own.collect();
        let mut all = mapping([("type", strategy)]);
        if let Value::Mapping(entries) = &mut all.value
            && !own.is_empty()
        {
            entries.push(entry("rollingUpdate", at, map(own)));
        }
        fields.push(entry("strategy", at, all));
    }
    let metadata = metadata(chart, &controller.key, Some(&controller.key), &made(""));
    Some(object(chart, "apps/v1", kind, [("metadata", metadata), ("spec", map(fields))]))
}

fn service(chart: &Chart<'_>, of: &Entry, controller: Option<&str>) -> Node {
    let keys =
        ["type", "loadBalancerIP", "loadBalancerSourceRanges", "externalTrafficPolicy", "externalIPs", "clusterIP"];
    let mut spec = taken(Some(&of.value), &keys);
    let ports = enabled(of.value.get("ports")).into_iter().map(|port| {
        let name = entry("name", port.key_origin, scalar(&port.key, port.key_origin));
        map([name].into_iter().chain(taken(Some(&port.value), &["port", "targetPort", "nodePort"])).collect())
    });
    spec.push(entry("ports", Origin::NOWHERE, list(ports.collect())));
    spec.extend(controller.map(|of| entry("selector", Origin::NOWHERE, labels(chart, of))));
    object(chart, "v1", "Service", [("metadata", metadata(chart, &of.key, None, &of.value)), ("spec", map(spec))])
}
