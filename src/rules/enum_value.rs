//! `enum-value`: a word that the API does not know stands for one of a few.

use super::{Findings, Rule, Severity, Versions};
use crate::bundle::Object;
use crate::scope::{Item, MisfitKind, Scope, is_variable};
use crate::tree::{Node, Value};

pub(super) const RULE: Rule = Rule {
    id: "enum-value",
    severity: Severity::Error,
    summary: "a word that the API does not know stands for one of a few",
    versions: Versions::All,
    docs: include_str!("enum_value.md"),
    check,
};

/// By key, in order; with the key above it where it means this only there.
const WORDS: [(&str, &str, &[&str]); 28] = [
    ("accessModes", "", &["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"]),
    ("concurrencyPolicy", "", &["Allow", "Forbid", "Replace"]),
    ("dnsPolicy", "", &["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"]),
    ("effect", "tolerations", &["NoSchedule", "PreferNoSchedule", "NoExecute"]),
    ("externalTrafficPolicy", "", &["Cluster", "Local"]),
    ("fsGroupChangePolicy", "", &["OnRootMismatch", "Always"]),
    ("imagePullPolicy", "", &["Always", "IfNotPresent", "Never"]),
    ("mountPropagation", "", &["None", "HostToContainer", "Bidirectional"]),
    ("nodeTaintsPolicy", "", &["Honor", "Ignore"]),
    ("operator", "matchExpressions", &["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"]),
    ("operator", "matchFields", &["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"]),
    ("operator", "tolerations", &["Equal", "Exists", "Lt", "Gt"]),
    ("pathType", "", &["Prefix", "Exact", "ImplementationSpecific"]),
    ("persistentVolumeReclaimPolicy", "", &["Retain", "Delete", "Recycle"]),
    ("podManagementPolicy", "", &["OrderedReady", "Parallel"]),
    ("protocol", "", &["TCP", "UDP", "SCTP"]),
    ("restartPolicy", "", &["Always", "OnFailure", "Never"]),
    ("scheme", "httpGet", &["HTTP", "HTTPS"]),
    ("sessionAffinity", "", &["None", "ClientIP"]),
    ("terminationMessagePolicy", "", &["File", "FallbackToLogsOnError"]),
    (
        "type",
        "hostPath",
        &["Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket", "CharDevice", "BlockDevice"],
    ),
    ("type", "seccompProfile", &["RuntimeDefault", "Unconfined", "Localhost"]),
    ("type", "service", &["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"]),
    ("type", "strategy", &["RollingUpdate", "Recreate"]),
    ("type", "updateStrategy", &["RollingUpdate", "OnDelete"]),
    ("unhealthyPodEvictionPolicy", "", &["IfHealthyBudget", "AlwaysAllow"]),
    ("volumeMode", "", &["Filesystem", "Block"]),
    ("whenUnsatisfiable", "", &["DoNotSchedule", "ScheduleAnyway"]),
];

/// Keys of a class of storage.
const CLASS: [(&str, &[&str]); 2] =
    [("volumeBindingMode", &["Immediate", "WaitForFirstConsumer"]), ("reclaimPolicy", &["Delete", "Retain"])];

/// Keys below which any key may stand.
const FREE: [&str; 9] =
    ["annotations", "labels", "matchLabels", "selector", "nodeSelector", "data", "stringData", "limits", "requests"];

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    findings.tell_misfits(scope, MisfitKind::Word);
    for (item, _) in scope.model_classes() {
        for (key, words) in CLASS {
            if let Some(node) = item.at(&[key]) {
                judge(item, node, words, findings);
            }
        }
    }
    for item in scope.items().iter().filter(|item| scope.is_ollamas(**item)) {
        let Some(spec) = item.at(&["spec"]).filter(|_| !matches!(item.object, Object::Custom(_))) else { continue };
        let above = if matches!(item.object, Object::Service(_)) { "service" } else { "" };
        search(*item, spec, above, findings);
        let Some(workload) = scope.workload(*item) else { continue };
        for (at, volume) in workload.pod.volumes.iter().flatten().enumerate() {
            let medium = volume.empty_dir.as_ref().and_then(|folder| folder.medium.as_deref()).unwrap_or_default();
            if !matches!(medium, "" | "Memory") && !medium.starts_with("HugePages") && !is_variable(medium) {
                findings.add(
                    *item,
                    format!("{}.volumes[{at}].emptyDir.medium", workload.at),
                    format!("`{medium}` is no medium of an emptyDir: the kubelet cannot mount it"),
                    "write Memory, or leave it out",
                );
            }
        }
        let policy = workload.pod.restart_policy.as_deref();
        if let Some(policy @ ("OnFailure" | "Never")) = policy.filter(|_| workload.selector().is_some()) {
            findings.add(
                *item,
                format!("{}.restartPolicy", workload.at),
                format!("a {} takes Always only, not {policy}: the API refuses it", item.object.kind()),
                "delete restartPolicy, or make it a Job",
            );
        }
    }
}

fn search(item: Item<'_>, root: &Node, above: &str, findings: &mut Findings) {
    let mut left = vec![(above, root)];
    while let Some((above, node)) = left.pop() {
        for child in node.items() {
            left.push((above, child));
        }
        for entry in
            node.entries().iter().filter(|entry| !FREE.contains(&entry.key.as_str()) || !entry.value.items().is_empty())
        {
            let key = entry.key.as_str();
            if let Some(words) = words_of(key, above) {
                judge(item, &entry.value, words, findings);
            }
            left.push((key, &entry.value));
        }
    }
}

/// What a key may be, if it is one of a few.
fn words_of(key: &str, above: &str) -> Option<&'static [&'static str]> {
    let first = WORDS.partition_point(|(known, _, _)| *known < key);
    let mut same = WORDS[first..].iter().take_while(|(known, _, _)| *known == key);
    same.find(|(_, over, _)| over.is_empty() || *over == above).map(|(_, _, words)| *words)
}

fn judge(item: Item<'_>, node: &Node, words: &[&str], findings: &mut Findings) {
    for node in std::iter::once(node).chain(node.items()) {
        let Value::Scalar(scalar) = &node.value else { continue };
        let text = scalar.text.as_str();
        if node.is_null() || text.is_empty() || text.contains(['$', '{', '<']) || words.contains(&text) {
            continue;
        }
        let near = words.iter().find(|word| word.eq_ignore_ascii_case(&text.replace(['-', '_', ' '], "")));
        let help = near.map_or_else(|| format!("write one of {}", words.join(", ")), |word| format!("write {word}"));
        let message = format!("`{text}` is none of {}: the API refuses it", words.join(", "));
        findings.add_at(Some(item), node.origin, message, help);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_means_one_of_a_few_words_only_where_it_stands_below_its_own() {
        assert!(WORDS.is_sorted_by_key(|(key, above, _)| (*key, *above)));
        for (key, above, first) in [
            ("pathType", "paths", Some("Prefix")),
            ("operator", "tolerations", Some("Equal")),
            ("operator", "matchExpressions", Some("In")),
            ("operator", "other", None),
            ("type", "strategy", Some("RollingUpdate")),
            ("type", "", None),
        ] {
            assert_eq!(words_of(key, above).map(|words| words[0]), first, "{above}.{key}");
        }
    }
}
