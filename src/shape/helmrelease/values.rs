//! What of a server can be said in values of the chart, and what is left for a patch?
//!
//! The server's own Deployment is taken apart: what the chart has a value for is moved there, what it does by itself is
//! taken away, and all the rest is a patch over what the chart makes. So nothing is lost, whatever a profile asks for.
//! Values and templates of the chart: otwld/ollama-helm 1.77.0 (eadf03e, 2026-08-22).

use k8s_openapi::serde_json::{Map, Value, json};

/// The name of the chart's volume for models.
const CHART_VOLUME: &str = "ollama-data";
/// The name of the bundle's.
const OUR_VOLUME: &str = "models";
/// The chart's container.
const CONTAINER: &str = "ollama";

/// A Deployment as the chart is to make it.
pub(super) struct Split {
    /// The values.
    pub values: Value,
    /// What the chart has no value for, as a strategic merge patch of its Deployment.
    pub patch: Value,
    /// The same of its Service.
    pub service: Value,
}

/// Takes a Deployment and its Service apart.
///
/// # Errors
/// What neither values nor a patch can say.
pub(super) fn split(deployment: &Value, service: &Value) -> Result<Split, String> {
    let mut rest = deployment.clone();
    let name = text(take(&mut rest, "/metadata/name"));
    for gone in ["/apiVersion", "/kind", "/metadata/namespace", "/spec/selector"] {
        take(&mut rest, gone);
    }
    let mut values = Map::new();
    let mut set = |path: &str, value: Option<Value>| {
        if let Some(value) = value.filter(|value| !value.is_null()) {
            put(&mut values, path, value);
        }
    };
    set("fullnameOverride", Some(json!(name)));
    set("replicaCount", take(&mut rest, "/spec/replicas"));
    set("updateStrategy", take(&mut rest, "/spec/strategy"));
    set("deployment.labels", own(take(&mut rest, "/metadata/labels"), &[]));
    let pod = "/spec/template/spec";
    set("podLabels", own(take(&mut rest, "/spec/template/metadata/labels"), &["app.kubernetes.io/component"]));
    set("podAnnotations", take(&mut rest, "/spec/template/metadata/annotations"));
    let mut of_pod = |path: &str| take(&mut rest, &format!("{pod}/{path}"));
    set("serviceAccount", of_pod("serviceAccountName").map(|name| json!({"create": false, "name": name})));
    for (value, field) in [
        ("podSecurityContext", "securityContext"),
        ("nodeSelector", "nodeSelector"),
        ("affinity", "affinity"),
        ("topologySpreadConstraints", "topologySpreadConstraints"),
        ("tolerations", "tolerations"),
        ("priorityClassName", "priorityClassName"),
        ("runtimeClassName", "runtimeClassName"),
        ("imagePullSecrets", "imagePullSecrets"),
        ("terminationGracePeriodSeconds", "terminationGracePeriodSeconds"),
    ] {
        set(value, of_pod(field));
    }
    set("initContainers", of_pod("initContainers").map(renamed));
    let volumes = of_pod("volumes");
    let container = of_pod("containers/0").ok_or("a server without a container")?;
    // The chart makes one container: those beside it are the patch's.
    let beside = of_pod("containers").and_then(|left| left.as_array().cloned()).unwrap_or_default();
    let (own_volumes, store) = volumes_of(volumes)?;
    set("volumes", own_volumes);
    let claim = store.pointer("/persistentVolumeClaim/claimName").cloned();
    set("persistentVolume.enabled", claim.is_some().then_some(Value::Bool(true)));
    set("persistentVolume.existingClaim", claim.clone());
    let left = of_container(container, &mut set)?;
    set("service.type", service.pointer("/spec/type").cloned());
    set("service.port", service.pointer("/spec/ports/0/port").cloned());
    set("service.annotations", service.pointer("/metadata/annotations").cloned());
    // A pod of the chart's that only `helm test` starts: it asks for what a restricted namespace refuses.
    set("tests.enabled", Some(Value::Bool(false)));
    let mut containers = Vec::new();
    if left.as_object().is_some_and(|left| left.len() > 1) {
        containers.push(left);
    }
    containers.extend(beside);
    if let Some(spec) = rest.pointer_mut(pod).and_then(Value::as_object_mut) {
        spec.remove("containers");
        if !containers.is_empty() {
            spec.insert("containers".to_owned(), Value::Array(containers));
        }
        if claim.is_none() {
            // The chart's own is without a limit.
            let mut store = store;
            store["name"] = json!(CHART_VOLUME);
            spec.insert("volumes".to_owned(), json!([store]));
        }
    }
    prune(&mut rest);
    if deployment.pointer("/spec/replicas").is_none() {
        // The chart writes 1 where nothing is said, and each release would set it back to that.
        rest["spec"]["replicas"] = Value::Null;
    }
    Ok(Split { values: Value::Object(values), patch: rest, service: of_service(service) })
}

/// What the chart's Service lacks. Its port leads to the port `http` of the pod.
fn of_service(service: &Value) -> Value {
    let mut spec = Map::new();
    for field in ["externalTrafficPolicy", "loadBalancerSourceRanges", "sessionAffinity"] {
        if let Some(value) = service.pointer(&format!("/spec/{field}")) {
            spec.insert(field.to_owned(), value.clone());
        }
    }
    if let Some(port) = service.pointer("/spec/ports/0").filter(|port| port["targetPort"] != "http") {
        spec.insert("ports".to_owned(), json!([port]));
    }
    if spec.is_empty() { Value::Null } else { json!({ "spec": spec }) }
}

/// The container's part; returns what is left of it, with its name.
fn of_container(mut container: Value, set: &mut impl FnMut(&str, Option<Value>)) -> Result<Value, String> {
    let image = text(take(&mut container, "/image"));
    let (image, digest) = image.split_once('@').map_or((image.as_str(), None), |(image, digest)| (image, Some(digest)));
    let colon = image.rfind(':').filter(|colon| !image[*colon..].contains('/')).ok_or("an image without a tag")?;
    let tag = match digest {
        Some(digest) => format!("{}@{digest}", &image[colon + 1..]),
        None => image[colon + 1..].to_owned(),
    };
    set("image.repository", Some(json!(image[..colon])));
    set("image.tag", Some(json!(tag)));
    set("image.pullPolicy", take(&mut container, "/imagePullPolicy"));
    if container["args"] == json!(["serve"]) {
        take(&mut container, "/args");
    }
    if let Some(ports) = take(&mut container, "/ports") {
        set("ollama.port", ports.pointer("/0/containerPort").cloned());
    }
    let env = take(&mut container, "/env").map(|env| {
        let Value::Array(mut variables) = env else { return env };
        // The chart sets it itself, to the same; a second one is refused by server-side apply.
        variables.retain(|variable| variable["name"] != "OLLAMA_HOST");
        Value::Array(variables)
    });
    set("extraEnv", env);
    set("extraEnvFrom", take(&mut container, "/envFrom"));
    set("resources", take(&mut container, "/resources"));
    set("securityContext", take(&mut container, "/securityContext"));
    set("lifecycle", take(&mut container, "/lifecycle"));
    for probe in ["livenessProbe", "readinessProbe"] {
        if container.pointer(&format!("/{probe}/httpGet/port")) != Some(&json!("http")) {
            continue;
        }
        let Some(Value::Object(mut numbers)) = take(&mut container, &format!("/{probe}")) else { continue };
        let path = numbers.remove("httpGet").and_then(|get| get.get("path").cloned());
        let mut written = Map::from_iter([
            ("path".to_owned(), path.unwrap_or_default()),
            ("initialDelaySeconds".to_owned(), json!(0)),
        ]);
        written.extend(numbers);
        set(probe, Some(Value::Object(written)));
    }
    if let Some(Value::Array(mounts)) = take(&mut container, "/volumeMounts") {
        let (store, others): (Vec<Value>, Vec<Value>) =
            mounts.into_iter().partition(|mount| mount["name"] == OUR_VOLUME);
        let [store] = store.as_slice() else {
            return Err("a server that mounts its store otherwise than once".to_owned());
        };
        set("ollama.mountPath", store.get("mountPath").cloned());
        if let Some(further) = store.as_object().filter(|store| store.len() > 2) {
            let mut mount = further.clone();
            mount.insert("name".to_owned(), json!(CHART_VOLUME));
            container["volumeMounts"] = json!([mount]);
        }
        set("volumeMounts", Some(Value::Array(others)));
    }
    container["name"] = json!(CONTAINER);
    Ok(container)
}

/// The volumes besides the store, and the store.
fn volumes_of(volumes: Option<Value>) -> Result<(Option<Value>, Value), String> {
    let Some(Value::Array(volumes)) = volumes else { return Err("a server without volumes".to_owned()) };
    let (store, others): (Vec<Value>, Vec<Value>) =
        volumes.into_iter().partition(|volume| volume["name"] == OUR_VOLUME);
    match store.into_iter().next() {
        Some(store) if store.get("persistentVolumeClaim").is_some() || store.get("emptyDir").is_some() => {
            Ok((Some(Value::Array(others)), store))
        }
        _ => Err("its store is neither a claim nor the node's disk, and the chart mounts nothing else".to_owned()),
    }
}

/// Init containers with the chart's name for the store.
fn renamed(mut containers: Value) -> Value {
    for container in containers.as_array_mut().into_iter().flatten() {
        for mount in container["volumeMounts"].as_array_mut().into_iter().flatten() {
            if mount["name"] == OUR_VOLUME {
                mount["name"] = json!(CHART_VOLUME);
            }
        }
    }
    containers
}

/// Labels without those that the chart gives itself.
fn own(labels: Option<Value>, kept: &[&str]) -> Option<Value> {
    let Some(Value::Object(mut labels)) = labels else { return None };
    labels.retain(|key, _| kept.contains(&key.as_str()) || !key.starts_with("app.kubernetes.io/"));
    (!labels.is_empty()).then_some(Value::Object(labels))
}

/// Takes what a JSON pointer leads to out of a tree.
fn take(from: &mut Value, pointer: &str) -> Option<Value> {
    let (above, key) = pointer.rsplit_once('/')?;
    match from.pointer_mut(above)? {
        Value::Object(fields) => fields.remove(key),
        Value::Array(items) => Some(items.remove(key.parse().ok().filter(|at: &usize| *at < items.len())?)),
        _ => None,
    }
}

/// Sets a value by its path with dots.
fn put(values: &mut Map<String, Value>, path: &str, value: Value) {
    match path.split_once('.') {
        None => drop(values.insert(path.to_owned(), value)),
        Some((key, rest)) => {
            let inner = values.entry(key).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}

/// Takes away what is empty.
fn prune(value: &mut Value) {
    if let Value::Object(fields) = value {
        fields.values_mut().for_each(prune);
        fields.retain(|_, value| match value {
            Value::Object(fields) => !fields.is_empty(),
            Value::Array(items) => !items.is_empty(),
            Value::Null => false,
            _ => true,
        });
    }
}

fn text(value: Option<Value>) -> String {
    value.and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
