//! `exposed-inside`: anybody in the house may use, pull and delete models.

use super::exposed_unauth::{address, ask};
use super::service_selects_nothing::dead;
use super::{Findings, Rule, Severity, Versions};
use crate::k8s::{Service, ServiceSpec};
use crate::scope::{Item, Reach, Scope, is_private};

pub(super) const RULE: Rule = Rule {
    id: "exposed-inside",
    severity: Severity::Info,
    summary: "anybody in the house may use, pull and delete models",
    versions: Versions::All,
    docs: include_str!("exposed_inside.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let (mut fenced, mut unserved) = (None, None);
    for (item, service) in scope.all::<Service>() {
        let Some(spec) = &service.spec else { continue };
        if scope.reach_of(item, spec) == Some(Reach::Inside)
            && scope.serves(item, service, None, None)
            && !scope.is_fenced(item, spec, fenced.get_or_insert_with(|| scope.fenced()))
            && !unserved.get_or_insert_with(|| dead(scope)).contains(&item.number)
        {
            findings.add(
                item,
                "spec.type",
                format!(
                    "whoever reaches {} may use, pull and delete models: Ollama asks nobody who it is",
                    given(item, spec)
                ),
                "let a proxy in front ask, or set loadBalancerSourceRanges: [10.0.0.0/24]",
            );
        }
    }
    for door in scope.doors() {
        let is_own_machine = door.hosts.iter().all(|host| *host == "localhost" || host.ends_with(".localhost"));
        if door.reach() != Reach::Inside || is_own_machine || scope.is_guarded(&door) {
            continue;
        }
        if !door.service.is_some_and(|item| unserved.get_or_insert_with(|| dead(scope)).contains(&item.number)) {
            findings.add(
                door.item,
                door.ways.first().map(|way| way.at.clone()).unwrap_or_default(),
                format!(
                    "whoever gets to {} from inside may use the server: nothing among these manifests asks who it is",
                    address(&door)
                ),
                format!("where not everybody inside is trusted, {}", ask(scope, &door)),
            );
        }
    }
}

/// The address of the inside that a Service gets, in a message.
fn given(item: Item<'_>, spec: &ServiceSpec) -> String {
    let addresses = spec.external_ips.iter().flatten().chain(&spec.load_balancer_ip).map(String::as_str);
    let notes = item.object.metadata().annotations.iter().flatten().map(|(_, value)| value.as_str());
    let mut found = addresses.chain(notes.flat_map(|value| value.split(','))).map(str::trim);
    found.find(|address| is_private(address)).unwrap_or("the address of this Service").to_owned()
}
