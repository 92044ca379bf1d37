//! `file-mode-decimal`: the permissions of files are a number that no file has.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::Volume;
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "file-mode-decimal",
    severity: Severity::Error,
    summary: "the permissions of files are a number that no file has",
    versions: Versions::All,
    docs: include_str!("file_mode_decimal.md"),
    check,
};

/// The largest number that permissions may be: 0777.
const LARGEST: i32 = 0o777;

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads() {
        for (number, volume) in workload.pod.volumes.iter().flatten().enumerate() {
            for (path, mode) in modes(volume) {
                if mode > LARGEST {
                    findings.add(
                        workload.item,
                        format!("{}.volumes[{number}].{path}", workload.at),
                        format!("{mode} is a decimal number here, and permissions end at {LARGEST} (octal 0777)"),
                        format!("write it as an octal number: 0{mode}"),
                    );
                }
            }
        }
    }
}

/// The permissions that a volume gives its files.
fn modes(volume: &Volume) -> Vec<(String, i32)> {
    let map = volume.config_map.as_ref().map(|map| ("configMap", map.default_mode, &map.items));
    let secret = volume.secret.as_ref().map(|secret| ("secret", secret.default_mode, &secret.items));
    let projected = volume.projected.as_ref().and_then(|projected| projected.default_mode);
    let of_all = projected.map(|mode| ("projected.defaultMode".to_owned(), mode));
    let mut found: Vec<(String, i32)> = of_all.into_iter().collect();
    for (kind, mode, items) in map.into_iter().chain(secret) {
        found.extend(mode.map(|mode| (format!("{kind}.defaultMode"), mode)));
        let items = items.iter().flatten().enumerate();
        found.extend(items.filter_map(|(at, item)| Some((format!("{kind}.items[{at}].mode"), item.mode?))));
    }
    found
}
