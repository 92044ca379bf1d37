//! How long does nobody answer?

use serde::Serialize;

use super::fields::Field;
use super::models::Models;
use super::rollout::{Rollout, stops_all};
use crate::scope::{About, Workload};
use crate::sizing::{self, DOWNLOAD, STORE, Throughput};
use crate::units::{Bytes, Seconds};

/// The time in which no pod of a server is ready.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Unserved {
    /// The most that what is known of it may take; 0: somebody always answers; none: it is not known.
    pub seconds: Option<u64>,
    /// What these are made of.
    pub parts: Vec<Part>,
    /// What else it depends on.
    pub depends_on: Vec<String>,
}

/// A part of a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    /// What takes it.
    pub what: String,
    /// How long, at most.
    pub seconds: u64,
}

/// What a change costs those who ask; nothing for workloads that serve no models.
pub(super) fn of(
    old: &Workload<'_>,
    new: &Workload<'_>,
    fields: &[Field],
    rollout: Option<&Rollout>,
    models: Option<&Models>,
) -> Option<Unserved> {
    if new.about != About::Server {
        return None;
    }
    if new.replicas == 0 {
        return Some(Unserved { depends_on: vec!["when there are pods again".to_owned()], ..Unserved::default() });
    }
    let Some(rollout) = rollout else { return Some(Unserved { seconds: Some(0), ..Unserved::default() }) };
    let mut unserved = Unserved::default();
    match stops_all(rollout) {
        Some(false) => {
            unserved.seconds = Some(0);
            if new.servers().any(|seat| seat.container.readiness_probe.is_none()) {
                unserved
                    .depends_on
                    .push("without a readinessProbe a new pod counts as ready when it starts".to_owned());
            }
            return Some(unserved);
        }
        None => {
            unserved.depends_on.push("how many pods there are".to_owned());
            return Some(unserved);
        }
        Some(true) => {}
    }
    let grace = old.pod.termination_grace_period_seconds.and_then(|grace| u64::try_from(grace).ok()).unwrap_or(30);
    unserved.add("for the old pod to stop (terminationGracePeriodSeconds)", grace);
    let image = fields.iter().any(|field| field.way.last_keys().0 == "image");
    if image {
        unserved.depends_on.push("fetching the image, where a node lacks it".to_owned());
    }
    if let Some(models) = models {
        unserved.pull(models);
        unserved.load(models);
    }
    let patience =
        new.servers().filter_map(|seat| seat.container.readiness_probe.as_ref()?.initial_delay_seconds).max();
    if let Some(delay) = patience.and_then(|delay| u64::try_from(delay).ok()).filter(|delay| *delay > 0) {
        unserved.add("before it is asked whether it is ready (initialDelaySeconds)", delay);
    }
    let is_known =
        models.is_none_or(|models| models.pulls.is_some() && !models.wanted.is_empty()) && !unserved.lacks_size();
    unserved.seconds = is_known.then(|| unserved.parts.iter().map(|part| part.seconds).sum());
    Some(unserved)
}

const SIZE: &str = "the size of ";

impl Unserved {
    fn add(&mut self, what: impl Into<String>, seconds: u64) {
        self.parts.push(Part { what: what.into(), seconds });
    }

    fn lacks_size(&self) -> bool {
        self.depends_on.iter().any(|what| what.starts_with(SIZE))
    }

    fn pull(&mut self, models: &Models) {
        if models.pulls.is_none() {
            self.depends_on.push("whether models are pulled again".to_owned());
        }
        let mut sum = Bytes(0);
        for name in &models.pulled {
            match weights(name) {
                Some(bytes) => sum = sum + bytes,
                None => self.depends_on.push(format!("{SIZE}{name}")),
            }
        }
        if sum > Bytes(0) {
            self.over("pull", sum, &DOWNLOAD);
        }
    }

    /// The first answer waits for the largest model that is loaded for it.
    fn load(&mut self, models: &Models) {
        if models.wanted.is_empty() {
            self.depends_on.push("which model is asked for first, and how long it takes to load".to_owned());
        }
        for name in &models.wanted {
            let name = name.to_string();
            let lack = format!("{SIZE}{name}");
            if weights(&name).is_none() && !self.depends_on.contains(&lack) {
                self.depends_on.push(lack);
            }
        }
        if let Some(largest) = models.wanted.iter().filter_map(|name| weights(&name.to_string())).max() {
            self.over("load", largest, &STORE);
        }
    }

    fn over(&mut self, what: &str, amount: Bytes, way: &Throughput) {
        let Seconds(seconds) = way.time_for(amount);
        self.add(format!("to {what} {} GiB at {}", amount.in_gib(), way.name), seconds.into());
    }
}

fn weights(name: &str) -> Option<Bytes> {
    let known = sizing::known(&name.parse().ok()?)?;
    Some(known.shape.weights + known.shape.projector)
}
