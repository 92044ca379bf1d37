//! Does every rule do what its page says? The examples of the pages are the tests.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use ollama_k8s::facts::Version;
use ollama_k8s::lint::{Found, Options, Report, lint};
use ollama_k8s::rules::{RULES, Rule, Severity, Versions};
use ollama_k8s::tree::Sources;

/// What is found in the YAML blocks below a heading of a rule's page; each block is a file, or a folder of files that
/// begin with `# file: `.
fn examples(rule: &Rule, heading: &str) -> Vec<Report> {
    let section = rule.docs.split(&format!("\n## {heading}\n")).nth(1);
    let section = section.unwrap_or_else(|| panic!("{} has no {heading}", rule.id));
    let section = section.split("\n## ").next().unwrap_or_default();
    let blocks: Vec<&str> = section.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(!blocks.is_empty(), "{} {heading} has no example", rule.id);
    let kubernetes = match rule.versions {
        Versions::All => None,
        Versions::Before(minor) => Some(Version::minor(minor - 1)),
    };
    blocks
        .iter()
        .map(|block| {
            let mut sources = Sources::default();
            let ids = match block.strip_prefix("# file: ") {
                Some(files) => {
                    sources.add_folder("");
                    let files = files.split("\n# file: ").filter_map(|file| file.split_once('\n'));
                    files.map(|(name, text)| sources.add(name, format!("{text}\n"))).collect()
                }
                None => vec![sources.add(rule.id, *block)],
            };
            lint(&sources, ids, &Options { kubernetes, ..Options::default() })
        })
        .collect()
}

#[test]
fn each_rule_finds_its_bad_examples_and_says_what_to_write() {
    for rule in RULES {
        for bad in examples(rule, "Bad") {
            let own: Vec<_> = bad.found.iter().filter(|found| found.finding.rule.id == rule.id).collect();
            assert!(!own.is_empty(), "{} finds nothing in its bad example", rule.id);
            for found in own {
                let finding = &found.finding;
                assert!(!finding.message.is_empty() && !finding.help.is_empty(), "{}", rule.id);
                assert!(found.spot.origin.end > found.spot.origin.start, "{}: no place", rule.id);
            }
        }
    }
}

#[test]
fn a_good_example_is_not_found_by_its_rule_and_has_no_error() {
    let is_wrong =
        |rule: &Rule, found: &Found| found.finding.rule.id == rule.id || found.finding.rule.severity == Severity::Error;
    let wrong: Vec<String> = RULES
        .iter()
        .flat_map(|rule| examples(rule, "Good").into_iter().map(move |good| (rule, good)))
        .flat_map(|(rule, good)| good.found.into_iter().filter(|found| is_wrong(rule, found)).map(move |f| (rule, f)))
        .map(|(rule, found)| format!("{}: {} {}", rule.id, found.finding.rule.id, found.finding.message))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
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
        files("rs").into_iter().filter(|name| !matches!(name.as_str(), "mod" | "finding" | "list" | "rule")).collect();
    assert_eq!(code, listed, "files and rules");
    for rule in RULES {
        assert!(rule.docs.starts_with(&format!("# {}\n", rule.id)), "{}", rule.id);
        assert!(rule.docs.contains("\n## Why\n") && rule.docs.contains("\n## Source\n"), "{}", rule.id);
    }
}

#[test]
fn a_fault_in_a_script_is_shown_at_its_command() {
    let text = indoc::indoc! {r"
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: scripts}
        data:
          pull.sh: |
            # brings the models
            ollama serve &
            until ollama list; do sleep 1; done

            ollama pull llama3.2:1b   # the small one
            echo done
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: {name: llama-farm}
        spec:
          template:
            spec:
              restartPolicy: OnFailure
              containers:
                - name: pull
                  image: ollama/ollama:0.34.2
                  command: [sh, /scripts/pull.sh]
                  volumeMounts: [{name: scripts, mountPath: /scripts}]
              volumes: [{name: scripts, configMap: {name: scripts}}]
    "};
    let mut sources = Sources::default();
    let id = sources.add("farm.yaml", text);
    let report = lint(&sources, [id], &Options::default());
    let found = report.found.iter().find(|found| found.finding.rule.id == "script-swallows-pull").expect("a finding");
    let at = found.spot.origin;
    assert_eq!(&text[at.start as usize..at.end as usize], "ollama pull llama3.2:1b");
    assert_eq!(sources.line_and_column(at), (10, 5));
}
