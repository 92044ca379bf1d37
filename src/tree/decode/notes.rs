//! What a manifest's reader lets pass, and the API server does not.

use std::cell::RefCell;

use super::bare::Bare;
use super::nearest;
use crate::tree::{Entry, Fault, FaultKind, Node, Style};

/// Faults that do not keep a manifest from being read.
#[derive(Debug, Default)]
pub struct Notes(RefCell<Vec<Fault>>);

/// Fields that came after the types that manifests are read into, up to Kubernetes 1.37.
/// Source: the types of k8s-openapi 0.29 for 1.33 and 1.37, compared; 2026-11-22.
const NEWER: &[(&str, &str)] = &[
    ("ConfigMapVolumeSource", "defaultUser"),
    ("Container", "restartPolicyRules"),
    ("DownwardAPIVolumeSource", "defaultUser"),
    ("EmptyDirVolumeSource", "mode"),
    ("EnvVarSource", "fileKeyRef"),
    ("GRPCAction", "mode"),
    ("HTTPGetAction", "protocol"),
    ("JobSpec", "scheduling"),
    ("KeyToPath", "user"),
    ("PodSpec", "evictionResponders"),
    ("PodSpec", "hostnameOverride"),
    ("PodSpec", "schedulingGroup"),
    ("ProjectedVolumeSource", "defaultUser"),
    ("SecretVolumeSource", "defaultUser"),
    ("ServiceAccountTokenProjection", "user"),
    ("VolumeMount", "bindMountOptions"),
    ("VolumeProjection", "podCertificate"),
];

/// Fields of a pod that people write beside its template.
const OF_THE_POD: &[&str] = &[
    "affinity",
    "containers",
    "initContainers",
    "nodeSelector",
    "runtimeClassName",
    "serviceAccountName",
    "tolerations",
    "volumes",
];

/// Fields of a Job that people write deeper or higher.
const OF_THE_JOB: &[&str] = &[
    "backoffLimit",
    "backoffLimitPerIndex",
    "completionMode",
    "completions",
    "parallelism",
    "podFailurePolicy",
    "ttlSecondsAfterFinished",
];

/// Fields of a probe that people write into its `httpGet`.
const OF_THE_PROBE: &[&str] =
    &["failureThreshold", "initialDelaySeconds", "periodSeconds", "successThreshold", "timeoutSeconds"];

/// Where fields belong that are often written one level too high or too deep: the type they stand in, and the fields.
const MISPLACED: &[(&str, &[&str], &str)] = &[
    (
        "PodSpec",
        &[
            "args",
            "command",
            "env",
            "envFrom",
            "image",
            "imagePullPolicy",
            "lifecycle",
            "livenessProbe",
            "ports",
            "readinessProbe",
            "startupProbe",
            "volumeMounts",
        ],
        "into the container",
    ),
    (
        "Container",
        &[
            "affinity",
            "hostNetwork",
            "initContainers",
            "nodeName",
            "nodeSelector",
            "runtimeClassName",
            "serviceAccountName",
            "terminationGracePeriodSeconds",
            "tolerations",
            "volumes",
        ],
        "beside `containers`",
    ),
    ("DeploymentSpec", OF_THE_POD, "into template.spec"),
    ("StatefulSetSpec", OF_THE_POD, "into template.spec"),
    ("PodSpec", &["replicas", "selector", "strategy", "template"], "beside `template`"),
    ("PodTemplateSpec", &["replicas", "selector", "strategy"], "beside `template`"),
    ("Probe", &["host", "path", "port", "scheme"], "into httpGet"),
    ("PodSpec", OF_THE_JOB, "into the spec of the Job, beside its `template`"),
    ("PodTemplateSpec", OF_THE_JOB, "into the spec of the Job, beside its `template`"),
    ("Container", OF_THE_JOB, "into the spec of the Job, beside its `template`"),
    ("CronJobSpec", OF_THE_JOB, "into jobTemplate.spec"),
    ("JobTemplateSpec", OF_THE_JOB, "into its spec"),
    ("HTTPGetAction", OF_THE_PROBE, "beside `httpGet`"),
    ("ExecAction", OF_THE_PROBE, "beside `exec`"),
    ("ResourceRequirements", &["cpu", "memory", "nvidia.com/gpu", "amd.com/gpu"], "into requests or limits"),
    ("Container", &["limits", "requests"], "into resources"),
    ("PersistentVolumeClaimSpec", &["requests"], "into resources"),
    ("JobSpec", &["containers", "restartPolicy", "volumes"], "into template.spec"),
    (
        "SecurityContext",
        &["fsGroup", "fsGroupChangePolicy", "supplementalGroups", "sysctls"],
        "into the securityContext of the pod",
    ),
    (
        "PodSecurityContext",
        &["allowPrivilegeEscalation", "capabilities", "privileged", "readOnlyRootFilesystem"],
        "into the securityContext of the container",
    ),
];

/// Fields in which an octal number is what people mean: permissions of files.
const PERMISSIONS: [&str; 2] = ["mode", "defaultMode"];

impl Notes {
    pub(super) fn faults(self) -> Vec<Fault> {
        self.0.into_inner()
    }

    /// Text is wanted, and kubectl sends something else.
    pub(super) fn not_text(&self, node: &Node, entry: Option<&Entry>, text: &str, bare: Bare) {
        // An empty value becomes an empty text.
        if bare == Bare::Null {
            return;
        }
        let field = entry.map(|entry| format!("`{}` is text, and ", entry.key)).unwrap_or_default();
        let kind = if matches!(bare, Bare::Bool(_)) { "boolean" } else { "number" };
        let read = read_as(text, bare);
        let read = if read == text { format!("a {kind}") } else { format!("the {kind} {read}") };
        let fault = Fault::new(node.origin, format!("{field}kubectl reads {text} as {read}"), "not in quotes")
            .of_kind(FaultKind::ReadDifferently)
            .help(format!("write it in quotes: \"{text}\""));
        self.0.borrow_mut().push(fault);
    }

    /// A number that is not the one that stands there.
    pub(super) fn number(&self, node: &Node, entry: Option<&Entry>, text: &str, bare: Bare) {
        let Bare::Unsigned(value) = bare else { return };
        let octal = text.len() > 1 && text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
        if !octal || entry.is_some_and(|entry| PERMISSIONS.contains(&entry.key.as_str())) {
            return;
        }
        let fault = Fault::new(node.origin, format!("kubectl reads {text} as {value}"), "an octal number")
            .of_kind(FaultKind::ReadDifferently)
            .help(format!("write {}", text.trim_start_matches('0')));
        self.0.borrow_mut().push(fault);
    }

    /// A key that kubectl turns into another text.
    pub(super) fn key(&self, entry: &Entry, free: bool) {
        if !free || entry.key_style != Style::Plain {
            return;
        }
        let bare = Bare::to_kubectl(&entry.key);
        let read = match bare {
            Bare::Text => return,
            Bare::Null => "nothing, which cannot be a key".into(),
            _ => read_as(&entry.key, bare),
        };
        if read == entry.key {
            return;
        }
        let fault =
            Fault::new(entry.key_origin, format!("kubectl reads the key {} as {read}", entry.key), "not in quotes")
                .of_kind(FaultKind::ReadDifferently)
                .help(format!("write it in quotes: \"{}\"", entry.key));
        self.0.borrow_mut().push(fault);
    }

    /// A key that has no meaning in its type.
    pub(super) fn unknown(&self, entry: &Entry, of: &str, fields: &[&str]) {
        // What a cluster says of an object is left to the cluster; `$patch` and the like are words of patches.
        let is_told =
            ["Status", "Condition", "State"].iter().any(|end| of.ends_with(end)) || entry.key.starts_with('$');
        // `mountPath:/models`, without the space that makes it a key and a value.
        if let Some((key, value)) = entry.key.split_once(':').filter(|(key, _)| fields.contains(key)) {
            let message = format!("`{}` is one word: a space is missing behind the colon", entry.key);
            let fault = Fault::new(entry.key_origin, message, "").of_kind(FaultKind::UnknownField);
            return self.0.borrow_mut().push(fault.help(format!("write {key}: {value}")));
        }
        if is_told || entry.value.is_null() || NEWER.contains(&(of, entry.key.as_str())) {
            return;
        }
        let place = if of.is_empty() { "here".to_owned() } else { format!("in {of}") };
        let misplaced = MISPLACED.iter().find(|(place, keys, _)| *place == of && keys.contains(&entry.key.as_str()));
        if let Some((.., where_to)) = misplaced {
            let fault = Fault::new(entry.key_origin, format!("Kubernetes knows no `{}` {place}", entry.key), "")
                .of_kind(FaultKind::UnknownField)
                .help(format!("move it {where_to}"));
            self.0.borrow_mut().push(fault);
            return;
        }
        let near = nearest(&entry.key, fields);
        let label = near.map(|near| format!("did you mean `{near}`?")).unwrap_or_default();
        let help = near.map_or_else(
            || format!("leave it out, or move it where it belongs: the API server refuses or drops it {place}"),
            |near| format!("write `{near}`"),
        );
        let fault = Fault::new(entry.key_origin, format!("Kubernetes knows no `{}` {place}", entry.key), label)
            .of_kind(FaultKind::UnknownField)
            .help(help);
        self.0.borrow_mut().push(fault);
    }
}

/// What is sent instead of a text.
fn read_as(text: &str, bare: Bare) -> String {
    match bare {
        Bare::Bool(value) => value.to_string(),
        Bare::Unsigned(value) => value.to_string(),
        Bare::Signed(value) => value.to_string(),
        Bare::Float(value) => value.to_string(),
        Bare::Null | Bare::Text => text.to_owned(),
    }
}
