//! `sc-missing-param`: a class lacks a parameter without which no volume is made.

use std::collections::BTreeMap;

use super::{Findings, Rule, Severity, Versions};
use crate::facts;
use crate::k8s::{PersistentVolume, StorageClass};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "sc-missing-param",
    severity: Severity::Error,
    summary: "a class lacks a parameter without which no volume is made",
    versions: Versions::All,
    docs: include_str!("sc_missing_param.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, class) in scope.model_classes() {
        let Some(row) = facts::provisioner(&class.provisioner) else { continue };
        let of_class = |volume: &PersistentVolume| {
            volume.spec.as_ref().and_then(|spec| spec.storage_class_name.as_deref()) == Some(item.name())
        };
        // A class without parameters is for volumes that are made by hand.
        if class.parameters.as_ref().is_none_or(BTreeMap::is_empty)
            || scope.all::<PersistentVolume>().any(|(_, volume)| of_class(volume))
        {
            continue;
        }
        for key in row.missing(|key| has(class, key)) {
            findings.add(
                item,
                format!("parameters.{key}"),
                format!("{} makes no volume without `{key}`: claims stay Pending", row.name),
                format!("set the parameter {key}"),
            );
        }
        if row.name == "efs.csi.aws.com" {
            efs(class, |key, message, help| {
                findings.add(item, format!("parameters.{key}"), message, help);
            });
        }
    }
}

fn has(class: &StorageClass, key: &str) -> bool {
    class.parameters.iter().flatten().any(|(own, _)| own.eq_ignore_ascii_case(key))
}

fn efs(class: &StorageClass, mut add: impl FnMut(&str, &str, &str)) {
    let mode = class.parameters.iter().flatten().find(|(key, _)| key.eq_ignore_ascii_case("provisioningMode"));
    if mode.is_some_and(|(_, value)| !value.eq_ignore_ascii_case("efs-ap") && !value.contains('$')) {
        add("provisioningMode", "the driver knows no other mode than efs-ap", "set provisioningMode: efs-ap");
    }
    let ids = ["fileSystemId", "fileSystemIdConfigRef", "fileSystemIdSecretRef"];
    let mut given = ids.iter().filter(|key| has(class, key));
    if let (Some(_), Some(second)) = (given.next(), given.next()) {
        add(
            second,
            "the file system is named twice",
            "keep one of fileSystemId, fileSystemIdConfigRef, fileSystemIdSecretRef",
        );
    }
    for (one, other) in [("gidRangeStart", "gidRangeEnd"), ("gidRangeEnd", "gidRangeStart")] {
        if has(class, one) && !has(class, other) {
            add(one, "a range of groups has two ends", "set gidRangeStart and gidRangeEnd, or neither");
        }
    }
}
