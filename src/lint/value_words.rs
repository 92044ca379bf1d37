//! How does one say to set values of the chart, where a rule says to set fields of objects?

/// What rules advise, and the same with the values of the chart.
const WORDS: [(&str, &str); 16] = [
    ("set resources: {limits: {nvidia.com/gpu: 1}} in container `ollama`", "set ollama.gpu: {enabled: true}"),
    ("set resources.limits: {nvidia.com/gpu: 1}", "set ollama.gpu: {enabled: true}"),
    ("set resources: {limits: {amd.com/gpu: 1}}", "set ollama.gpu: {enabled: true, type: amd}"),
    // The chart has no value for it.
    (", or set loadBalancerSourceRanges: [10.0.0.0/24]", ""),
    ("; or set loadBalancerSourceRanges: [10.0.0.0/8]", ""),
    ("set type: ClusterIP, remove nodePort", "set service.type: ClusterIP"),
    ("set type:", "set service.type:"),
    ("set spec.tls:", "set ingress.tls:"),
    ("set storage:", "set persistentVolume.size:"),
    ("set accessModes:", "set persistentVolume.accessModes:"),
    ("set storageClassName:", "set persistentVolume.storageClass:"),
    ("set strategy:", "set updateStrategy:"),
    ("set mountPath:", "set ollama.mountPath:"),
    ("set limits.memory:", "set resources.limits.memory:"),
    ("set HOME:", "set in extraEnv HOME:"),
    ("spec.replicas", "replicaCount"),
];

/// What to write instead, in the chart's words.
pub(super) fn of(help: &str) -> String {
    if let Some(tag) = help.strip_prefix("set image: ").and_then(|image| image.rsplit_once(':')) {
        return format!("set image.tag: {}", tag.1);
    }
    WORDS.iter().fold(help.to_owned(), |help, (field, value)| help.replace(field, value))
}
