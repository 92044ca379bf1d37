//! The way in from outside by a route of the Gateway API.

use k8s_openapi::serde_json::{Value, json};

use super::{ingress, meta};
use crate::bundle::{Commented, Custom};
use crate::plan::{Component, Gateway, Plan, Route};

pub(super) fn build(plan: &Plan) -> Option<Commented> {
    let gateway = plan.gateway.as_ref()?;
    let mut metadata = meta(plan, plan.release.name.clone(), Some(Component::Server));
    if !gateway.annotations.is_empty() {
        metadata.annotations.get_or_insert_default().extend(gateway.annotations.clone());
    }
    let object = Custom::new("gateway.networking.k8s.io/v1", "HTTPRoute", metadata, spec(plan, gateway));
    let about = ingress::about(gateway.open_because.as_deref(), gateway.routes);
    let parent = &gateway.parent;
    let commented = Commented::new(object, about).because(
        "spec rules 0 timeouts",
        "the whole answer, of which the first token may take a model load; Envoy would cut it after 15 s",
    );
    Some(if parent.namespace == plan.release.namespace {
        commented
    } else {
        let why =
            format!("its listener must let routes of the namespace {} attach: allowedRoutes", plan.release.namespace);
        commented.because("spec parentRefs", why)
    })
}

fn spec(plan: &Plan, gateway: &Gateway) -> Value {
    let parent = &gateway.parent;
    let mut reference = json!({ "name": parent.name });
    if parent.namespace != plan.release.namespace {
        reference["namespace"] = json!(parent.namespace);
    }
    if let Some(section) = &parent.section {
        reference["sectionName"] = json!(section);
    }
    let timeout = format!("{}s", gateway.timeout.0);
    let mut spec = json!({
        "parentRefs": [reference],
        "rules": [{
            "matches": gateway.routes.iter().flat_map(matches).collect::<Vec<_>>(),
            "timeouts": { "request": timeout, "backendRequest": timeout },
            "backendRefs": [{ "name": plan.release.name, "port": plan.service.port }],
        }],
    });
    if !gateway.hostnames.is_empty() {
        spec["hostnames"] = json!(gateway.hostnames);
    }
    spec
}

/// One for each method of a path.
fn matches(route: &Route) -> Vec<Value> {
    let path = json!({ "type": if route.exact { "Exact" } else { "PathPrefix" }, "value": route.path });
    if route.methods.is_empty() {
        return vec![json!({ "path": path })];
    }
    route.methods.iter().map(|method| json!({ "path": path, "method": method })).collect()
}
