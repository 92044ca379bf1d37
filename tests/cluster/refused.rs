//! Does a real API server refuse what a rule says that it refuses?

use ollama_k8s::lint::{Options, lint};
use ollama_k8s::rules::RULES;
use ollama_k8s::tree::Sources;

use crate::kubectl::feed;

/// What rules say of such an object.
const SAYS: [&str; 2] = ["the API refuses", "the API takes no"];

/// The bad examples of all pages that are one file of objects.
fn examples() -> impl Iterator<Item = (&'static str, &'static str)> {
    RULES.iter().flat_map(|rule| {
        let bad = rule.docs.split("\n## Bad\n").nth(1).and_then(|rest| rest.split("\n## ").next()).unwrap_or_default();
        let blocks = bad.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next());
        blocks.filter(|block| !block.starts_with("# file: ")).map(|block| (rule.id, block))
    })
}

/// Whether a rule says of a text that the API refuses it.
fn is_said_to_be_refused(text: &str) -> bool {
    let mut sources = Sources::default();
    let id = sources.add("example.yaml", text);
    let found = lint(&sources, [id], &Options::default()).found;
    found.iter().any(|found| SAYS.iter().any(|words| found.finding.message.contains(words)))
}

/// A text without namespaces, none of which is there.
fn anywhere(text: &str) -> String {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("namespace: ")).collect();
    let mut text = lines.join("\n");
    while let Some(at) = text.find(", namespace: ") {
        let length = text[at + 2..].find([',', '}']).expect("the end of a mapping") + 2;
        text.replace_range(at..at + length, "");
    }
    text
}

#[test]
#[ignore = "needs a cluster"]
fn what_a_rule_says_that_the_api_refuses_is_refused() {
    let mut asked = 0;
    let mut taken = Vec::new();
    for (rule, text) in examples().filter(|(_, text)| is_said_to_be_refused(text)) {
        let output = feed(&["apply", "--dry-run=server", "--validate=strict", "-f", "-"], &anywhere(text));
        asked += 1;
        if output.status.success() {
            taken.push(format!("{rule}:\n{text}"));
        }
    }
    assert!(asked >= 40, "only {asked} examples were asked");
    assert!(taken.is_empty(), "the API takes\n{}", taken.join("\n"));
}
