//! The Job that fills a shared store.

use super::{container, pod, workload_meta};
use crate::bundle::Commented;
use crate::hash::Fnv;
use crate::k8s::*;
use crate::plan::{Component, Delivery, Plan};
use crate::units::Bytes;

pub(super) fn build(plan: &Plan) -> Option<Commented> {
    if plan.delivery != Delivery::Job {
        return None;
    }
    let puller = container::puller(plan);
    let reasons = container::puller_reasons(plan, &puller, "spec template spec containers 0");
    let template = template(plan, puller);
    let name = format!("{}-{}", plan.release.puller(), hash(&template));
    let deadline = &plan.times.pull;
    let object = Job {
        metadata: workload_meta(plan, name, Component::Puller),
        spec: Some(JobSpec {
            template,
            backoff_limit: Some(6),
            active_deadline_seconds: Some(deadline.value.0.into()),
            pod_failure_policy: Some(PodFailurePolicy { rules: vec![no_such_model(), disruption()] }),
            ..Default::default()
        }),
        ..Default::default()
    };
    let commented =
        Commented::new(object, "Fills the store; the servers wait for it. Its name has a hash of its template, which cannot be changed:\nother models are another Job. Finished ones may be deleted.")
        .because("spec activeDeadlineSeconds", deadline.reason.clone())
        .because(
            "spec podFailurePolicy",
            "3: there is no such model, so trying again is in vain; a drained node is no failure",
        )
        .because_of(reasons);
    Some(commented)
}

fn template(plan: &Plan, puller: Container) -> PodTemplateSpec {
    let spec = PodSpec {
        restart_policy: Some("Never".into()),
        termination_grace_period_seconds: Some(30),
        containers: vec![puller],
        ..pod::spec(plan, Component::Puller, Bytes::mib(256))
    };
    PodTemplateSpec { metadata: Some(pod::metadata(plan, Component::Puller)), spec: Some(spec) }
}

fn no_such_model() -> PodFailurePolicyRule {
    PodFailurePolicyRule {
        action: "FailJob".into(),
        on_exit_codes: Some(PodFailurePolicyOnExitCodesRequirement {
            container_name: Some("pull".into()),
            operator: "In".into(),
            values: vec![3],
        }),
        ..Default::default()
    }
}

fn disruption() -> PodFailurePolicyRule {
    PodFailurePolicyRule {
        action: "Ignore".into(),
        on_pod_conditions: Some(vec![PodFailurePolicyOnPodConditionsPattern {
            type_: "DisruptionTarget".into(),
            status: "True".into(),
        }]),
        ..Default::default()
    }
}

/// A hash of everything in a template; the scripts are in it by the hash among the annotations.
fn hash(template: &PodTemplateSpec) -> String {
    let json = k8s_openapi::serde_json::to_string(template).expect("a template has no keys but text");
    Fnv::of(&json).in_hex()
}
