//! What does a Helm chart make of values: that of Ollama (otwld), and `app-template` with Ollama in it?
//!
//! The objects are trees whose nodes keep the place of the value that they come from. What the chart adds by itself has
//! no place (`Origin::NOWHERE`), unless it is there because of one value: an Ingress because of `ingress.enabled`.

mod app_template;
mod fill;
mod node;
mod parts;

use crate::facts::CHART_VALUES;
use crate::scope::{Chart, ChartName};
use crate::tree::{self, Node, Origin, Sources, Value};

/// The objects that the chart makes of values, and those that the values themselves hold.
pub fn objects(chart: &Chart<'_>) -> Vec<Node> {
    if chart.name == ChartName::AppTemplate {
        return app_template::objects(chart);
    }
    let own = chart.list("extraObjects").iter().filter(|object| object.get("kind").is_some() && !has_template(object));
    fill::objects(chart, &parts::of(chart)).into_iter().chain(own.cloned()).collect()
}

/// Whether all that decides what the chart makes is known: no other values are given elsewhere, and no switch is for
/// another tool to fill in. Chart 0.x and Knative are made of other templates.
pub fn is_certain(chart: &Chart<'_>) -> bool {
    if chart.name == ChartName::AppTemplate {
        return chart.is_whole;
    }
    let switches = ["ollama.gpu.enabled", "persistentVolume.enabled", "autoscaling.enabled", "ingress.enabled"];
    chart.is_whole
        && switches.iter().all(|path| chart.is_on(path).is_some())
        && chart.is_on("knative.enabled") == Some(false)
        && chart.version.is_none_or(|(major, _)| major > 0)
}

/// The value at a path, or the chart's default, which has no place.
fn value(chart: &Chart<'_>, path: &str) -> Option<Node> {
    if let Some(node) = chart.get(path).filter(|node| !node.is_null() && node.text() != Some("")) {
        return Some(node.clone());
    }
    let row = CHART_VALUES.iter().find(|row| row.path == path)?;
    parsed(row.default).into_iter().next()
}

/// The documents of a text that is part of the program.
fn parsed(text: &str) -> Vec<Node> {
    let mut sources = Sources::default();
    let id = sources.add("", text);
    let (mut documents, _) = tree::read(&sources, id);
    for document in &mut documents {
        document.come_from(Origin::NOWHERE);
    }
    documents
}

/// Whether Helm fills in a part of it.
fn has_template(node: &Node) -> bool {
    match &node.value {
        Value::Scalar(scalar) => scalar.text.contains("{{"),
        Value::Sequence(items) => items.iter().any(has_template),
        Value::Mapping(entries) => entries.iter().any(|entry| has_template(&entry.value)),
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::scope::Holder;
    use crate::tree::Spot;

    /// Looks at what the chart makes of values: the text at a way in an object, and the piece of the values that it is of.
    fn made(values: &str, look: impl Fn(&dyn Fn(&str, &str) -> (String, String))) {
        let mut sources = Sources::default();
        let id = sources.add("values.yaml", values);
        let tree = tree::read(&sources, id).0.remove(0);
        let (item, version, release, namespace) = (None, Some((1, 77)), Some("llama-farm"), None);
        let (holder, below, is_whole) = (Holder::File, String::new(), true);
        let values = Cow::Borrowed(&tree);
        let name = ChartName::Ollama;
        let chart = Chart { name, item, holder, values, below, is_whole, version, release, namespace };
        let objects = objects(&chart);
        look(&|kind, way| {
            let is_it = |object: &&Node| object.get("kind").and_then(Node::text) == Some(kind);
            let Some(object) = objects.iter().find(is_it) else { return ("none".into(), String::new()) };
            let Spot { origin, missing } = object.spot(way);
            let node = way.parse().ok().and_then(|way| object.at(&way)).and_then(Node::text).unwrap_or(&missing);
            let at = if origin.is_written() {
                sources.get(id).text[origin.start as usize..origin.end as usize].to_owned()
            } else {
                "nowhere".to_owned()
            };
            (node.to_owned(), at)
        });
    }

    fn is((found, place): (String, String), text: &str, at: &str) {
        assert_eq!((found, place), (text.to_owned(), at.to_owned()));
    }

    const POD: &str = "spec.template.spec";

    #[test]
    fn what_the_chart_adds_by_itself_has_no_place() {
        made("replicaCount: 3", |at| {
            is(at("Deployment", "spec.replicas"), "3", "3");
            for (way, text) in [
                ("containers[0].image", "ollama/ollama:0.32.15"),
                ("containers[0].env[0].value", "0.0.0.0:11434"),
                ("containers[0].livenessProbe.periodSeconds", "10"),
                ("containers[0].securityContext", "securityContext"),
                ("terminationGracePeriodSeconds", "120"),
            ] {
                is(at("Deployment", &format!("{POD}.{way}")), text, "nowhere");
            }
            is(at("Service", "spec.type"), "ClusterIP", "nowhere");
            is(at("Service", "metadata.name"), "llama-farm-ollama", "nowhere");
            for kind in ["PersistentVolumeClaim", "Ingress", "HorizontalPodAutoscaler"] {
                is(at(kind, "spec"), "none", "");
            }
        });
    }

    #[test]
    fn what_is_there_because_of_a_switch_is_at_the_switch() {
        let values = "persistentVolume: {enabled: true}\ningress: {enabled: true}\nollama: {gpu: {enabled: true}}\n\
            autoscaling: {enabled: true}";
        made(values, |at| {
            is(at("PersistentVolumeClaim", "spec.resources.requests.storage"), "30Gi", "true");
            is(at("Ingress", "metadata.annotations.a"), "annotations.a", "enabled");
            is(at("Deployment", &format!("{POD}.containers[0].resources.limits.nvidia.com/gpu")), "", "true");
            is(at("HorizontalPodAutoscaler", "spec.metrics[0].resource"), "", "enabled");
            is(at("Deployment", "spec.replicas"), "replicas", "nowhere");
        });
    }

    #[test]
    fn a_value_keeps_its_place_in_whatever_is_made_of_it() {
        let values = "image: {tag: 0.1.0}\nextraEnv: [{name: A, value: b}]\nollama: {gpu: {enabled: true, type: amd, number: 2}, \
            models: {pull: [llama3]}}\npersistentVolume: {enabled: true, storageClass: \"-\", existingClaim: barn}\n\
            ingress: {enabled: true, hosts: [{host: a.b, paths: [{path: /x}]}]}\nservice: {type: NodePort, nodePort: 3}";
        made(values, |at| {
            let pod = |way: &str| at("Deployment", &format!("{POD}.{way}"));
            is(pod("containers[0].image"), "ollama/ollama:0.1.0", "0.1.0");
            is(pod("containers[0].env[1].name"), "A", "A");
            is(pod("containers[0].lifecycle.postStart.exec.command[2]"), "ollama pull llama3\n", "nowhere");
            is(pod("volumes[0].persistentVolumeClaim.claimName"), "barn", "barn");
            is(at("PersistentVolumeClaim", "spec"), "none", "");
            is(at("Ingress", "spec.rules[0].http.paths[0].path"), "/x", "/x");
            is(at("Service", "spec.ports[0].nodePort"), "3", "3");
        });
    }
}
