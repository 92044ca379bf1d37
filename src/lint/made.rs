//! What is wrong with values for a chart, judged by the objects that the chart makes of them?
//!
//! All rules judge those objects. Of what they find counts what is at a place that somebody wrote: the value itself, or
//! one inside a map, list or object that is there because of a value. What the chart adds by itself has no place, so
//! nobody is blamed for it, and neither for what the chart leaves out.

use super::{Found, Places, value_words};
use crate::chart;
use crate::rules::{self, Finding, Place};
use crate::scope::{Chart, ChartName, Scope};
use crate::tree::{Entry, Fault, Node, Origin, Spot};
use crate::yaml::{Manifests, Written, is_about_a_variable, object_of};

/// Objects that are made of values, behind those that are written.
#[derive(Debug, Default)]
pub(super) struct Made {
    /// Themselves.
    pub(super) objects: Vec<Of>,
    /// What is wrong with all texts, what was written and what was made of it.
    pub(super) faults: Vec<Fault>,
}

/// An object that is made of values.
#[derive(Debug)]
pub(super) struct Of {
    pub(super) written: Written,
    /// The values, by their place among all charts.
    chart: usize,
}

/// What a rule for charts says.
#[derive(Debug)]
pub(super) struct Said {
    /// The rules that would say the same.
    rules: &'static [&'static str],
    /// Where.
    at: Origin,
}

/// Rules that say what a rule for charts says better: where that one has found something under the same key.
const SAID_BY: [(&str, &[&str]); 10] = [
    ("chart-autoscaling-unbackable", &["rwo-multi-replica"]),
    ("chart-env-repeated", &["env-duplicate"]),
    ("chart-ephemeral-store", &["models-ephemeral"]),
    ("chart-exposed", &["exposed-inside", "exposed-unauth"]),
    ("chart-gpu-resources", &["gpu-selector-no-gpu"]),
    ("chart-host-url", &["env-value", "host-localhost", "host-url", "probe-port-mismatch"]),
    ("chart-memory", &["mem-limit-model"]),
    ("chart-mount-path", &["models-ephemeral", "store-elsewhere"]),
    ("chart-rwo-replicas", &["rwo-multi-replica"]),
    ("chart-update-strategy", &["recreate-with-rollingupdate", "rollout-rwo-surge", "rollout-rwo-surge-unclear"]),
];

/// Rules that judge a value by itself: they hold whatever else is given elsewhere.
const ALONE: [&str; 44] = [
    "cache-type-unknown",
    "client-https",
    "enum-value",
    "env-client",
    "env-duplicate",
    "env-removed",
    "env-secret",
    "env-unknown",
    "env-value",
    "env-value-and-source",
    "exposed-hostport",
    "field-required",
    "file-mode-decimal",
    "gpu-capabilities",
    "gpu-fraction",
    "gpu-request-only",
    "host-localhost",
    "host-url",
    "image-invalid",
    "image-never-pulled",
    "image-tag",
    "image-unknown",
    "image-vulnerable",
    "label-model-name",
    "model-unknown",
    "name-invalid",
    "negative-number",
    "node-label-misspelt",
    "node-port-range",
    "origins-any",
    "port-invalid",
    "privileged",
    "probe-https",
    "probe-unknown-path",
    "pvc-modes-invalid",
    "quantity-invalid",
    "quantity-milli",
    "quantity-suspicious",
    "request-above-limit",
    "resource-unknown",
    "selector-expression",
    "toleration-everything",
    "toleration-invalid",
    "volume-two-sources",
];

/// Where a fault comes from that shows at what the chart makes by itself.
const CAUSES: [(&str, &[&str]); 2] = [
    ("nonroot-home", &["securityContext.runAsUser", "podSecurityContext.runAsUser"]),
    ("rwx-no-noprune", &["persistentVolume.accessModes"]),
];

impl Made {
    /// What the charts make, and what is wrong with that and with the texts.
    pub(super) fn of(scope: &Scope<'_>) -> Self {
        let mut made = Self::default();
        for (number, chart) in charts(scope).enumerate() {
            for tree in chart::objects(chart) {
                let (object, faults) = object_of(&tree);
                made.faults.extend(faults.into_iter().filter_map(|fault| written(fault, scope)));
                made.objects.extend(object.map(|object| Of { written: Written { object, tree }, chart: number }));
            }
        }
        if !made.objects.is_empty() {
            made.faults.splice(0..0, scope.faults.iter().cloned());
        }
        made
    }

    /// How an object was written, or made of what was written.
    pub(super) fn tree<'m>(&'m self, number: usize, manifests: &'m Manifests) -> &'m Node {
        let written = manifests.objects.get(number);
        &written.unwrap_or_else(|| &self.objects[number - manifests.objects.len()].written).tree
    }

    /// The made object that a fault is in.
    pub(super) fn of_finding(&self, finding: &Finding, written: usize) -> Option<&Of> {
        self.objects.get(finding.number?.checked_sub(written)?)
    }

    /// What rules for charts say, so that no other rule need say it.
    pub(super) fn said(&self, scope: &Scope<'_>) -> Vec<Said> {
        if self.objects.is_empty() {
            return Vec::new();
        }
        let found = rules::check_by(SAID_BY.iter().filter_map(|(id, _)| rules::rule(id)), scope);
        let of = |finding: &Finding| {
            let Place::Text(at) = finding.place else { return None };
            Some(Said { rules: SAID_BY.iter().find(|(id, _)| *id == finding.rule.id)?.1, at })
        };
        found.iter().filter_map(of).collect()
    }
}

impl Of {
    /// A fault of this object as one of the values; nothing where nobody wrote what it is about.
    pub(super) fn locate(
        &self,
        mut finding: Finding,
        scope: &Scope<'_>,
        places: Places<'_>,
        said: &[Said],
    ) -> Option<Found> {
        let chart = charts(scope).nth(self.chart)?;
        let id = finding.rule.id;
        if !chart::is_certain(chart) && !ALONE.contains(&id) {
            return None;
        }
        let model = model(chart, &finding.message);
        let mut at = places.spot(&finding.place);
        if !at.origin.is_written() {
            let causes = CAUSES.iter().find(|(rule, _)| *rule == id).map_or(&[][..], |(_, paths)| paths);
            let cause = causes
                .iter()
                .find_map(|path| chart.get(path))
                .map(|node| Spot { origin: node.origin, missing: String::new() });
            at = cause.or_else(|| model.clone().filter(|_| id == "model-unknown"))?;
        }
        let key = key_of(chart, at.origin);
        if said.iter().any(|said| said.rules.contains(&id) && key == key_of(chart, said.at)) {
            return None;
        }
        let is_hook =
            |place: &Place| matches!(place, Place::Field { path, .. } if path.contains("lifecycle.postStart"));
        let also = std::mem::take(&mut finding.also).into_iter().filter_map(|(place, label)| {
            let also = places.spot(&place);
            let also = if also.origin.is_written() { Some(also) } else { model.clone().filter(|_| is_hook(&place)) };
            Some((also.filter(|also| also.origin != at.origin)?, label))
        });
        let also = also.collect();
        finding.number = chart.item.map(|item| item.number);
        finding.object = chart.item.map(|item| item.object.reference());
        finding.place = Place::Text(at.origin);
        if chart.name == ChartName::Ollama {
            finding.help = value_words::of(&finding.help);
        }
        Some(Found { spot: at, also, finding })
    }
}

/// All values of which something is made.
fn charts<'s, 'a>(scope: &'s Scope<'a>) -> impl Iterator<Item = &'s Chart<'a>> {
    scope.charts().iter().chain(scope.apps())
}

/// The key at the top of the values that a place belongs to.
fn key_of<'a>(chart: &'a Chart<'_>, at: Origin) -> Option<&'a str> {
    let holds = |entry: &&Entry| {
        let (first, last) = (entry.key_origin, entry.value.origin);
        at.source == first.source && (first.start..=last.end.max(first.end)).contains(&at.start)
    };
    chart.values.entries().iter().find(holds).map(|entry| entry.key.as_str())
}

/// The first model of the values that a message names.
fn model(chart: &Chart<'_>, message: &str) -> Option<Spot> {
    let named: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let is_named = |node: &&Node| {
        let text = node.text().unwrap_or_default();
        let is_it = |name: &str| name.eq_ignore_ascii_case(text);
        named.iter().any(|name| is_it(name) || name.strip_suffix(":latest").is_some_and(is_it))
    };
    let listed = ["ollama.models", "ollama.models.pull", "ollama.models.run"].into_iter();
    let node = listed.flat_map(|path| chart.list(path)).find(is_named)?;
    Some(Spot { origin: node.origin, missing: String::new() })
}

/// A fault of a made object, if it is at a place that is written and no variable is to blame.
fn written(mut fault: Fault, scope: &Scope<'_>) -> Option<Fault> {
    let (at, _) = fault.places.first()?;
    let text = at.is_written().then(|| scope.sources.map(|sources| sources.get(at.source).text.as_str()))??;
    if is_about_a_variable(&fault, text) {
        return None;
    }
    fault.places.retain(|(at, _)| at.is_written());
    Some(fault)
}
