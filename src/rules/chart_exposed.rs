//! `chart-exposed`: the chart opens the API to everybody.

use super::{Findings, Rule, Severity, Versions};

use crate::scope::{Chart, Scope, is_filled_in};
use crate::tree::Node;
use std::net::IpAddr;

pub(super) const RULE: Rule = Rule {
    id: "chart-exposed",
    severity: Severity::Warning,
    summary: "the chart opens the API to everybody",
    versions: Versions::All,
    docs: include_str!("chart_exposed.md"),
    check,
};

/// What hosts end in that nobody outside asks for.
const PRIVATE: [&str; 9] =
    [".local", ".lan", ".internal", ".home", ".localhost", ".home.arpa", ".test", ".ts.net", ".cluster"];

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for chart in scope.charts() {
        if chart.is_on("ingress.enabled") == Some(true) && !is_guarded(chart) {
            let hosts = chart.list("ingress.hosts").iter().filter_map(|host| host.get("host").unwrap_or(host).text());
            if let Some(host) = hosts.into_iter().find(|host| is_public(host)) {
                findings.add_to(
                    chart,
                    "ingress.enabled",
                    format!(
                        "everybody who reaches `{host}` may use, pull and delete models: Ollama asks for no password"
                    ),
                    "add an annotation for authentication of the Ingress controller, or a host that only you reach",
                );
            }
        }
        let kind = chart.text("service.type").unwrap_or_default();
        if kind == "LoadBalancer" && !is_inside(chart) {
            findings.add_to(
                chart,
                "service.type",
                format!(
                    "a Service of type {kind} opens the API, which asks for no password, to whoever reaches its address"
                ),
                "set service: {type: ClusterIP}, or annotations that keep the address inside",
            );
        }
    }
}

fn annotations<'a>(chart: &'a Chart<'_>, path: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let entries = chart.get(path).map_or(&[][..], Node::entries);
    entries.iter().map(|entry| (entry.key.as_str(), entry.value.text().unwrap_or_default()))
}

/// Whether an annotation or the class may keep people out.
fn is_guarded(chart: &Chart<'_>) -> bool {
    let class = chart.text("ingress.className").unwrap_or_default();
    let words =
        ["auth", "whitelist", "allowlist", "middleware", "internal", "private", "scheme", "waf", "inbound-cidrs"];
    ["internal", "private", "tailscale"].iter().any(|word| class.contains(word))
        || annotations(chart, "ingress.annotations")
            .any(|(key, value)| words.iter().any(|word| key.contains(word) || value.contains(word)))
}

/// Whether an annotation or the address keeps the Service inside.
fn is_inside(chart: &Chart<'_>) -> bool {
    let is_private = |text: &str| {
        text.split([',', '-', '/']).next().and_then(|first| first.trim().parse::<IpAddr>().ok()).is_some_and(
            |address| match address {
                IpAddr::V4(address) => address.is_private(),
                IpAddr::V6(address) => address.is_unique_local(),
            },
        )
    };
    chart.text("service.loadBalancerIP").is_some_and(is_private)
        || chart.get("service.loadBalancerIP").and_then(Node::text).is_some_and(is_filled_in)
        || annotations(chart, "service.annotations").any(|(key, value)| {
            is_private(value)
                || is_filled_in(value)
                || ["internal", "tailscale", "scheme", "private"]
                    .iter()
                    .any(|word| key.contains(word) || value.contains(word))
        })
}

fn is_public(host: &str) -> bool {
    host.contains('.')
        && !is_filled_in(host)
        && !PRIVATE.iter().any(|end| host.ends_with(end))
        && host.parse::<IpAddr>().is_err()
}
