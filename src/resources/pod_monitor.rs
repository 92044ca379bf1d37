//! Which numbers does Prometheus read: those of the proxies, as Ollama has none.

use k8s_openapi::serde_json::json;

use super::container::METRICS_PORT_NAME;
use super::meta;
use crate::bundle::{Commented, Custom};
use crate::k8s::matching;
use crate::plan::{Component, Plan};

pub(super) fn build(plan: &Plan) -> Option<Commented> {
    let metrics = plan.proxy.as_ref()?.metrics.as_ref().filter(|metrics| metrics.pod_monitor)?;
    let mut metadata = meta(plan, plan.release.name.clone(), Some(Component::Server));
    metadata.labels.get_or_insert_default().extend(metrics.labels.clone());
    let spec = json!({
        "selector": matching(plan.release.selector(Component::Server)),
        "podMetricsEndpoints": [{ "port": METRICS_PORT_NAME, "path": "/metrics", "interval": "15s" }],
    });
    let object = Custom::new("monitoring.coreos.com/v1", "PodMonitor", metadata, spec);
    Some(
        Commented::new(
            object,
            "Requests in work are haproxy_backend_current_sessions; Ollama itself has no numbers. The Prometheus operator must be\nin the cluster before: it brings this kind.",
        )
        .because("spec podMetricsEndpoints 0 interval", "as often as Kubernetes asks for what it scales by"),
    )
}
