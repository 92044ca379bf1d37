//! What are the values of the Helm chart that most people use (otwld `ollama`)?

use serde::Serialize;

use super::CHART_VALUES;

/// The name of the chart.
pub const CHART_NAME: &str = "ollama";
/// The release whose values are listed. Source: otwld/ollama-helm, 2026-08-22.
pub const CHART_VERSION: &str = "1.77.0";

/// The release of Ollama in that one. Source: its `Chart.yaml`, 2026-08-22.
pub const CHART_APP_VERSION: &str = "0.32.15";

/// What a value may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ChartKind {
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Int,
    /// A string.
    Text,
    /// A list of anything.
    List,
    /// A map of anything.
    Map,
    /// Anything.
    Any,
}

/// A value of the chart.
#[derive(Debug)]
pub struct ChartValue {
    /// Its keys, with dots between them.
    pub path: &'static str,
    /// What it may be.
    pub kind: ChartKind,
    /// As `values.yaml` has it; empty: an empty string, null, or not there.
    pub default: &'static str,
    /// Where this is from.
    pub source: &'static str,
    /// When it was looked up.
    pub checked: &'static str,
}

/// What stands at a path of the chart's values.
#[derive(Clone, Copy, Debug)]
pub enum ChartPath {
    /// A value.
    Value(&'static ChartValue),
    /// A part of a value that may hold anything.
    Inside(&'static ChartValue),
    /// A map with values below it.
    Above,
    /// Nothing: Helm ignores it.
    Unknown,
}

/// What stands at a path, its keys with dots between them.
pub fn chart_path(path: &str) -> ChartPath {
    if let Some(row) = CHART_VALUES.iter().find(|row| row.path == path) {
        return ChartPath::Value(row);
    }
    let is_free = |row: &&ChartValue| matches!(row.kind, ChartKind::Map | ChartKind::List | ChartKind::Any);
    if let Some(row) = CHART_VALUES.iter().filter(is_free).find(|row| below(path, row.path).is_some()) {
        return ChartPath::Inside(row);
    }
    let above = CHART_VALUES.iter().any(|row| below(row.path, path).is_some());
    if above { ChartPath::Above } else { ChartPath::Unknown }
}

/// The keys right below a path, each once; those of the top for an empty path.
pub fn chart_children(path: &str) -> Vec<&'static str> {
    let rest = |row: &'static ChartValue| if path.is_empty() { Some(row.path) } else { below(row.path, path) };
    let keys = CHART_VALUES.iter().filter_map(rest).filter_map(|rest| rest.split('.').next());
    let mut keys: Vec<_> = keys.collect();
    keys.dedup();
    keys
}

/// Paths that end in a key: where a value may have been meant that stands at the wrong depth.
pub fn chart_paths_of(key: &str) -> impl Iterator<Item = &'static ChartValue> {
    CHART_VALUES.iter().filter(move |row| row.path.rsplit('.').next() == Some(key))
}

/// What of a path stands below another.
fn below<'a>(path: &'a str, above: &str) -> Option<&'a str> {
    path.strip_prefix(above)?.strip_prefix('.')
}
