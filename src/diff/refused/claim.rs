//! Does a claim grow, or shrink?

use k8s_openapi::serde_json::Value;

use super::{Change, Refused, shown};
use crate::diff::set::Set;
use crate::facts::IMMUTABLE;
use crate::k8s::StorageClass;
use crate::scope::Amount;

const SIZE: &str = "spec.resources.requests.storage";

/// A claim grows where its class can do that, and never shrinks. Source: kubernetes v1.37.1 core/validation
/// `ValidatePersistentVolumeClaimUpdate`; `plugin/pkg/admission/storage/persistentvolume/resize`.
pub(super) fn size(change: &Change<'_>, notes: &mut Vec<String>) -> Option<Refused> {
    let field = change.fields.iter().find(|field| field.way.general() == SIZE)?;
    if change.new.known_as != "PersistentVolumeClaim" {
        return None;
    }
    let amount = |value: &Option<Value>| Amount::of(&shown(value.as_ref()?)).map(|amount| amount.milli);
    let (old, new) = (amount(&field.old)?, amount(&field.new)?);
    let row = IMMUTABLE.iter().find(|row| row.kind == "PersistentVolumeClaim")?;
    let fields = vec![field.way.shown()];
    if new < old {
        let why = "field can not be less than status.capacity: a claim never shrinks".to_owned();
        return Some(Refused { fields, why, instead: change.commands(row.commands), cost: row.cost.to_owned() });
    }
    let class = change.new.at("spec.storageClassName").map(shown);
    let (old_set, new_set) = change.sets;
    let find = |set: &Set<'_>, class: &str| {
        let mut classes = set.scope.all::<StorageClass>();
        classes.find(|(item, _)| item.name() == class).map(|(_, class)| class.allow_volume_expansion == Some(true))
    };
    let expands = class.as_ref().and_then(|class| find(new_set, class).or_else(|| find(old_set, class)));
    match (expands, class) {
        (Some(true), _) => {
            notes.push("a claim grows only when it is bound".to_owned());
            None
        }
        (Some(false), Some(class)) => Some(Refused {
            fields,
            why: "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize"
                .to_owned(),
            instead: vec![
                format!("kubectl patch storageclass {class} -p '{{\"allowVolumeExpansion\": true}}'"),
                change.apply.to_owned(),
            ],
            cost: "for a driver that can do it; set allowVolumeExpansion: true in the manifest as well".to_owned(),
        }),
        (_, class) => {
            let class = class.map_or("its class".to_owned(), |class| format!("the class {class}"));
            notes.push(format!("refused unless {class} has allowVolumeExpansion: true and the claim is bound"));
            None
        }
    }
}
