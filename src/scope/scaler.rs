//! What changes the number of pods?

use super::{About, Item, Scope, Workload};
use crate::tree::Node;

/// A `HorizontalPodAutoscaler` of any version, or a `ScaledObject` of KEDA.
#[derive(Clone, Copy, Debug)]
pub struct Scaler<'a> {
    /// The object itself.
    pub item: Item<'a>,
    spec: &'a Node,
    is_keda: bool,
}

impl<'a> Scaler<'a> {
    /// The scaler that an object is.
    pub fn of(item: Item<'a>) -> Option<Self> {
        Some(Self { item, spec: item.at(&["spec"])?, is_keda: item.object.kind() == "ScaledObject" })
    }

    /// Whether it is a `ScaledObject`.
    pub fn is_keda(&self) -> bool {
        self.is_keda
    }

    /// The field for the fewest pods, and its value where one is written.
    pub fn least(&self) -> (&'static str, Option<i64>) {
        self.number(if self.is_keda { "minReplicaCount" } else { "minReplicas" })
    }

    /// The field for the most pods, and its value; KEDA has one where nothing is written.
    pub fn most(&self) -> (&'static str, Option<i64>) {
        let (field, most) = self.number(if self.is_keda { "maxReplicaCount" } else { "maxReplicas" });
        let is_unsaid = self.is_keda && self.spec.get(field).is_none();
        (field, if is_unsaid { Some(100) } else { most })
    }

    fn number(&self, field: &'static str) -> (&'static str, Option<i64>) {
        (field, self.spec.get(field).and_then(Node::text).and_then(|text| text.parse().ok()))
    }

    /// The field that lists what it looks at.
    pub fn signals_field(&self) -> &'static str {
        match (self.is_keda, self.spec.get("metrics")) {
            (true, _) => "triggers",
            (false, Some(_)) => "metrics",
            (false, None) => "targetCPUUtilizationPercentage",
        }
    }

    /// What it looks at: `Resource`, `External`, `prometheus`.
    pub fn signals(&self) -> impl Iterator<Item = &'a str> {
        let list = self.spec.get(if self.is_keda { "triggers" } else { "metrics" });
        list.into_iter().flat_map(Node::items).filter_map(|signal| signal.get("type")?.text())
    }

    /// Whether it looks at nothing but the processor and the memory of the pods themselves.
    pub fn is_by_resource(&self) -> bool {
        let mut signals = self.signals().peekable();
        let is_resource = |signal| matches!(signal, "Resource" | "ContainerResource" | "cpu" | "memory");
        (!self.is_keda || signals.peek().is_some()) && signals.all(is_resource)
    }
}

impl<'a> Scope<'a> {
    /// Everything that changes the number of pods of something.
    pub fn scalers(&self) -> impl Iterator<Item = Scaler<'a>> {
        ["HorizontalPodAutoscaler", "ScaledObject"]
            .into_iter()
            .flat_map(move |kind| self.index.of_kind(kind).iter().filter_map(move |at| Scaler::of(self.items[*at])))
    }

    /// What KEDA looks at to scale Ollama: each trigger with its object and its place in the list.
    pub fn keda_triggers(&self) -> impl Iterator<Item = (Item<'a>, usize, &'a Node)> {
        self.scalers().filter(Scaler::is_keda).filter(|scaler| self.scales_ollama(scaler)).flat_map(|scaler| {
            let triggers = scaler.spec.get("triggers").map(Node::items).unwrap_or_default();
            triggers.iter().enumerate().map(move |(number, trigger)| (scaler.item, number, trigger))
        })
    }

    /// Whether a scaler scales Ollama: by what it scales, or by its name where that is not among the manifests.
    pub fn scales_ollama(&self, scaler: &Scaler<'a>) -> bool {
        match self.target(scaler) {
            Some(target) => target.about != About::Other,
            None => self.is_ollamas(scaler.item),
        }
    }

    /// What a scaler scales, where it is among the manifests.
    pub fn target(&self, scaler: &Scaler<'a>) -> Option<&Workload<'a>> {
        let target = scaler.spec.get("scaleTargetRef")?;
        let kind = target.get("kind").and_then(Node::text).unwrap_or("Deployment");
        self.workload(self.named(scaler.item, kind, target.get("name")?.text()?)?)
    }
}
