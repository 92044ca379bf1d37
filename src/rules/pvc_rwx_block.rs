//! `pvc-rwx-block`: a claim for several nodes of a class whose volumes are of one node.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Class, Scope};

pub(super) const RULE: Rule = Rule {
    id: "pvc-rwx-block",
    severity: Severity::Error,
    summary: "a claim for several nodes of a class whose volumes are of one node",
    versions: Versions::All,
    docs: include_str!("pvc_rwx_block.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for claimed in scope.model_claims() {
        let Some(spec) = &claimed.claim.spec else { continue };
        let Some(at) = spec.access_modes.iter().flatten().position(|mode| mode == "ReadWriteMany") else { continue };
        let raw = spec.volume_mode.as_deref() == Some("Block");
        if raw || spec.volume_name.is_some() || spec.selector.is_some() {
            continue;
        }
        let class = claimed.class(scope);
        if !class.is(|row| row.block) {
            continue;
        }
        let name = match class {
            Class::Own(item, own) => format!("`{}` ({})", item.name(), own.provisioner),
            Class::Known(row) => format!("`{}`", row.name),
            _ => continue,
        };
        findings.add(
            claimed.item,
            claimed.path(&format!("spec.accessModes[{at}]")),
            format!("no volume of the class {name} can be mounted on several nodes: the claim stays Pending"),
            "set accessModes: [ReadWriteOnce], or a class of a file system that is shared: NFS, EFS, Filestore, CephFS, Longhorn",
        );
    }
}
