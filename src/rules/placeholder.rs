//! `placeholder`: a value is still to be filled in.

use super::{Findings, Rule, Severity, Versions};
use crate::bundle::Object;
use crate::scope::{Item, Scope};
use crate::tree::{Node, Value};

pub(super) const RULE: Rule = Rule {
    id: "placeholder",
    severity: Severity::Warning,
    summary: "a value is still to be filled in",
    versions: Versions::All,
    docs: include_str!("placeholder.md"),
    check,
};

/// Keys below which texts are for people, programs or other tools.
const OTHERS: [&str; 9] =
    ["annotations", "command", "args", "data", "binaryData", "stringData", "description", "parameters", "patches"];

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for item in scope.items().iter().filter(|item| scope.is_ollamas(**item)) {
        let kind = item.object.kind();
        let is_made_of_parts =
            matches!(item.object, Object::Custom(_)) && matches!(kind, "Template" | "ApplicationSet" | "Kustomization");
        if let Some(tree) = item.tree.filter(|_| !is_made_of_parts) {
            search(Some(*item), tree, findings);
        }
    }
    for node in scope.others.iter().filter(|node| is_of_the_chart(node)) {
        search(None, node, findings);
    }
}

/// Whether a text is the values of the chart for Ollama.
fn is_of_the_chart(node: &Node) -> bool {
    node.get("ollama").is_some_and(|own| own.get("models").is_some() || own.get("gpu").is_some())
}

fn search(item: Option<Item<'_>>, tree: &Node, findings: &mut Findings) {
    let mut left = vec![("", tree)];
    while let Some((key, node)) = left.pop() {
        match &node.value {
            Value::Mapping(entries) => {
                let known = entries.iter().filter(|entry| !OTHERS.contains(&entry.key.as_str()));
                left.extend(known.map(|entry| (entry.key.as_str(), &entry.value)));
            }
            Value::Sequence(items) => left.extend(items.iter().map(|item| (key, item))),
            Value::Scalar(scalar) if is_placeholder(key, &scalar.text) => {
                let message = format!("`{}` stands for a value that is still to be filled in", scalar.text);
                findings.add_at(item, node.origin, message, "write the value that your cluster needs");
            }
            Value::Scalar(_) => {}
        }
    }
}

/// Whether the value of a key is still to be filled in.
pub(super) fn is_placeholder(key: &str, text: &str) -> bool {
    if text.len() > 200 || text.contains(['$', '\n', '{']) {
        return false;
    }
    if text.contains('<') {
        return is_in_brackets(key, text);
    }
    !text.contains(' ')
        && text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-').any(|word| is_word(key, word))
}

/// Whether a text has a `<name>` to replace; in a variable's value it must say so itself.
fn is_in_brackets(key: &str, text: &str) -> bool {
    let Some((before, rest)) = text.split_once('<') else { return false };
    let Some((inside, after)) = rest.split_once('>') else { return false };
    // A group of a regular expression has a name in the same brackets.
    if before.ends_with("(?") || before.ends_with("(?P") {
        return false;
    }
    let is_name = inside.starts_with(|c: char| c.is_ascii_alphabetic())
        && inside.chars().all(|c| c.is_ascii_alphanumeric() || "-_. ".contains(c));
    let asks = ["your", "insert", "replace", "change"].iter().any(|word| inside.to_ascii_lowercase().starts_with(word));
    is_name && (asks || key != "value" && !after.contains("</"))
}

fn is_word(key: &str, word: &str) -> bool {
    let begins = |starts: &[&str]| starts.iter().any(|start| word.starts_with(start));
    let is = |known: &str| {
        let same = |(own, known): (u8, u8)| own.eq_ignore_ascii_case(&known) || own == b'_' && known == b'-';
        word.len() == known.len() && word.bytes().zip(known.bytes()).all(same)
    };
    match word.len() {
        0..=2 => false,
        _ if begins(&[
            "YOUR_",
            "YOUR-",
            "REPLACE_ME",
            "REPLACE-ME",
            "REPLACE_WITH",
            "CHANGE_ME",
            "CHANGE-ME",
            "INSERT_YOUR",
        ]) =>
        {
            true
        }
        _ if matches!(word, "CHANGEME" | "REPLACEME" | "PLACEHOLDER" | "TODO" | "FIXME" | "TBD") => true,
        _ if key == "nodeName" => matches!(word, "NODENAME" | "NODE_NAME" | "NODE-NAME" | "HOSTNAME" | "node-name"),
        4..=40 => {
            begins(&["your-", "your_"])
                || ["changeme", "change-me", "replaceme", "replace-me", "yourdomain", "mydomain-here"]
                    .into_iter()
                    .any(is)
                || word
                    .rsplit('-')
                    .next()
                    .is_some_and(|last| last.len() > 3 && last.bytes().all(|c| matches!(c, b'x' | b'X')))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_placeholder;

    #[test]
    fn a_group_of_a_regular_expression_is_nothing_to_fill_in() {
        assert!(is_placeholder("host", "<your-host>"));
        for path in ["/o/(?<rest>.*)", "/o/(?P<rest>.*)"] {
            assert!(!is_placeholder("path", path), "{path}");
        }
    }
}
