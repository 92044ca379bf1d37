//! What does a profile say of the repository that its manifests are kept in, and of who takes them from there?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Auto;
use crate::names::{DnsLabel, DnsName};
use crate::units::Seconds;

/// How what is rendered reaches a cluster; read by `render --as`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Gitops {
    /// The folder in the repository that `render -o` writes; `apps/NAME` where it is left out.
    #[schemars(example = "apps/ollama")]
    pub path: Option<String>,
    /// How long a change may take until it counts as failed; `auto`: longer than the pull and the rollout.
    pub timeout: Auto<Seconds>,
    /// What Flux needs to know.
    pub flux: Flux,
    /// What Argo CD needs to know.
    pub argocd: Argocd,
}

/// What Flux needs to know.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Flux {
    /// Where Flux keeps its own objects.
    pub namespace: DnsLabel,
    /// Where it finds the repository.
    pub source: FluxSource,
    /// How often it looks whether the cluster is as it should be, at least 60s.
    pub interval: Seconds,
    /// Kustomizations that must be ready before.
    pub depends_on: Vec<DependsOn>,
    /// A `ConfigMap` beside Flux's own objects, whose entries stand in for `${NAME}`.
    pub variables: Option<DnsName>,
    /// The Helm chart of otwld, for `--as helmrelease`.
    pub chart: Chart,
}

impl Default for Flux {
    fn default() -> Self {
        Self {
            namespace: "flux-system".parse().expect("a DNS label"),
            source: FluxSource::default(),
            interval: Seconds(600),
            depends_on: Vec::new(),
            variables: None,
            chart: Chart::default(),
        }
    }
}

/// Where Flux finds the repository.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct FluxSource {
    /// What it is.
    pub kind: FluxSourceKind,
    /// Its name; `flux bootstrap` calls it `flux-system`.
    pub name: DnsName,
}

impl Default for FluxSource {
    fn default() -> Self {
        Self { kind: FluxSourceKind::GitRepository, name: "flux-system".parse().expect("a DNS name") }
    }
}

/// Kinds of sources that Flux takes manifests from.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
pub enum FluxSourceKind {
    /// A Git repository.
    GitRepository,
    /// An OCI artifact.
    #[serde(rename = "OCIRepository")]
    OciRepository,
    /// A bucket.
    Bucket,
}

impl FluxSourceKind {
    /// As in `sourceRef.kind`.
    pub fn name(self) -> &'static str {
        match self {
            Self::GitRepository => "GitRepository",
            Self::OciRepository => "OCIRepository",
            Self::Bucket => "Bucket",
        }
    }
}

/// Something of Flux's that must be ready before.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DependsOn {
    /// Its name.
    pub name: DnsName,
    /// Its namespace; that of the dependent where it is left out.
    #[serde(default)]
    pub namespace: Option<DnsLabel>,
}

/// The Helm chart of otwld.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Chart {
    /// Its exact version.
    #[schemars(regex(pattern = r"^[^.]+(\.[^.]+){2,}$"))]
    pub version: String,
    /// Where it is kept.
    pub repository: String,
    /// How often an install or upgrade that failed is tried again.
    pub retries: u32,
}

impl Default for Chart {
    fn default() -> Self {
        // The newest release whose values are known here (facts/chart_values.yaml), and the repository that its README names.
        Self { version: "1.77.0".to_owned(), repository: "https://helm.otwld.com/".to_owned(), retries: 3 }
    }
}

/// What Argo CD needs to know.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Argocd {
    /// Where Argo CD keeps its own objects.
    pub namespace: DnsLabel,
    /// The `AppProject`.
    pub project: DnsName,
    /// The URL of the repository.
    pub repository: Option<String>,
    /// The branch, tag or commit.
    pub revision: String,
    /// The cluster, by its URL; Argo CD's own where it is left out.
    pub server: String,
}

impl Default for Argocd {
    fn default() -> Self {
        Self {
            namespace: "argocd".parse().expect("a DNS label"),
            project: "default".parse().expect("a DNS name"),
            repository: None,
            revision: "HEAD".to_owned(),
            server: "https://kubernetes.default.svc".to_owned(),
        }
    }
}
