//! From how many to how many servers, and by what KEDA adds and takes away some.

use k8s_openapi::serde_json::{Map, Value, json};

use super::meta;
use crate::bundle::{Commented, Custom};
use crate::plan::{Autoscale, Component, Plan, Store, Trigger};

/// Source: kedacore/keda v2.21.0 `apis/keda/v1alpha1/scaledobject_types.go`.
pub(super) fn build(plan: &Plan) -> Option<Commented> {
    let autoscale = plan.autoscale.as_ref()?;
    let Autoscale { min, max, polling, cooldown, initial_cooldown, lull, pause, trigger, .. } = autoscale;
    let kind = if matches!(plan.store, Store::ClaimEach(_)) { "StatefulSet" } else { "Deployment" };
    let mut spec = json!({
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": kind, "name": plan.release.name},
        "minReplicaCount": min.value,
        "maxReplicaCount": max.value,
        "pollingInterval": polling.value.0,
        "cooldownPeriod": cooldown.value.0,
        "advanced": {"horizontalPodAutoscalerConfig": {"behavior": {
            "scaleUp": {"stabilizationWindowSeconds": 0},
            "scaleDown": {
                "stabilizationWindowSeconds": lull.value.0,
                "policies": [{"type": "Pods", "value": 1, "periodSeconds": pause.value.0}],
            },
        }}},
        "triggers": [counted(trigger)],
    });
    if let Some(initial) = initial_cooldown {
        spec["initialCooldownPeriod"] = json!(initial.value.0);
    }
    let metadata = meta(plan, plan.release.name.clone(), Some(Component::Server));
    let behavior = "spec advanced horizontalPodAutoscalerConfig behavior";
    let trigger_at = "spec triggers 0";
    let about = "KEDA adds servers, and takes them away. It must be in the cluster before: it brings this kind.";
    let commented = Commented::new(Custom::new("keda.sh/v1alpha1", "ScaledObject", metadata, spec), about)
        .because("spec minReplicaCount", min.reason.clone())
        .because("spec maxReplicaCount", max.reason.clone())
        .because("spec pollingInterval", polling.reason.clone())
        .because("spec cooldownPeriod", cooldown.reason.clone())
        .because_of(
            initial_cooldown.iter().map(|initial| ("spec initialCooldownPeriod".to_owned(), initial.reason.clone())),
        )
        .because(format!("{behavior} scaleUp"), format!("at once, as one more takes long enough: {}", autoscale.wake))
        .because(format!("{behavior} scaleDown stabilizationWindowSeconds"), lull.reason.clone())
        .because(format!("{behavior} scaleDown policies"), pause.reason.clone())
        .because(
            format!("{trigger_at} metricType"),
            "the query counts for all servers together: each is to have its share",
        )
        .because(
            format!("{trigger_at} metadata ignoreNullValues"),
            "a count that is lost is no reason to take servers away",
        )
        .because(format!("{trigger_at} metadata query"), trigger.query.reason.clone())
        .because(format!("{trigger_at} metadata threshold"), trigger.threshold.reason.clone());
    Some(commented)
}

/// Source: kedacore/keda v2.21.0 `pkg/scalers/prometheus_scaler.go`; all metadata are text.
fn counted(trigger: &Trigger) -> Value {
    let own = trigger.metadata.iter().map(|(key, value)| (key.clone(), json!(value)));
    let mut metadata: Map<String, Value> = own.collect();
    metadata.insert("serverAddress".to_owned(), json!(trigger.server_address));
    metadata.insert("query".to_owned(), json!(trigger.query.value));
    metadata.insert("threshold".to_owned(), json!(trigger.threshold.value.to_string()));
    metadata.insert("ignoreNullValues".to_owned(), json!("false"));
    let mut counted = json!({"type": "prometheus", "metricType": "AverageValue", "metadata": metadata});
    if let Some(name) = &trigger.authentication {
        counted["authenticationRef"] = json!({"name": name});
    }
    counted
}
