//! How do the templates of the chart become objects?

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::{parsed, value};
use crate::scope::Chart;
use crate::tree::{Entry, Node, Origin, Scalar, Style, Value};

/// What is put together of several values, by its name with a dot in front.
pub(super) type Parts = BTreeMap<&'static str, Node>;

/// The templates, without places.
static TEMPLATES: LazyLock<Vec<Node>> = LazyLock::new(|| parsed(include_str!("objects.yaml")));

/// What is before a condition.
const IF: &str = "=if";

/// The objects whose conditions hold.
pub(super) fn objects(chart: &Chart<'_>, parts: &Parts) -> Vec<Node> {
    let fill = Fill { chart, parts };
    let made = TEMPLATES.iter().filter_map(|template| fill.node(template));
    // An object stands in the text that the values stand in.
    made.map(|made| Node { origin: chart.values.origin, ..made }).collect()
}

struct Fill<'f, 'a> {
    chart: &'f Chart<'a>,
    parts: &'f Parts,
}

impl Fill<'_, '_> {
    /// What a template stands for; nothing for what is left out.
    fn node(&self, template: &Node) -> Option<Node> {
        let value = match &template.value {
            Value::Scalar(scalar) => return self.scalar(template, scalar),
            Value::Sequence(items) => Value::Sequence(items.iter().flat_map(|item| self.element(item)).collect()),
            Value::Mapping(entries) => {
                let is_left_out = |entry: &Entry| entry.key == IF && !self.holds(&entry.value);
                if entries.iter().any(is_left_out) {
                    return None;
                }
                Value::Mapping(entries.iter().filter_map(|entry| self.entry(entry)).collect())
            }
        };
        Some(Node { origin: Origin::NOWHERE, value })
    }

    fn scalar(&self, template: &Node, scalar: &Scalar) -> Option<Node> {
        let Some(path) = scalar.text.strip_prefix('=') else { return Some(template.clone()) };
        let mut node = self.value(path).filter(|node| !is_empty(node))?;
        if let Value::Scalar(own) = &mut node.value {
            own.style = scalar.style;
        }
        Some(node)
    }

    fn element(&self, template: &Node) -> Vec<Node> {
        match template.text().and_then(|text| text.strip_prefix("=*")) {
            Some(path) => self.value(path).map_or(Vec::new(), |list| list.items().to_vec()),
            None => self.node(template).into_iter().collect(),
        }
    }

    fn entry(&self, template: &Entry) -> Option<Entry> {
        if template.key == IF {
            return None;
        }
        let mut value = self.node(&template.value)?;
        let (name, because) =
            template.key.split_once(" =").map_or((template.key.as_str(), None), |(k, b)| (k, Some(b)));
        let path = because.or_else(|| template.value.text()?.strip_prefix('='));
        let key_origin = path.and_then(|path| key(self.chart, path)).unwrap_or(value.origin);
        if !value.origin.is_written() && because.is_some() {
            value.origin = key_origin;
        }
        Some(Entry { key: name.into(), key_origin, key_style: Style::Plain, value })
    }

    fn value(&self, path: &str) -> Option<Node> {
        if path.starts_with('.') { self.parts.get(path).cloned() } else { value(self.chart, path) }
    }

    fn holds(&self, condition: &Node) -> bool {
        let value = condition.text().and_then(|path| self.value(path));
        value.as_ref().and_then(Node::text) == Some("true")
    }
}

/// Where the key of a value is, if it is written; of what is put together, the value of its name.
fn key(chart: &Chart<'_>, path: &str) -> Option<Origin> {
    let path = path.trim_start_matches('.');
    let (above, last) = path.rsplit_once('.').unwrap_or(("", path));
    let above = if above.is_empty() { Some(chart.values.as_ref()) } else { chart.get(above) };
    above?.entries().iter().find(|entry| entry.key == last && !entry.value.is_null()).map(|entry| entry.key_origin)
}

fn is_empty(node: &Node) -> bool {
    match &node.value {
        Value::Scalar(scalar) => scalar.text.is_empty() && !node.origin.is_written() || node.is_null(),
        Value::Sequence(items) => items.is_empty(),
        Value::Mapping(entries) => entries.is_empty(),
    }
}
