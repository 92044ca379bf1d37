//! Which servers does a container ask for models?

use super::container::Runs;
use super::store::Held;
use super::{About, Item, Scope, Seat, Workload};
use crate::bundle::Kind;
use crate::k8s::Service;

/// The servers that a container's commands reach, by the numbers of their objects.
pub(super) fn servers<'a>(
    scope: &Scope<'a>,
    workload: &Workload<'a>,
    seat: &Seat<'a>,
    host: Option<&str>,
) -> Vec<usize> {
    let host = host.map(name_of).filter(|host| !is_here(host));
    let Some(host) = host else {
        if workload.about == About::Server {
            return vec![workload.item.number];
        }
        return by_claim(scope, workload, seat);
    };
    let mut labels = host.split('.');
    let (name, namespace) = (labels.next().unwrap_or_default(), labels.next());
    let reached = |item: &Item<'a>| match (namespace, item.namespace()) {
        (Some(wanted), Some(own)) => wanted == own,
        _ => true,
    };
    let services: Vec<Item<'a>> = if namespace.is_some() {
        let named = scope.index.of_name(namespace, name);
        let named = named.iter().map(|at| scope.items[*at]);
        named.filter(|item| item.object.kind() == "Service").filter(reached).collect()
    } else {
        scope.named(workload.item, "Service", name).into_iter().collect()
    };
    let [service] = services[..] else {
        // A Service that is not here is mostly called as what it leads to.
        let named = scope.servers().filter(|server| services.is_empty() && server.item.name() == name);
        let mut named = named.filter(|server| server.item.is_near(workload.item) && reached(&server.item));
        return named.next().filter(|_| named.next().is_none()).map(|server| server.item.number).into_iter().collect();
    };
    let spec = Service::of(service.object).and_then(|service| service.spec.as_ref());
    let Some(selector) = spec.and_then(|spec| spec.selector.as_ref()).filter(|selector| !selector.is_empty()) else {
        return Vec::new();
    };
    let selected = scope.selected(service, selector);
    selected.iter().filter(|workload| workload.about == About::Server).map(|workload| workload.item.number).collect()
}

/// The servers that keep their models on the claim that a container with a server of its own fills.
fn by_claim<'a>(scope: &Scope<'a>, workload: &Workload<'a>, seat: &Seat<'a>) -> Vec<usize> {
    if seat.runs != Runs::Server {
        return Vec::new();
    }
    let Some(Held::Claim(claim)) = scope.store(workload, seat).map(|store| store.held) else { return Vec::new() };
    let keeps = |server: &&&Workload<'a>| {
        server.item.may_meet(workload.item)
            && server
                .servers()
                .any(|seat| scope.store(server, seat).is_some_and(|store| store.held == Held::Claim(claim)))
    };
    let users = scope.users_of_name(workload.item, claim);
    let servers: Vec<&Workload<'a>> = users.into_iter().filter(|user| user.about == About::Server).collect();
    servers.iter().filter(keeps).map(|server| server.item.number).collect()
}

/// The name of the host in an address.
fn name_of(address: &str) -> &str {
    let address = address.split_once("://").map_or(address, |(_, rest)| rest);
    address.split(['/', ':']).next().unwrap_or_default()
}

fn is_here(host: &str) -> bool {
    host.is_empty() || host == "localhost" || host == "0.0.0.0" || host.starts_with("127.")
}
