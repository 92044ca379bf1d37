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
    if text.len() < 3 || text.len() > 200 || text.bytes().any(|byte| matches!(byte, b'$' | b'\n' | b'{')) {
        return false;
    }
    if text.contains('<') {
        return is_in_brackets(key, text);
    }
    let is_end = |byte: &u8| !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b'-');
    !text.contains(' ') && text.as_bytes().split(is_end).any(|word| is_word(key, word))
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

fn is_word(key: &str, word: &[u8]) -> bool {
    let begins = |starts: &[&str]| starts.iter().any(|start| word.starts_with(start.as_bytes()));
    let is = |known: &str| {
        let same = |(own, known): (&u8, u8)| own.eq_ignore_ascii_case(&known) || *own == b'_' && known == b'-';
        word.len() == known.len() && word.iter().zip(known.bytes()).all(same)
    };
    let is_crossed_out = || {
        let last = word.rsplit(|byte| *byte == b'-').next().unwrap_or_default();
        last.len() > 3 && last.iter().all(|byte| matches!(byte, b'x' | b'X'))
    };
    // By its first letter, as nearly no word is one.
    match word {
        [] | [_] | [_, _] => return false,
        [b'Y', ..] if begins(&["YOUR_", "YOUR-"]) => return true,
        [b'R', ..] if begins(&["REPLACE_ME", "REPLACE-ME", "REPLACE_WITH"]) => return true,
        [b'C', ..] if begins(&["CHANGE_ME", "CHANGE-ME"]) || word == b"CHANGEME" => return true,
        [b'I', ..] if begins(&["INSERT_YOUR"]) => return true,
        b"REPLACEME" | b"PLACEHOLDER" | b"TODO" | b"FIXME" | b"TBD" => return true,
        _ => {}
    }
    if key == "nodeName" {
        return matches!(word, b"NODENAME" | b"NODE_NAME" | b"NODE-NAME" | b"HOSTNAME" | b"node-name");
    }
    let is_known = match word[0] {
        b'y' | b'Y' => begins(&["your-", "your_"]) || is("yourdomain"),
        b'c' | b'C' => is("changeme") || is("change-me"),
        b'r' | b'R' => is("replaceme") || is("replace-me"),
        b'm' | b'M' => is("mydomain-here"),
        _ => false,
    };
    (4..=40).contains(&word.len()) && (is_known || is_crossed_out())
}

#[cfg(test)]
mod tests {
    use super::is_placeholder;

    #[test]
    fn a_word_to_fill_in_is_known_by_how_it_is_written() {
        for (key, text) in [
            ("host", "ollama.YOUR_DOMAIN"),
            ("host", "ollama.yourdomain.com"),
            ("host", "your-host"),
            ("fileSystemId", "fs-xxxxxxxx"),
            ("password", "change_me"),
            ("password", "ChangeMe"),
            ("password", "CHANGE_ME_NOW"),
            ("token", "REPLACE_WITH_TOKEN"),
            ("token", "replace-me"),
            ("token", "TODO"),
            ("nodeName", "NODE_NAME"),
        ] {
            assert!(is_placeholder(key, text), "{key}: {text}");
        }
        for (key, text) in
            [("name", "xx"), ("name", "xxx"), ("host", "yours.org"), ("name", "TODOS"), ("a", "node-name")]
        {
            assert!(!is_placeholder(key, text), "{key}: {text}");
        }
    }

    #[test]
    fn a_group_of_a_regular_expression_is_nothing_to_fill_in() {
        assert!(is_placeholder("host", "<your-host>"));
        for path in ["/o/(?<rest>.*)", "/o/(?P<rest>.*)"] {
            assert!(!is_placeholder("path", path), "{path}");
        }
    }
}
