//! What does the chart put together of several values?

use super::fill::Parts;
use super::node::{entry, list, made, mapping, scalar, with};
use super::value;
use crate::facts::{CHART_APP_VERSION, CHART_NAME, CHART_VERSION};
use crate::scope::Chart;
use crate::tree::{Entry, Node, Origin, Style, Value};

/// The folder of the server's files, where nobody says another. Source: otwld/ollama-helm 1.77.0, `values.yaml`, 2026-08-22.
const STORE: &str = "/root/.ollama";

/// All that the templates ask for with a dot in front.
pub(super) fn of(chart: &Chart<'_>) -> Parts {
    let name = chart.full_name().unwrap_or_else(|| format!("release-{CHART_NAME}"));
    let labels = labels(chart);
    let is_kept = chart.is_on("persistentVolume.enabled") == Some(true);
    let text = |path: &str| value(chart, path).and_then(|node| node.text().map(str::to_owned)).unwrap_or_default();
    let mut parts = Parts::new();
    let mut put = |name, node: Option<Node>| drop(node.map(|node| parts.insert(name, node)));
    put(".isDeployment", Some(switch(chart.is_on("knative.enabled") != Some(true))));
    put(".isEphemeral", Some(switch(chart.is_on("persistentVolume.enabled") == Some(false))));
    put(".isClaimMade", Some(switch(is_kept && !chart.has("persistentVolume.existingClaim"))));
    put(".toleratesNvidia", Some(switch(is_on_gpu(chart) && text("ollama.gpu.type") == "nvidia")));
    put(".namespace", chart.namespace().map(made));
    put(".podLabels", Some(with(labels.clone(), chart.get("podLabels"))));
    put(".labels", Some(labels));
    put(".replicas", value(chart, "replicaCount").filter(|_| chart.is_on("autoscaling.enabled") == Some(false)));
    put(".image", Some(image(chart)));
    put(".host", Some(made(&format!("0.0.0.0:{}", text("ollama.port")))));
    put(".mountPath", value(chart, "ollama.mountPath").filter(|node| node.text() != Some("")).or(Some(made(STORE))));
    put(".resources", resources(chart));
    put(".resourceClaims", is_by_claim(chart).then(|| list(vec![mapping([("name", made("gpu"))])])));
    put(".lifecycle", lifecycle(chart));
    put(".claim", own(chart, "persistentVolume.existingClaim").or_else(|| Some(made(&name))));
    put(".class", own(chart, "persistentVolume.storageClass").map(class));
    put(".size", value(chart, "persistentVolume.size").map(|node| because(chart, "persistentVolume.enabled", node)));
    put(".nodePort", value(chart, "service.nodePort").filter(|_| text("service.type") == "NodePort"));
    put(".rules", value(chart, "ingress.hosts").map(|hosts| rules(chart, &hosts, &name)));
    put(".name", Some(made(&name)));
    parts
}

/// A value that is written and not empty.
fn own(chart: &Chart<'_>, path: &str) -> Option<Node> {
    chart.get(path).filter(|_| chart.has(path)).cloned()
}

/// A default that is there because of another value, at whose place it is then.
fn because(chart: &Chart<'_>, path: &str, mut node: Node) -> Node {
    if let Some(cause) = chart.get(path).filter(|_| !node.origin.is_written()) {
        node.come_from(cause.origin);
    }
    node
}

fn switch(is_on: bool) -> Node {
    made(if is_on { "true" } else { "false" })
}

fn labels(chart: &Chart<'_>) -> Node {
    let name = chart.text("nameOverride").filter(|name| !name.is_empty()).unwrap_or(CHART_NAME);
    let release = chart.release.unwrap_or("release");
    mapping([("app.kubernetes.io/name", made(name)), ("app.kubernetes.io/instance", made(release))])
}

/// The image; its tag is the chart's where nobody says one, and then for the GPU that is asked for.
fn image(chart: &Chart<'_>) -> Node {
    let repository = value(chart, "image.repository").unwrap_or_else(|| made(""));
    let name = repository.text().unwrap_or_default();
    if let Some(tag) = own(chart, "image.tag") {
        return scalar(&format!("{name}:{}", tag.text().unwrap_or_default()), tag.origin);
    }
    let listed = CHART_VERSION.split('.').take(2).map(|part| part.parse().ok());
    let is_listed = chart.version.is_some_and(|(major, minor)| listed.eq([Some(major), Some(minor)]));
    let tag = if is_listed { CHART_APP_VERSION } else { "of-the-chart" };
    let is_amd = is_on_gpu(chart) && chart.text("ollama.gpu.type") == Some("amd");
    scalar(&format!("{name}:{tag}{}", if is_amd { "-rocm" } else { "" }), repository.origin)
}

fn is_on_gpu(chart: &Chart<'_>) -> bool {
    chart.is_on("ollama.gpu.enabled") == Some(true)
}

/// Whether GPUs are not counted but claimed (DRA).
fn is_by_claim(chart: &Chart<'_>) -> bool {
    is_on_gpu(chart) && chart.is_on("ollama.gpu.draEnabled") != Some(false)
}

/// What is asked for, with the GPUs, which the chart adds to the limits.
fn resources(chart: &Chart<'_>) -> Option<Node> {
    let written = chart.get("resources");
    if written.is_some_and(Node::is_null) {
        return None;
    }
    let mut all = written.cloned().unwrap_or_else(|| mapping([]));
    if is_by_claim(chart) {
        return Some(with(all, Some(&mapping([("claims", list(vec![mapping([("name", made("gpu"))])]))]))));
    }
    let limits = gpus(chart);
    let Value::Mapping(entries) = &mut all.value else { return Some(all) };
    if !limits.is_empty() {
        let at = entries.iter().position(|entry| entry.key == "limits").unwrap_or_else(|| {
            entries.push(entry("limits", Origin::NOWHERE, mapping([])));
            entries.len() - 1
        });
        if let Value::Mapping(own) = &mut entries[at].value.value {
            let new = limits.into_iter().filter(|limit| own.iter().all(|known| known.key != limit.key));
            let new: Vec<Entry> = new.collect();
            own.extend(new);
        }
    }
    Some(all)
}

/// The limits for GPUs: at the place of their number, or of the switch.
fn gpus(chart: &Chart<'_>) -> Vec<Entry> {
    let Some(cause) = chart.get("ollama.gpu.enabled").filter(|_| is_on_gpu(chart)) else { return Vec::new() };
    if chart.is_on("ollama.gpu.mig.enabled") == Some(true) {
        let devices = chart.get("ollama.gpu.mig.devices").map_or(&[][..], Node::entries);
        let limit = |device: &Entry| Entry { key: format!("nvidia.com/mig-{}", device.key).into(), ..device.clone() };
        return devices.iter().map(limit).collect();
    }
    let kind = value(chart, "ollama.gpu.type");
    let key = match kind.as_ref().and_then(Node::text) {
        Some("nvidia") => value(chart, "ollama.gpu.nvidiaResource"),
        Some("amd") => Some(made("amd.com/gpu")),
        _ => None,
    };
    let Some((key, number)) = key.zip(value(chart, "ollama.gpu.number")) else { return Vec::new() };
    let number = because(chart, "ollama.gpu.enabled", number);
    let at = kind.map(|kind| kind.origin).filter(|at| at.is_written()).unwrap_or(cause.origin);
    key.text().map(|key| entry(key, at, number)).into_iter().collect()
}

/// What runs when the server has begun: the values' own, or the chart's, which brings the models.
fn lifecycle(chart: &Chart<'_>) -> Option<Node> {
    if chart.has("lifecycle") {
        return chart.get("lifecycle").cloned();
    }
    let created: Vec<&str> =
        chart.list("ollama.models.create").iter().filter_map(|model| model.get("name")?.text()).collect();
    let pulls = chart.models().filter(|name| !created.contains(name)).map(|name| format!("ollama pull {name}\n"));
    let script: String = pulls.collect();
    let command = ["/bin/sh", "-c", &script].map(made).to_vec();
    let hook = mapping([("postStart", mapping([("exec", mapping([("command", list(command))]))]))]);
    (!script.is_empty()).then_some(hook)
}

/// The class of the claim: `-` stands for none.
fn class(mut node: Node) -> Node {
    if let Value::Scalar(scalar) = &mut node.value
        && scalar.text == "-"
    {
        scalar.text.clear();
    }
    node
}

/// The rules of the Ingress: each host of the values with the chart's Service behind its paths.
fn rules(chart: &Chart<'_>, hosts: &Node, service: &str) -> Node {
    let hosts = because(chart, "ingress.enabled", hosts.clone());
    let port = value(chart, "service.port").unwrap_or_else(|| made(""));
    let path = |path: &Node| {
        let backend = [("name", made(service)), ("port", mapping([("number", plain(port.clone()))]))];
        with(path.clone(), Some(&mapping([("backend", mapping([("service", mapping(backend))]))])))
    };
    let rule = |host: &Node| {
        let paths = host.get("paths").map_or(&[][..], Node::items).iter().map(path).collect();
        let name = host.get("host").cloned()?;
        Some(mapping([("host", name), ("http", mapping([("paths", list(paths))]))]))
    };
    list(hosts.items().iter().filter_map(rule).collect())
}

/// A value that the chart writes without quotes.
fn plain(mut node: Node) -> Node {
    if let Value::Scalar(scalar) = &mut node.value {
        scalar.style = Style::Plain;
    }
    node
}
