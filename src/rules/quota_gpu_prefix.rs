//! `quota-gpu-prefix`: a quota counts nothing by this key.

use super::{Findings, Rule, Severity};
use crate::bundle::{Bundle, Object};

pub(super) const RULE: Rule = Rule {
    id: "quota-gpu-prefix",
    severity: Severity::Error,
    summary: "a quota counts nothing by this key",
    docs: include_str!("quota_gpu_prefix.md"),
    check,
};

fn check(bundle: &Bundle, findings: &mut Findings) {
    for object in bundle.iter() {
        let Object::ResourceQuota(quota) = object else { continue };
        for key in quota.spec.iter().filter_map(|spec| spec.hard.as_ref()).flat_map(|hard| hard.keys()) {
            let counted = !key.contains('/')
                || key.starts_with("requests.")
                || key.contains(".storageclass.storage.k8s.io/")
                || key.contains(".deviceclass.resource.k8s.io/")
                || key.starts_with("count/");
            if !counted {
                findings.add(
                    object,
                    format!("spec.hard.{key}"),
                    format!("Kubernetes takes `{key}` and counts nothing by it: no pod is ever refused"),
                    format!("write requests.{}", key.trim_start_matches("limits.")),
                );
            }
        }
    }
}
