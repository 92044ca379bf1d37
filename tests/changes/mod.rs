//! Changes of manifests, and what happens then: held against `diff` by `tests/diff.rs`, and against a real API server
//! by `tests/cluster`.
#![allow(dead_code, reason = "every test file uses a part")]

/// Objects of many kinds, in the namespace `barn`, which is also in the names of those that are in none.
pub const BASE: &str = include_str!("base.yaml");

/// A change of one object.
pub struct Change {
    pub what: &'static str,
    pub object: &'static str,
    /// Texts of the object, and what takes their place.
    pub edits: &'static [(&'static str, &'static str)],
    pub happens: Happens,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Happens {
    /// It means the same.
    Nothing,
    /// It is taken, and no pod restarts.
    Stays,
    /// It is taken, and pods restart, in these words.
    Restarts(&'static str),
    /// It is not taken, in these words of the API server.
    Refused(&'static str),
}

use Happens::{Nothing, Refused, Restarts, Stays};

const IMAGE: (&str, &str) =
    ("image: ollama/ollama:0.34.1\n          env", "image: ollama/ollama:0.34.2\n          env");
const FARM: &str = "Deployment/llama-farm";
const ALONE: &str = "Deployment/llama-alone";
const HERD: &str = "StatefulSet/llama-herd";
const PULL: &str = "Job/llama-pull";
const CLAIM: &str = "PersistentVolumeClaim/llama-models";
const CLASS: &str = "StorageClass/barn-class";
const NEW_FIRST: Happens = Restarts("1 at a time, the new one first");
const IMMUTABLE: Happens = Refused("field is immutable");

const fn change(
    what: &'static str,
    object: &'static str,
    edits: &'static [(&'static str, &'static str)],
    happens: Happens,
) -> Change {
    Change { what, object, edits, happens }
}

/// The order is that of the cluster: a claim that has grown does not shrink again.
pub const CHANGES: &[Change] = &[
    change("another image", FARM, &[IMAGE], NEW_FIRST),
    change("another value of a variable", FARM, &[("\"8192\"", "\"4096\"")], NEW_FIRST),
    change(
        "another order of variables",
        FARM,
        &[(
            "            - {name: OLLAMA_CONTEXT_LENGTH, value: \"8192\"}\n            - {name: HF_TOKEN, value: hay-for-the-winter}\n",
            "            - {name: HF_TOKEN, value: hay-for-the-winter}\n            - {name: OLLAMA_CONTEXT_LENGTH, value: \"8192\"}\n",
        )],
        NEW_FIRST,
    ),
    change("another order of keys", FARM, &[("{path: /, port: 11434}", "{port: 11434, path: /}")], Nothing),
    change("the same amount in another unit", FARM, &[("memory: 1Gi", "memory: 1024Mi")], Nothing),
    change(
        "defaults written out",
        FARM,
        &[
            (
                "  replicas: 2\n",
                "  replicas: 2\n  strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 25%}}\n  revisionHistoryLimit: 10\n",
            ),
            ("containerPort: 11434}", "containerPort: 11434, protocol: TCP}"),
            (
                "      initContainers:\n",
                "      restartPolicy: Always\n      dnsPolicy: ClusterFirst\n      initContainers:\n",
            ),
            ("{path: /, port: 11434}", "{path: /, port: 11434, scheme: HTTP}, periodSeconds: 10"),
            ("          resources:", "          imagePullPolicy: IfNotPresent\n          resources:"),
        ],
        Nothing,
    ),
    change(
        "a default of pods, not of templates",
        FARM,
        &[("{limits: {memory: 1Gi}}", "{limits: {memory: 1Gi}, requests: {memory: 1Gi}}")],
        NEW_FIRST,
    ),
    change("more replicas", FARM, &[("replicas: 2", "replicas: 3")], Stays),
    change("an annotation of the template", FARM, &[("config-hash: \"1\"", "config-hash: \"2\"")], NEW_FIRST),
    change("a label of the Deployment", FARM, &[("namespace: barn}", "namespace: barn, labels: {team: wool}}")], Stays),
    change(
        "a longer stop",
        FARM,
        &[("terminationGracePeriodSeconds: 60", "terminationGracePeriodSeconds: 90")],
        NEW_FIRST,
    ),
    change(
        "another rollout",
        FARM,
        &[("  replicas: 2\n", "  replicas: 2\n  strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}\n")],
        Stays,
    ),
    change(
        "an image with another rollout",
        FARM,
        &[IMAGE, ("  replicas: 2\n", "  replicas: 2\n  strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}\n")],
        Restarts("1 at a time, the old one first"),
    ),
    change("an image while paused", FARM, &[IMAGE, ("  replicas: 2\n", "  replicas: 2\n  paused: true\n")], Stays),
    change(
        "a shorter deadline",
        FARM,
        &[("  replicas: 2\n", "  replicas: 2\n  progressDeadlineSeconds: 300\n")],
        Stays,
    ),
    change(
        "a rolling Deployment that is to recreate",
        FARM,
        &[("  replicas: 2\n", "  replicas: 2\n  strategy: {type: Recreate}\n")],
        Refused("may not be specified when strategy `type` is 'Recreate'"),
    ),
    change(
        "a written rollout",
        FARM,
        &[("  replicas: 2\n", "  replicas: 2\n  strategy: {rollingUpdate: {maxSurge: 1}}\n")],
        Stays,
    ),
    change(
        "another selector",
        FARM,
        &[
            ("matchLabels: {app: llama-farm}", "matchLabels: {app: llama-herds}"),
            ("labels: {app: llama-farm}", "labels: {app: llama-herds}"),
        ],
        IMMUTABLE,
    ),
    change(
        "a label that the selector lacks",
        FARM,
        &[("{labels: {app: llama-farm}", "{labels: {app: llama-barn}")],
        Refused("`selector` does not match template `labels`"),
    ),
    change(
        "an image of what recreates",
        ALONE,
        &[("0.34.1", "0.34.2")],
        Restarts("all old pods stop before a new one starts"),
    ),
    change("no replica", ALONE, &[("replicas: 1", "replicas: 0")], Stays),
    change("what recreates is to roll", ALONE, &[("{type: Recreate}", "{type: RollingUpdate}")], Stays),
    change(
        "an image of a StatefulSet",
        HERD,
        &[("0.34.1", "0.34.2")],
        Restarts("1 at a time from the last to the first"),
    ),
    change(
        "an image behind a partition",
        HERD,
        &[
            ("0.34.1", "0.34.2"),
            ("  replicas: 2\n", "  replicas: 2\n  updateStrategy: {rollingUpdate: {partition: 2}}\n"),
        ],
        Stays,
    ),
    change(
        "an image on deletion only",
        HERD,
        &[("0.34.1", "0.34.2"), ("  replicas: 2\n", "  replicas: 2\n  updateStrategy: {type: OnDelete}\n")],
        Refused("only allowed for updateStrategy 'RollingUpdate'"),
    ),
    change("more of a StatefulSet", HERD, &[("replicas: 2", "replicas: 3")], Stays),
    change(
        "claims that go with their pods",
        HERD,
        &[("  replicas: 2\n", "  replicas: 2\n  persistentVolumeClaimRetentionPolicy: {whenScaled: Delete}\n")],
        Stays,
    ),
    change("fewer old revisions", HERD, &[("  replicas: 2\n", "  replicas: 2\n  revisionHistoryLimit: 3\n")], Stays),
    change("a larger claim for each pod", HERD, &[("storage: 10Gi", "storage: 20Gi")], IMMUTABLE),
    change("the same claim for each pod in another unit", HERD, &[("storage: 10Gi", "storage: 10240Mi")], Nothing),
    change(
        "another Service of a StatefulSet",
        HERD,
        &[("serviceName: llama-herd", "serviceName: llama-flock")],
        IMMUTABLE,
    ),
    change(
        "all pods of a StatefulSet at once",
        HERD,
        &[("  replicas: 2\n", "  replicas: 2\n  podManagementPolicy: Parallel\n")],
        IMMUTABLE,
    ),
    change(
        "another selector of a DaemonSet",
        "DaemonSet/llama-each",
        &[
            ("matchLabels: {app: llama-each}", "matchLabels: {app: llama-all}"),
            ("labels: {app: llama-each}", "labels: {app: llama-all}"),
        ],
        IMMUTABLE,
    ),
    change("another image of a Job", PULL, &[("0.34.1", "0.34.2")], IMMUTABLE),
    change("another model of a Job", PULL, &[("llama3.2:3b", "llama3.2:1b")], IMMUTABLE),
    change(
        "more completions of a Job",
        PULL,
        &[("  backoffLimit: 3\n", "  backoffLimit: 3\n  completions: 2\n")],
        IMMUTABLE,
    ),
    change("more tries of a Job", PULL, &[("backoffLimit: 3", "backoffLimit: 5")], Stays),
    change(
        "a Job that goes after an hour",
        PULL,
        &[("  backoffLimit: 3\n", "  backoffLimit: 3\n  ttlSecondsAfterFinished: 3600\n")],
        Stays,
    ),
    change("another image of a pod", "Pod/llama-pod", &[("0.34.1", "0.34.2")], Restarts("where they are")),
    change(
        "another variable of a pod",
        "Pod/llama-pod",
        &[("value: b", "value: c")],
        Refused("pod updates may not change fields other than"),
    ),
    change("another address of a class", CLASS, &[("nfs.example.com", "nfs2.example.com")], IMMUTABLE),
    change("another provisioner", CLASS, &[("nfs.csi.k8s.io", "nfs.example.com")], IMMUTABLE),
    change(
        "volumes that stay",
        CLASS,
        &[("allowVolumeExpansion", "reclaimPolicy: Retain\nallowVolumeExpansion")],
        IMMUTABLE,
    ),
    change(
        "volumes that wait for their pods",
        CLASS,
        &[("allowVolumeExpansion", "volumeBindingMode: WaitForFirstConsumer\nallowVolumeExpansion")],
        IMMUTABLE,
    ),
    change(
        "the default binding written out",
        CLASS,
        &[("allowVolumeExpansion", "volumeBindingMode: Immediate\nallowVolumeExpansion")],
        Nothing,
    ),
    change(
        "options of mounts",
        CLASS,
        &[("allowVolumeExpansion", "mountOptions: [nconnect=4]\nallowVolumeExpansion")],
        Stays,
    ),
    change(
        "a volume on another server",
        "PersistentVolume/barn-volume",
        &[("nfs.example.com", "nfs2.example.com")],
        Refused("spec.persistentvolumesource is immutable after creation"),
    ),
    change("a volume that goes with its claim", "PersistentVolume/barn-volume", &[("Retain", "Delete")], Stays),
    change("another port", "Service/llama-farm", &[("port: 80", "port: 8080")], Stays),
    change("the port of pods written out", "Service/llama-farm", &[("port: 80,", "port: 80, protocol: TCP,")], Nothing),
    change(
        "a Service without an address",
        "Service/llama-farm",
        &[("spec:\n", "spec:\n  clusterIP: None\n")],
        Refused("may not change once set"),
    ),
    change("another setting", "ConfigMap/llama-settings", &[("24h", "1h")], Stays),
    change(
        "what is frozen",
        "ConfigMap/llama-frozen",
        &[("alpaca", "vicuna")],
        Refused("field is immutable when `immutable` is set"),
    ),
    change(
        "thawing",
        "ConfigMap/llama-frozen",
        &[("immutable: true\n", "")],
        Refused("field is immutable when `immutable` is set"),
    ),
    change("another secret", "Secret/llama-key", &[("hay-and-oats", "hay-and-barley")], Stays),
    change("a secret of another type", "Secret/llama-key", &[("Opaque", "example.com/hay")], IMMUTABLE),
    change("other rights", "RoleBinding/llama-rights", &[("name: view", "name: edit")], IMMUTABLE),
    change(
        "a budget of other pods",
        "PodDisruptionBudget/llama-budget",
        &[("app: llama-farm", "app: llama-herd")],
        Stays,
    ),
    change("other pods that are counted", "ResourceQuota/llama-quota", &[("NotTerminating", "Terminating")], IMMUTABLE),
    change(
        "a claim that is mounted otherwise",
        CLAIM,
        &[("ReadWriteMany", "ReadWriteOnce")],
        Refused(
            "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims",
        ),
    ),
    change(
        "a claim of another class",
        CLAIM,
        &[("barn-class", "standard")],
        Refused(
            "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims",
        ),
    ),
    change(
        "a claim of no class",
        CLAIM,
        &[("  storageClassName: barn-class\n", "")],
        Refused(
            "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims",
        ),
    ),
    change("a smaller claim", CLAIM, &[("10Gi", "5Gi")], Refused("field can not be less than status.capacity")),
    change("a larger claim", CLAIM, &[("10Gi", "20Gi")], Stays),
];

/// The documents of the base, each with its object: `Deployment/llama-farm`.
pub fn objects() -> Vec<(String, &'static str)> {
    let word = |document: &str, key: &str| {
        let rest = document.split(key).nth(1).expect("every object has it");
        rest.trim_start().split(['\n', ',', '}']).next().expect("a word").to_owned()
    };
    let documents = BASE.split("---\n");
    documents.map(|document| (format!("{}/{}", word(document, "kind:"), word(document, "{name:")), document)).collect()
}

impl Change {
    /// The object as it was.
    pub fn before(&self) -> &'static str {
        objects().into_iter().find(|(object, _)| object == self.object).expect("it is in the base").1
    }

    /// The object as it is to be.
    pub fn after(&self) -> String {
        self.edits.iter().fold(self.before().to_owned(), |text, (from, to)| {
            assert!(text.contains(from), "{}: no {from:?} in {text}", self.what);
            text.replace(from, to)
        })
    }
}
