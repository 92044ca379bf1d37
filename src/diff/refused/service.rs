//! Does a Service get another address?

use k8s_openapi::serde_json::Value;

use super::{Change, Refused, shown};
use crate::diff::fields::Field;

/// Source: kubernetes v1.37.1 core/validation `validateUpgradeDowngradeClusterIPs`; `pkg/registry/core/service/storage`
/// `patchAllocatedValues`.
pub(super) fn cluster_ip(change: &Change<'_>, notes: &mut Vec<String>) -> Option<Refused> {
    if change.new.known_as != "Service" || change.fields.iter().any(is_about_names) {
        return None;
    }
    let field = change.fields.iter().find(|field| field.way.general() == "spec.clusterIP")?;
    match (&field.old, field.new.as_ref().map(shown)) {
        (_, None) => {
            notes.push("clusterIP stays what it is until the Service is deleted".to_owned());
            None
        }
        (None, Some(new)) if new != "None" => {
            notes.push(format!("refused unless its address is {new} already"));
            None
        }
        _ => Some(Refused {
            fields: vec![field.way.shown()],
            why: "spec.clusterIPs[0]: may not change once set".to_owned(),
            instead: change.commands(&["kubectl{n} delete {kind} {name}", "{apply}"]),
            cost: "nobody reaches it between the two commands".to_owned(),
        }),
    }
}

/// A Service that is, or was, only another name has no address to keep.
fn is_about_names(field: &Field) -> bool {
    let is = |value: &Option<Value>| value.as_ref().and_then(Value::as_str) == Some("ExternalName");
    field.way.general() == "spec.type" && (is(&field.old) || is(&field.new))
}
