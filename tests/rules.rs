//! Does every rule do what its page says? The examples of the pages are the tests.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use ollama_k8s::bundle::Bundle;
use ollama_k8s::rules::{self, RULES, Rule};
use ollama_k8s::tree::Sources;
use ollama_k8s::yaml;

/// The YAML block below a heading of a rule's page.
fn example(rule: &Rule, heading: &str) -> Bundle {
    let section =
        rule.docs.split(&format!("\n## {heading}\n")).nth(1).unwrap_or_else(|| panic!("{} has no {heading}", rule.id));
    let block = section.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a YAML block");
    let mut sources = Sources::default();
    let id = sources.add(rule.id, block);
    let manifests = yaml::read(&sources, id);
    assert!(
        manifests.faults.is_empty() && manifests.others.is_empty(),
        "{} {heading}: {:?}",
        rule.id,
        manifests.faults
    );
    assert!(!manifests.bundle.objects.is_empty(), "{} {heading} is empty", rule.id);
    manifests.bundle
}

#[test]
fn each_rule_finds_its_bad_example_and_says_what_to_write() {
    for rule in RULES {
        let bad = rules::check(&example(rule, "Bad"));
        let own: Vec<_> = bad.iter().filter(|finding| finding.rule.id == rule.id).collect();
        assert!(!own.is_empty(), "{} finds nothing in its bad example", rule.id);
        for finding in own {
            assert!(!finding.message.is_empty() && !finding.help.is_empty() && !finding.path.is_empty(), "{}", rule.id);
        }
    }
}

#[test]
fn no_rule_finds_anything_in_a_good_example() {
    for rule in RULES {
        let found = rules::check(&example(rule, "Good"));
        assert!(found.is_empty(), "{}: {found:?}", rule.id);
    }
}

#[test]
fn every_rule_has_a_page_of_its_name_and_stands_in_the_list_in_order() {
    let ids: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
    assert!(ids.is_sorted(), "{ids:?}");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
    let files = |extension: &str| -> BTreeSet<String> {
        let paths = fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path());
        paths
            .filter(|path| path.extension().is_some_and(|found| found == extension))
            .map(|path| path.file_stem().expect("a name").to_string_lossy().replace('_', "-"))
            .collect()
    };
    let listed: BTreeSet<String> = ids.iter().map(ToString::to_string).collect();
    assert_eq!(files("md"), listed, "pages and rules");
    let code: BTreeSet<String> =
        files("rs").into_iter().filter(|name| !matches!(name.as_str(), "mod" | "pods" | "quantity")).collect();
    assert_eq!(code, listed, "files and rules");
    for rule in RULES {
        assert!(rule.docs.starts_with(&format!("# {}\n", rule.id)), "{}", rule.id);
        assert!(rule.docs.contains("\n## Why\n") && rule.docs.contains("\n## Source\n"), "{}", rule.id);
    }
}
