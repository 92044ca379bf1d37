//! Who the pods are for the API server: nobody.

use super::meta;
use crate::bundle::Commented;
use crate::k8s::*;
use crate::plan::Plan;

pub(super) fn build(plan: &Plan) -> Commented {
    let object = ServiceAccount {
        metadata: meta(plan, plan.release.name.clone(), None),
        automount_service_account_token: Some(false),
        ..Default::default()
    };
    Commented::new(object, "No pod of this bundle talks to the Kubernetes API, so none gets a token.")
}
