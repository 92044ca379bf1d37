//! Which layer does each value of a profile come from?

use serde::Serialize;

use crate::tree::{Node, Origin, Sources, Style, Value};

/// A value of a profile and its place.
#[derive(Debug, Serialize)]
pub struct Given<'a> {
    /// The way to it: `server.contextLength`.
    pub path: String,
    /// The value, as it was written.
    pub value: &'a str,
    /// The file, the built-in profile, or the flag.
    pub file: &'a str,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
}

/// Every value with its place, in the order of the profile.
pub fn given<'a>(sources: &'a Sources, profile: &'a Node) -> Vec<Given<'a>> {
    let mut found = Vec::new();
    walk(profile, "", &mut |path, node, value| {
        let (line, column) = sources.line_and_column(node.origin);
        let file = sources.get(node.origin.source).name.as_str();
        found.push(Given { path: path.to_owned(), value, file, line, column });
    });
    found
}

fn walk<'a>(node: &'a Node, path: &str, take: &mut impl FnMut(&str, &'a Node, &'a str)) {
    match &node.value {
        Value::Scalar(scalar) => take(path, node, &scalar.text),
        Value::Sequence(items) if items.is_empty() => take(path, node, "[]"),
        Value::Mapping(entries) if entries.is_empty() => take(path, node, "{}"),
        Value::Sequence(items) => {
            for (number, item) in items.iter().enumerate() {
                walk(item, &format!("{path}[{number}]"), take);
            }
        }
        Value::Mapping(entries) => {
            for entry in entries {
                let dot = if path.is_empty() { "" } else { "." };
                walk(&entry.value, &format!("{path}{dot}{}", entry.key), take);
            }
        }
    }
}

/// The profile in one piece, with the file and line of each value behind it.
pub fn origins(sources: &Sources, profile: &Node) -> String {
    let mut lines = Vec::new();
    let Value::Mapping(entries) = &profile.value else { return String::new() };
    for entry in entries {
        lines_of(&mut lines, &format!("{}:", entry.key), &entry.value, 0);
    }
    let width = lines.iter().filter(|(_, at)| at.is_some()).map(|(line, _)| line.chars().count()).max().unwrap_or(0);
    let width = width.min(WIDEST);
    let lines = lines.into_iter().map(|(line, at)| match at {
        Some(at) => format!("{line:width$}  # {}\n", place(sources, at)),
        None => format!("{line}\n"),
    });
    lines.collect()
}

/// Places stand below each other up to this column.
const WIDEST: usize = 60;

fn place(sources: &Sources, at: Origin) -> String {
    let (line, _) = sources.line_and_column(at);
    let name = &sources.get(at.source).name;
    // A flag has one line.
    if name.starts_with("--") { name.clone() } else { format!("{name}:{line}") }
}

/// The lines of a value behind its key or dash, each with the place of what is on it.
fn lines_of(lines: &mut Vec<(String, Option<Origin>)>, head: &str, node: &Node, depth: usize) {
    let indent = "  ".repeat(depth);
    match &node.value {
        Value::Scalar(scalar) if scalar.text.contains('\n') => {
            lines.push((format!("{indent}{head} |"), Some(node.origin)));
            lines.extend(scalar.text.lines().map(|line| (format!("{indent}  {line}"), None)));
        }
        Value::Scalar(scalar) => {
            lines.push((format!("{indent}{head} {}", written(&scalar.text, scalar.style)), Some(node.origin)));
        }
        Value::Sequence(items) if items.is_empty() => lines.push((format!("{indent}{head} []"), Some(node.origin))),
        Value::Mapping(entries) if entries.is_empty() => {
            lines.push((format!("{indent}{head} {{}}"), Some(node.origin)));
        }
        Value::Sequence(items) => {
            lines.push((format!("{indent}{head}"), None));
            for item in items {
                let first = lines.len();
                match &item.value {
                    Value::Mapping(entries) if !entries.is_empty() => {
                        for entry in entries {
                            lines_of(lines, &format!("{}:", entry.key), &entry.value, depth + 2);
                        }
                        let dash = 2 * (depth + 1);
                        lines[first].0.replace_range(dash..=dash, "-");
                    }
                    _ => lines_of(lines, "-", item, depth + 1),
                }
            }
        }
        Value::Mapping(entries) => {
            lines.push((format!("{indent}{head}"), None));
            for entry in entries {
                lines_of(lines, &format!("{}:", entry.key), &entry.value, depth + 1);
            }
        }
    }
}

/// A value as it stands in a file: in quotes where it stood in quotes, or came from the command line and needs them.
fn written(text: &str, style: Style) -> String {
    let is_plain = !text.is_empty()
        && text.chars().all(|char| char.is_alphanumeric() || "_./-".contains(char))
        && !text.starts_with('-');
    match style {
        Style::Plain => text.to_owned(),
        Style::Shell if is_plain => text.to_owned(),
        Style::Shell | Style::Quoted => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
    }
}
