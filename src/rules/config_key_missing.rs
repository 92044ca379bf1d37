//! `config-key-missing`: a container takes a key that its `ConfigMap` does not have.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::{ConfigMap, EnvVar, Secret};
use crate::scope::{About, Scope, Seat, Workload};
use crate::tree::nearest;

pub(super) const RULE: Rule = Rule {
    id: "config-key-missing",
    severity: Severity::Error,
    summary: "a container takes a key that its ConfigMap or Secret does not have",
    versions: Versions::All,
    docs: include_str!("config_key_missing.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    // What stands beside a server and speaks of it, such as a user interface, does not start either.
    let says = |workload: &&Workload<'_>| workload.item.tree.is_some_and(|tree| scope.says_ollama(tree.origin));
    for workload in scope.all_workloads().iter().filter(|workload| workload.about != About::Other || says(workload)) {
        for seat in &workload.seats {
            script(scope, workload, seat, findings);
            for (number, variable) in seat.container.env.iter().flatten().enumerate() {
                let path = format!("{}.env[{number}].valueFrom", seat.path);
                secret(scope, workload, variable, &path, findings);
                let source = variable.value_from.as_ref().and_then(|source| source.config_map_key_ref.as_ref());
                let Some(wanted) = source.filter(|wanted| wanted.optional != Some(true)) else { continue };
                let Some((map, data)) = scope.find::<ConfigMap>(workload.item, &wanted.name) else { continue };
                let text = data.data.iter().flatten().map(|(key, _)| key.as_str());
                let binary = data.binary_data.iter().flatten().map(|(key, _)| key.as_str());
                let keys: Vec<&str> = text.chain(binary).collect();
                if keys.is_empty() || keys.contains(&wanted.key.as_str()) || wanted.key.contains(['$', '{']) {
                    continue;
                }
                let help = nearest(&wanted.key, &keys).map_or_else(
                    || format!("add the key to it, or take one of {}", keys.join(", ")),
                    |near| format!("write key: {near}"),
                );
                findings
                    .add(
                        workload.item,
                        format!("{path}.configMapKeyRef.key"),
                        format!("ConfigMap `{}` has no key `{}`: the container does not start", map.name(), wanted.key),
                        help,
                    )
                    .also(map, "data", "these keys");
            }
        }
    }
}

/// A key of a `Secret` that is written with all its keys.
fn secret(scope: &Scope<'_>, workload: &Workload<'_>, variable: &EnvVar, path: &str, findings: &mut Findings) {
    let wanted = variable.value_from.as_ref().and_then(|source| source.secret_key_ref.as_ref());
    let Some(wanted) = wanted.filter(|wanted| wanted.optional != Some(true)) else { return };
    let Some((item, data)) = scope.find::<Secret>(workload.item, &wanted.name) else { return };
    let text = data.string_data.iter().flatten().map(|(key, _)| key.as_str());
    let keys: Vec<&str> = text.chain(data.data.iter().flatten().map(|(key, _)| key.as_str())).collect();
    // One without keys is filled by somebody else.
    if keys.is_empty() || keys.contains(&wanted.key.as_str()) || wanted.key.contains(['$', '{']) {
        return;
    }
    let message = format!("Secret `{}` has no key `{}`: the container does not start", item.name(), wanted.key);
    let help = format!("take one of {}, or add the key to it", keys.join(", "));
    findings.add(workload.item, format!("{path}.secretKeyRef.key"), message, help).also(
        item,
        "metadata.name",
        "this one",
    );
}

/// The file that a container is to run, where the `ConfigMap` that is mounted there does not have it, or where Ollama's
/// own image has no such folder.
fn script(scope: &Scope<'_>, workload: &Workload<'_>, seat: &Seat<'_>, findings: &mut Findings) {
    let words = seat.container.command.as_deref().unwrap_or_default();
    let at = match words {
        [first, _, ..] if matches!(first.rsplit('/').next(), Some("sh" | "bash")) => 1,
        [_, ..] => 0,
        [] => return,
    };
    let path = words[at].as_str();
    if !path.starts_with('/') || path.contains(['$', ' ', '\n']) || path.rsplit('.').next() != Some("sh") {
        return;
    }
    let place = format!("{}.command[{at}]", seat.path);
    let Some((mount, volume)) = workload.mount_of(seat, path) else {
        if seat.image().is_official() {
            let message = format!("neither the image nor a volume has `{path}`: the container does not start");
            let near = seat
                .container
                .volume_mounts
                .iter()
                .flatten()
                .find(|mount| workload.volume(&mount.name).is_some_and(|volume| volume.config_map.is_some()));
            let file = path.rsplit('/').next().unwrap_or_default();
            let help = near.map_or_else(
                || "mount the ConfigMap that holds it there".to_owned(),
                |mount| {
                    format!("write {}/{file}, where the ConfigMap is mounted", mount.mount_path.trim_end_matches('/'))
                },
            );
            findings.add(workload.item, place, message, help);
        }
        return;
    };
    let Some(source) = volume.and_then(|volume| volume.config_map.as_ref()) else { return };
    if mount.sub_path.is_some() || source.items.is_some() {
        return;
    }
    let Some((map, data)) = scope.find::<ConfigMap>(workload.item, &source.name) else { return };
    let Some(inside) = path.strip_prefix(mount.mount_path.trim_end_matches('/')) else { return };
    let inside = inside.trim_start_matches('/');
    let keys: Vec<&str> = data.data.iter().flatten().map(|(key, _)| key.as_str()).collect();
    if keys.is_empty() || keys.contains(&inside) || data.binary_data.is_some() {
        return;
    }
    let message = format!("ConfigMap `{}` has no key `{inside}`: the container does not start", map.name());
    let near = nearest(inside, &keys).or_else(|| if let [only] = keys[..] { Some(only) } else { None });
    let help = near.map_or_else(
        || format!("run one of {}", keys.join(", ")),
        |near| format!("write {}/{near}", mount.mount_path.trim_end_matches('/')),
    );
    findings.add(workload.item, place, message, help).also(map, "data", "these keys");
}
