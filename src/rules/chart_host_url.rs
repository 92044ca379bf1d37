//! `chart-host-url`: the server listens where nobody asks.

use super::{Findings, Rule, Severity, Versions};

use crate::scope::{Scope, is_filled_in};
use crate::tree::Node;
use std::net::IpAddr;

pub(super) const RULE: Rule = Rule {
    id: "chart-host-url",
    severity: Severity::Error,
    summary: "the server listens where nobody asks",
    versions: Versions::All,
    docs: include_str!("chart_host_url.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for chart in scope.charts() {
        let value = chart.variable("OLLAMA_HOST").and_then(|variable| variable.get("value"));
        let Some((value, text)) =
            value.and_then(|value| Some((value, value.text().filter(|text| !is_filled_in(text))?)))
        else {
            continue;
        };
        let Some(port) = chart.get("ollama.port").map_or(Some("11434"), Node::text) else { continue };
        let (host, own) = listens(text);
        let wrong = if !is_any_address(host) {
            format!("the server listens at `{host}`, where no probe and no Service reaches it")
        } else if own != port {
            format!("the server listens at port {own}, and its probes and Service ask port {port}")
        } else {
            continue;
        };
        findings.add_at(chart.item, value.origin, wrong, "leave it out: the chart sets OLLAMA_HOST itself");
    }
}

/// Where a server listens that is told so, as Ollama reads it: a URL's scheme decides the port.
fn listens(text: &str) -> (&str, &str) {
    let text = text.trim().trim_matches(['"', '\'']);
    let (port, rest) = match text.split_once("://") {
        Some(("http", rest)) => ("80", rest),
        Some(("https", rest)) => ("443", rest),
        Some((_, rest)) => ("11434", rest),
        None => ("11434", text),
    };
    let address = rest.split('/').next().unwrap_or_default();
    match address.rsplit_once(':') {
        Some((host, own)) if own.parse::<u16>().is_ok() && (!host.contains(':') || host.ends_with(']')) => (host, own),
        _ => (address, port),
    }
}

fn is_any_address(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    host.is_empty() || host.parse::<IpAddr>().is_ok_and(|address| address.is_unspecified())
}
