//! Do pods restart, and how many at a time?

use serde::Serialize;

use super::defaults::pod_at;
use super::fields::Field;
use crate::bundle::Object;
use crate::k8s::IntOrString;
use crate::scope::{Scope, Workload, recreates, rollout};

/// How the pods of a workload are replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rollout {
    /// How many; none where something else than the manifest decides it.
    pub pods: Option<i32>,
    /// How many of them are away at most at any time.
    pub away: Option<i32>,
    /// Whether a new pod starts before an old one stops.
    pub new_first: bool,
    /// The same in words.
    pub how: String,
}

/// What becomes of the pods of a workload whose fields change; with what else is to be said.
pub(super) fn of(scope: &Scope<'_>, new: &Workload<'_>, fields: &[Field], notes: &mut Vec<String>) -> Option<Rollout> {
    let kind = new.item.object.kind();
    let template = pod_at(kind)?;
    let template = template.strip_suffix(".spec").unwrap_or(template);
    let changed: Vec<&Field> = fields.iter().filter(|field| field.is_within(template)).collect();
    if changed.is_empty() {
        return None;
    }
    let scaled = scope.scaler(new.item).is_some();
    let pods = (!scaled).then_some(new.replicas);
    match new.item.object {
        Object::Deployment(_) => {
            let spec = new.deployment()?;
            if spec.paused == Some(true) {
                notes.push("paused: its pods are replaced when `paused` goes".to_owned());
                return None;
            }
            if recreates(spec) {
                let how = "all old pods stop before a new one starts (Recreate)".to_owned();
                return at_least_one(pods, Rollout { pods, away: pods, new_first: false, how });
            }
            let (surge, unavailable) = rollout(spec);
            let how = match (surge, unavailable) {
                (0, away) => format!("{away} at a time, the old one first (maxSurge 0, maxUnavailable {away})"),
                (surge, 0) => format!("{surge} at a time, the new one first (maxSurge {surge}, maxUnavailable 0)"),
                (surge, away) => format!("up to {surge} new ones more and {away} fewer at a time"),
            };
            at_least_one(pods, Rollout { pods, away: Some(unavailable), new_first: surge > 0, how })
        }
        Object::StatefulSet(_) => {
            let spec = new.stateful_set()?;
            let strategy = spec.update_strategy.as_ref();
            if strategy.and_then(|strategy| strategy.type_.as_deref()) == Some("OnDelete") {
                notes.push("OnDelete: a pod is replaced when somebody deletes it".to_owned());
                return None;
            }
            let rolling = strategy.and_then(|strategy| strategy.rolling_update.as_ref());
            let partition = rolling.and_then(|rolling| rolling.partition).unwrap_or(0).max(0);
            let pods = pods.map(|pods| pods.saturating_sub(partition).max(0));
            let mut how = "1 at a time from the last to the first, the old one first".to_owned();
            if partition > 0 {
                how.extend(["; those below number ", &partition.to_string(), " stay (partition)"]);
            }
            if rolling.is_some_and(|rolling| rolling.max_unavailable.is_some()) {
                how += "; more where the cluster heeds maxUnavailable";
            }
            at_least_one(pods, Rollout { pods, away: Some(1), new_first: false, how })
        }
        Object::DaemonSet(set) => {
            let strategy = set.spec.as_ref()?.update_strategy.as_ref();
            if strategy.and_then(|strategy| strategy.type_.as_deref()) == Some("OnDelete") {
                notes.push("OnDelete: a pod is replaced when somebody deletes it".to_owned());
                return None;
            }
            let away = strategy.and_then(|strategy| strategy.rolling_update.as_ref()?.max_unavailable.clone());
            let away = away.unwrap_or(IntOrString::Int(1));
            let shown = match &away {
                IntOrString::Int(number) => number.to_string(),
                IntOrString::String(text) => text.clone(),
            };
            let away = if let IntOrString::Int(number) = away { Some(number) } else { None };
            Some(Rollout { pods: None, away, new_first: false, how: format!("on {shown} of the nodes at a time") })
        }
        Object::Pod(_) if changed.iter().any(|field| field.way.last_keys().0 == "image") => {
            let how = "its containers with another image restart where they are".to_owned();
            Some(Rollout { pods: Some(1), away: Some(1), new_first: false, how })
        }
        Object::CronJob(_) => {
            notes.push("the next run has it".to_owned());
            None
        }
        Object::ReplicaSet(_) => {
            notes.push("only pods that are made later have it".to_owned());
            None
        }
        _ => None,
    }
}

/// Nothing restarts where there are no pods.
fn at_least_one(pods: Option<i32>, rollout: Rollout) -> Option<Rollout> {
    (pods != Some(0)).then_some(rollout)
}

/// Whether all pods of a rollout are away at once at some time.
pub(super) fn stops_all(rollout: &Rollout) -> Option<bool> {
    match (rollout.pods, rollout.away) {
        (Some(pods), Some(away)) => Some(away >= pods),
        // Also of an unknown number all are there.
        (_, Some(0)) => Some(false),
        _ => None,
    }
}
