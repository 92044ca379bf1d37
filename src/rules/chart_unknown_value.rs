//! `chart-unknown-value`: a value that the chart does not have.

use super::{Findings, Rule, Severity, Versions};
use crate::facts::{ChartKind, ChartPath, chart_children, chart_path};
use crate::scope::{Chart, Holder, Scope};
use crate::tree::{Entry, Node, Scalar, Style, Value, nearest};

pub(super) const RULE: Rule = Rule {
    id: "chart-unknown-value",
    severity: Severity::Warning,
    summary: "a value that the chart does not have",
    versions: Versions::All,
    docs: include_str!("chart_unknown_value.md"),
    check,
};

/// What people write after the manner of other charts.
const MEANT: [(&str, &str); 9] = [
    ("annotations", "podAnnotations"),
    ("args", "extraArgs"),
    ("env", "extraEnv"),
    ("envFrom", "extraEnvFrom"),
    ("labels", "podLabels"),
    ("persistence", "persistentVolume"),
    ("replicas", "replicaCount"),
    ("schedulerName", "podSchedulerName"),
    ("strategy", "updateStrategy"),
];
/// The newest release of the chart whose values are known here, and the oldest.
const NEWEST: (u32, u32) = (1, 77);
const OLDEST: (u32, u32) = (1, 0);

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for chart in scope.charts() {
        if is_judged(chart) || is_newer(chart) {
            below(chart, "", chart.values.entries(), findings);
            gpu_type(chart, findings);
        } else {
            old(chart, findings);
            gpu_type(chart, findings);
            hosts(chart, findings);
        }
    }
}

/// Hosts that are written as text, where the chart wants a map for each.
fn hosts(chart: &Chart<'_>, findings: &mut Findings) {
    for host in chart.list("ingress.hosts").iter().filter(|host| host.text().is_some_and(|text| !text.is_empty())) {
        let text = host.text().unwrap_or_default();
        let message = format!("the chart wants a map in `{}`, and this is text", chart.path("ingress.hosts"));
        let help = format!("write - {{host: {text}, paths: [{{path: /, pathType: Prefix}}]}}");
        findings.add_at(chart.item, host.origin, message, help);
    }
}

/// Values that no release of the chart ever had: those of other charts, and those that stand a level too deep.
fn old(chart: &Chart<'_>, findings: &mut Findings) {
    let at_root = |key: &str| matches!(key, "extraEnv" | "ingress" | "persistentVolume" | "runtimeClassName");
    for entry in chart.values.entries() {
        if let Some((_, meant)) = MEANT.iter().find(|(written, meant)| *written == entry.key && at_root(meant)) {
            let message = format!("the chart has no value `{}`: Helm ignores it", chart.path(&entry.key));
            findings.add_at(chart.item, entry.key_origin, message, format!("write `{meant}`"));
        }
    }
    for path in ["ingress.enabled", "persistentVolume.enabled", "ollama.gpu.enabled"] {
        if let Some(node) = chart.get(path).filter(|node| is_quoted_no(node)) {
            quoted_no(chart, path, node, findings);
        }
    }
    for entry in chart.get("ollama").map_or(&[][..], Node::entries).iter().filter(|entry| at_root(&entry.key)) {
        let message =
            format!("the chart has no value `{}`: Helm ignores it", chart.path(&format!("ollama.{}", entry.key)));
        findings.add_at(chart.item, entry.key_origin, message, format!("move it to {}", chart.path(&entry.key)));
    }
    for entry in
        chart.get("ingress").map_or(&[][..], Node::entries).iter().filter(|entry| entry.key == "ingressClassName")
    {
        let message = format!("the chart has no value `{}`: Helm ignores it", chart.path("ingress.ingressClassName"));
        findings.add_at(chart.item, entry.key_origin, message, "write `className`");
    }
}

/// Whether all values of a release of the chart are known.
pub(super) fn is_judged(chart: &Chart<'_>) -> bool {
    chart.version.is_none_or(|version| (OLDEST..=NEWEST).contains(&version))
}

/// Whether a release is newer than those whose values are known.
fn is_newer(chart: &Chart<'_>) -> bool {
    chart.version.is_some_and(|version| version > NEWEST)
}

fn below(chart: &Chart<'_>, above: &str, entries: &[Entry], findings: &mut Findings) {
    for entry in entries.iter().filter(|entry| !is_known_elsewhere(chart, above, entry)) {
        let path = if above.is_empty() { entry.key.to_string() } else { format!("{above}.{}", entry.key) };
        match chart_path(&path) {
            ChartPath::Above if is_text(&entry.value) => {
                let text = entry.value.text().unwrap_or_default();
                let message = format!("the chart wants a map in `{}`, and this is `{text}`", chart.path(&path));
                let known = chart_children(&path).into_iter().find(|key| *key == "enabled");
                let help =
                    known.map_or("write a map".to_owned(), |key| format!("write {}: {{{key}: {text}}}", entry.key));
                findings.add_at(chart.item, entry.value.origin, message, help);
            }
            ChartPath::Above => below(chart, &path, entry.value.entries(), findings),
            ChartPath::Unknown => {
                let known = chart_children(above);
                let meant = MEANT.iter().find(|(written, _)| above.is_empty() && *written == entry.key);
                let near = meant.map(|(_, meant)| *meant).or_else(|| nearest(&entry.key, &known));
                let is_deeper = above == "ollama" && chart_children("").contains(&entry.key.as_str());
                let near = near.map(|near| format!("write `{}`, or leave it out", as_wanted(above, near, entry)));
                let moved = is_deeper.then(|| format!("move it to {}", chart.path(&entry.key)));
                // A newer release may have what no key of this one is like.
                if is_newer(chart) && moved.is_none() && near.is_none() {
                    continue;
                }
                let help = moved.or(near).unwrap_or_else(|| {
                    "leave it out, or say it in a way that the chart has: extraEnv, extraObjects, volumes".to_owned()
                });
                let message = format!("the chart has no value `{}`: Helm ignores it", chart.path(&path));
                findings.add_at(chart.item, entry.key_origin, message, help);
            }
            ChartPath::Value(row) if row.kind == ChartKind::List && !entry.value.entries().is_empty() => {
                let message = format!("the chart wants a list in `{}`, and this is a map", chart.path(&path));
                findings.add_at(chart.item, entry.key_origin, message, as_list(&path));
            }
            ChartPath::Value(row) if row.kind == ChartKind::List && is_text(&entry.value) => {
                let text = entry.value.text().unwrap_or_default();
                let message = format!("the chart wants a list in `{}`, and this is text", chart.path(&path));
                findings.add_at(chart.item, entry.key_origin, message, format!("write {}: [{text}]", entry.key));
            }
            ChartPath::Value(row) if row.kind == ChartKind::Bool && is_quoted_no(&entry.value) => {
                quoted_no(chart, &path, &entry.value, findings);
            }
            ChartPath::Value(_) if path == "ingress.hosts" => hosts(chart, findings),
            ChartPath::Value(_) | ChartPath::Inside(_) => {}
        }
    }
}

/// Whether a value is text that is not empty, and no variable of another tool.
fn is_text(node: &Node) -> bool {
    !node.is_null() && node.text().is_some_and(|text| !text.is_empty() && !text.contains(['$', '{']))
}

/// Whether a value is a text that says no: for Helm every text but the empty one is true.
fn is_quoted_no(node: &Node) -> bool {
    let Value::Scalar(Scalar { text, style: Style::Quoted }) = &node.value else { return false };
    matches!(text.as_str(), "false" | "no" | "off" | "0")
}

fn quoted_no(chart: &Chart<'_>, path: &str, node: &Node, findings: &mut Findings) {
    let text = node.text().unwrap_or_default();
    let message = format!("`{}` is the text \"{text}\", which Helm takes for true", chart.path(path));
    findings.add_at(chart.item, node.origin, message, "write false, without quotes");
}

/// What to write instead of a map.
fn as_list(path: &str) -> &'static str {
    match path {
        "extraEnv" => "write a list: - {name: NAME, value: \"text\"} for each variable",
        _ => "write a list, each element behind a dash",
    }
}

/// A type of GPU that the chart does not know.
fn gpu_type(chart: &Chart<'_>, findings: &mut Findings) {
    let path = "ollama.gpu.type";
    let typed = chart.text(path).filter(|typed| !["", "nvidia", "amd"].contains(typed));
    let is_null = chart.get(path).is_some_and(Node::is_null);
    if let Some(typed) = typed.filter(|_| !is_null && chart.is_on("ollama.gpu.enabled") == Some(true)) {
        let near = nearest(&typed.to_lowercase(), &["nvidia", "amd"]);
        let help = near.map_or_else(|| "write nvidia or amd".to_owned(), |near| format!("write {near}"));
        findings.add_to(chart, path, format!("the chart knows nvidia and amd, and no GPU of type `{typed}`"), help);
    }
}

/// A key of the chart with the value that was written for another one: as a list, where the chart wants one.
fn as_wanted(above: &str, key: &str, entry: &Entry) -> String {
    let path = if above.is_empty() { key.to_owned() } else { format!("{above}.{key}") };
    let wants_list = matches!(chart_path(&path), ChartPath::Value(row) if row.kind == ChartKind::List);
    match entry.value.text() {
        Some(text) if wants_list => format!("{key}: [{text}]"),
        _ => key.to_owned(),
    }
}

/// Whether a key is for somebody else: an anchor's, another chart's switch, or told by another rule.
fn is_known_elsewhere(chart: &Chart<'_>, above: &str, entry: &Entry) -> bool {
    let is_root = above.is_empty();
    let is_switch = is_root && !chart.below.is_empty() && matches!(entry.key.as_str(), "enabled" | "tags");
    let is_moved =
        is_root && matches!(entry.key.as_str(), "models" | "gpu") || above == "ollama" && entry.key == "ollama";
    let is_nothing = entry.value.is_null() || matches!(&entry.value.value, Value::Mapping(inside) if inside.is_empty());
    // What is passed on as it stands.
    let is_free = above == "resources" || above == "updateStrategy";
    let is_anchor = is_root && (entry.key.starts_with("x-") || entry.key.starts_with(['_', '.']));
    // Old releases have it, and so has the chart of SUSE's Application Collection, whose values look like these.
    let is_others = entry.key == "defaultModel" && (above == "ollama" || is_root && chart.holder == Holder::File);
    is_anchor || is_switch || is_moved || is_nothing || is_free || is_others
}
