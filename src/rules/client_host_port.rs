//! `client-host-port`: a client dials a Service or a port that is not there.

use super::{Findings, Rule, Severity, Versions};
use crate::bundle::Object;
use crate::k8s::Service;
use crate::scope::{Address, Item, Likeness, Moment, Runs, Scope, is_slip};

pub(super) const RULE: Rule = Rule {
    id: "client-host-port",
    severity: Severity::Error,
    summary: "a client dials a Service or a port that is not there",
    versions: Versions::All,
    docs: include_str!("client_host_port.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    of_variables(scope, findings);
    for ran in scope.programs().filter(|ran| ran.program.moment == Moment::Main) {
        let statements = ran.program.script.statements();
        let told = statements.iter().any(|statement| {
            statement.simple.has("OLLAMA_HOST=")
                || statement.simple.assignments.iter().any(|(name, _)| name == "OLLAMA_HOST")
        });
        let asks = statements
            .iter()
            .any(|statement| statement.simple.ollama().is_some_and(|(verb, _)| !matches!(verb, "serve" | "start")));
        if asks
            && !told
            && let Some((variable, path)) = ran.seat.variable("OLLAMA_HOST")
            && let Some(value) = variable.value.as_deref().filter(|value| !value.contains("$("))
            && let Some((fault, help)) = fault(scope, ran.workload.item, value)
        {
            findings.add(ran.workload.item, format!("{path}.value"), fault, help);
            continue;
        }
        let asks = statements.iter().map(|statement| statement.simple);
        let asks = asks.filter(|simple| simple.runs("curl") || simple.runs("wget"));
        let words = asks.flat_map(|simple| simple.words.iter().map(move |word| (simple, word.text.as_str())));
        let mut asked = words.filter(|(_, word)| word.starts_with("http://") && word.contains("/api/"));
        if let Some((asks, (fault, help))) =
            asked.find_map(|(asks, url)| Some((asks, fault(scope, ran.workload.item, url)?)))
        {
            findings.add_in(ran.program, asks, fault, help);
        }
    }
}

/// Addresses of Ollama in variables of its clients: `OLLAMA_BASE_URL`.
fn of_variables(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.all_workloads() {
        for seat in workload.seats.iter().filter(|seat| seat.runs != Runs::Server) {
            for (at, variable) in seat.container.env.iter().flatten().enumerate() {
                // What the command `ollama` itself reads is looked at with its commands.
                let is_its = variable.name == "OLLAMA_HOST" && seat.runs == Runs::Client;
                let is_named = variable.name.contains("OLLAMA") && !is_its;
                let Some(value) = variable.value.as_deref().filter(|_| is_named) else { continue };
                let urls = value.split([';', ',']).map(str::trim).filter(|url| url.starts_with("http://"));
                let mut urls = urls.filter(|url| !url.contains(['$', '{']));
                if let Some((message, help)) = urls.find_map(|url| fault(scope, workload.item, url)) {
                    findings.add(workload.item, format!("{}.env[{at}].value", seat.path), message, help);
                }
            }
        }
    }
}

/// What is wrong with an address of a Service that is among the manifests, and what to write instead.
fn fault<'a>(scope: &Scope<'a>, from: Item<'a>, text: &str) -> Option<(String, String)> {
    let address = Some(Address::of(text)).filter(|_| !text.contains('$'))?;
    let mut labels = address.host.split('.');
    let name = labels.next().filter(|name| !name.is_empty())?;
    let namespace = labels.next();
    let is_of_cluster = labels.next().is_none_or(|rest| rest == "svc");
    if let Some(fault) = misspelt(scope, from, name, namespace).filter(|_| is_of_cluster) {
        return Some(fault);
    }
    let mut found = scope
        .candidates_of(from, "Service", name)
        .filter(|item| namespace.is_none() || item.namespace().is_none() || item.namespace() == namespace);
    let item = found.next().filter(|_| found.next().is_none())?;
    let Object::Service(service) = item.object else { return None };
    let Service { spec: Some(spec), .. } = &**service else { return None };
    if spec.type_.as_deref() == Some("ExternalName")
        || spec.cluster_ip.as_deref() == Some("None")
        || spec.selector.is_none()
    {
        return None;
    }
    let ports = spec.ports.as_ref().filter(|ports| !ports.is_empty())?;
    if ports.iter().any(|port| port.port == i32::from(address.port)) {
        return None;
    }
    let has = ports.iter().map(|port| port.port.to_string()).collect::<Vec<_>>().join(", ");
    let message = format!(
        "`{}` means port {}, and Service/{name} has {has}",
        text.chars().take(60).collect::<String>(),
        address.port
    );
    let scheme = if text.contains("://") { "http://" } else { "" };
    let port = ports.first().map_or(11434, |port| port.port);
    Some((message, format!("write the port of the Service behind its name: {scheme}{}:{port}", address.host)))
}

/// A Service that is not there, where one of almost that name or in a namespace of almost that name is.
fn misspelt<'a>(scope: &Scope<'a>, from: Item<'a>, name: &str, namespace: Option<&str>) -> Option<(String, String)> {
    let references = scope.references();
    let is_free = |service: Item<'_>| !references.iter().any(|reference| reference.name == service.name());
    let meant = scope.meant("Service", name, |service, likeness| {
        service.is_near(from)
            && service.may_meet(from)
            && scope.is_ollamas(service)
            && (likeness != Likeness::Longer || is_free(service))
    });
    if let Some(meant) = meant {
        let said = namespace.filter(|said| meant.namespace().is_some_and(|own| own != *said));
        let message = format!("no Service is called `{name}`, and the one beside it is called `{}`", meant.name());
        return said.is_none().then(|| (message, format!("write `{}`", meant.name())));
    }
    let namespace = namespace?;
    let all: Vec<Item<'_>> = scope.of_name("Service", name).collect();
    let mut found = all.iter().filter(|service| service.is_near(from) || all.len() == 1);
    let own = found.next().filter(|_| found.next().is_none())?.namespace()?;
    let is_there = scope.items().iter().any(|item| {
        item.namespace() == Some(namespace) || item.object.kind() == "Namespace" && item.name() == namespace
    });
    if !is_there && !is_slip(own, namespace) && !namespace.contains(['$', '{', '<']) {
        let message = format!("Service/{name} is in namespace `{own}`, and not in `{namespace}`");
        return Some((message, format!("write `{name}.{own}`")));
    }
    (!is_there && is_slip(own, namespace)).then(|| {
        (format!("no namespace is called `{namespace}`: Service/{name} is in `{own}`"), format!("write `{name}.{own}`"))
    })
}
