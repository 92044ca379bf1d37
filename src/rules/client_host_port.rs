//! `client-host-port`: a client dials a port that its Service does not have.

use super::{Findings, Rule, Severity, Versions};
use crate::bundle::Object;
use crate::k8s::Service;
use crate::scope::{Address, Item, Moment, Scope};

pub(super) const RULE: Rule = Rule {
    id: "client-host-port",
    severity: Severity::Error,
    summary: "a client dials a port that its Service does not have",
    versions: Versions::All,
    docs: include_str!("client_host_port.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
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
            && let Some(fault) = fault(scope, ran.workload.item, value)
        {
            findings.add(
                ran.workload.item,
                format!("{path}.value"),
                fault,
                "write the port of the Service behind its name: ollama:11434",
            );
            continue;
        }
        let asks = statements.iter().map(|statement| statement.simple);
        let asks = asks.filter(|simple| simple.runs("curl") || simple.runs("wget"));
        let words = asks.flat_map(|simple| simple.words.iter().map(move |word| (simple, word.text.as_str())));
        let mut asked = words.filter(|(_, word)| word.starts_with("http://") && word.contains("/api/"));
        if let Some((asks, fault)) = asked.find_map(|(asks, url)| Some((asks, fault(scope, ran.workload.item, url)?))) {
            findings.add_in(
                ran.program,
                asks,
                fault,
                "write the port of the Service behind its name: http://ollama:11434",
            );
        }
    }
}

/// What is wrong with an address of a Service that is among the manifests.
fn fault(scope: &Scope<'_>, from: Item<'_>, text: &str) -> Option<String> {
    let address = Some(Address::of(text)).filter(|_| !text.contains('$'))?;
    let mut labels = address.host.split('.');
    let name = labels.next().filter(|name| !name.is_empty())?;
    let namespace = labels.next();
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
    Some(format!(
        "`{}` means port {}, and Service/{name} has {has}",
        text.chars().take(60).collect::<String>(),
        address.port
    ))
}
