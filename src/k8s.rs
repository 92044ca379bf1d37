//! The Kubernetes types that bundles are made of, under their short names, and a few shorthands.
//!
//! `use crate::k8s::*` is the only Kubernetes import of a resource file. Amounts become quantities here.

use std::collections::BTreeMap;

pub use k8s_openapi::api::apps::v1::{
    DaemonSet, Deployment, DeploymentSpec, DeploymentStrategy, ReplicaSet, RollingUpdateDeployment, StatefulSet,
    StatefulSetPersistentVolumeClaimRetentionPolicy, StatefulSetSpec, StatefulSetUpdateStrategy,
};
pub use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
pub use k8s_openapi::api::batch::v1::{
    CronJob, Job, JobSpec, PodFailurePolicy, PodFailurePolicyOnExitCodesRequirement,
    PodFailurePolicyOnPodConditionsPattern, PodFailurePolicyRule,
};
pub use k8s_openapi::api::core::v1::{
    Affinity, Capabilities, ConfigMap, ConfigMapEnvSource, ConfigMapVolumeSource, Container, ContainerPort,
    EmptyDirVolumeSource, EnvFromSource, EnvVar, EnvVarSource, ExecAction, HTTPGetAction, ImageVolumeSource, KeyToPath,
    Lifecycle, LifecycleHandler, LimitRange, LimitRangeItem, LimitRangeSpec, LocalObjectReference, Namespace,
    NodeAffinity, NodeSelector, NodeSelectorRequirement, NodeSelectorTerm, ObjectFieldSelector, PersistentVolume,
    PersistentVolumeClaim, PersistentVolumeClaimSpec, PersistentVolumeClaimVolumeSource, PersistentVolumeSpec, Pod,
    PodAffinityTerm, PodAntiAffinity, PodResourceClaim, PodSecurityContext, PodSpec, PodTemplateSpec, Probe,
    ResourceClaim, ResourceQuota, ResourceQuotaSpec, ResourceRequirements, SeccompProfile, Secret, SecretEnvSource,
    SecretVolumeSource, SecurityContext, Service, ServiceAccount, ServicePort, ServiceSpec, Toleration,
    TopologySpreadConstraint, Volume, VolumeMount, VolumeResourceRequirements, WeightedPodAffinityTerm,
};
pub use k8s_openapi::api::networking::v1::{
    HTTPIngressPath, HTTPIngressRuleValue, IPBlock, Ingress, IngressBackend, IngressRule, IngressServiceBackend,
    IngressSpec, IngressTLS, NetworkPolicy, NetworkPolicyEgressRule, NetworkPolicyIngressRule, NetworkPolicyPeer,
    NetworkPolicyPort, NetworkPolicySpec, ServiceBackendPort,
};
pub use k8s_openapi::api::policy::v1::{PodDisruptionBudget, PodDisruptionBudgetSpec};
pub use k8s_openapi::api::storage::v1::StorageClass;
pub use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
pub use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, LabelSelectorRequirement, ObjectMeta};
pub use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use crate::units::{Bytes, Millicores};

/// A map from pairs of text and anything that becomes its value.
pub fn map<V, const N: usize>(pairs: [(&str, V); N]) -> BTreeMap<String, V> {
    pairs.map(|(key, value)| (key.to_owned(), value)).into()
}

/// A variable with its value.
pub fn env(name: &str, value: impl Into<String>) -> EnvVar {
    EnvVar { name: name.into(), value: Some(value.into()), ..Default::default() }
}

/// A selector of exactly these labels.
pub fn matching(labels: BTreeMap<String, String>) -> LabelSelector {
    LabelSelector { match_labels: Some(labels), ..Default::default() }
}

/// A number of something.
pub fn count(number: u32) -> Quantity {
    Quantity(number.to_string())
}

impl From<Bytes> for Quantity {
    fn from(amount: Bytes) -> Self {
        Self(amount.to_string())
    }
}

impl From<Millicores> for Quantity {
    fn from(amount: Millicores) -> Self {
        Self(amount.to_string())
    }
}
