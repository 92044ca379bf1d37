//! In which order do people want to read the fields of a structure?
//!
//! k8s-openapi gives them by the alphabet: `args` before `name`. Here is what comes first, and what last.

/// Where the fields that are not named go.
const REST: &str = "*";

/// The order of a structure's fields; none: as they come.
pub(super) fn of(structure: &str) -> &'static [&'static str] {
    match structure {
        "ConfigMap" | "StorageClass" | "ServiceAccount" | "Secret" => {
            &["apiVersion", "kind", "metadata", "provisioner", REST]
        }
        "ObjectMeta" => &["name", "namespace", "labels", "annotations"],
        "Container" => &[
            "name",
            "image",
            "imagePullPolicy",
            "command",
            "args",
            "ports",
            "env",
            "envFrom",
            "resources",
            "startupProbe",
            "readinessProbe",
            "livenessProbe",
            "lifecycle",
            REST,
            "securityContext",
            "volumeMounts",
        ],
        "EnvVar" | "Volume" | "VolumeMount" | "ServicePort" | "ContainerPort" => &["name", REST],
        "PodSpec" => &[
            "serviceAccountName",
            "automountServiceAccountToken",
            "enableServiceLinks",
            "restartPolicy",
            "terminationGracePeriodSeconds",
            "securityContext",
            "priorityClassName",
            "runtimeClassName",
            "nodeSelector",
            "affinity",
            "topologySpreadConstraints",
            "tolerations",
            REST,
            "initContainers",
            "containers",
            "volumes",
        ],
        "DeploymentSpec" | "JobSpec" => &["replicas", "selector", "strategy", REST, "template"],
        "DeploymentStrategy" | "LimitRangeItem" => &["type", REST],
        "PersistentVolumeClaimSpec" => &["accessModes", "storageClassName", REST],
        "ServiceSpec" => &["type", "selector", REST],
        "Probe" => &["httpGet", REST],
        "HTTPGetAction" => &["path", "port", REST],
        "HTTPIngressPath" => &["path", "pathType", REST],
        "IngressSpec" => &["ingressClassName", "tls", REST],
        "NetworkPolicySpec" => &["podSelector", "policyTypes", REST],
        "NetworkPolicyIngressRule" => &["from", REST],
        "NetworkPolicyEgressRule" => &["to", REST],
        "ResourceRequirements" => &["requests", REST],
        "Toleration" => &["key", "operator", "value", REST],
        "NodeSelectorRequirement" => &["key", "operator", REST],
        _ => &[],
    }
}

/// The place of a field in an order.
pub(super) fn rank(order: &[&str], field: &str) -> usize {
    // Most names differ in their first letter: that is seen without a call.
    let is = |known: &str, name: &str| known.as_bytes().first() == name.as_bytes().first() && known == name;
    let place = |name: &str| order.iter().position(|known| is(known, name));
    place(field).or_else(|| place(REST)).unwrap_or(order.len())
}
