//! What does `lint` find in manifests of public repositories? The table of docs/rules.md says it, and holds.

use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use ollama_k8s::lint::{Options, count, lint};
use ollama_k8s::rules::RULES;
use ollama_k8s::tree::Sources;

const TABLE: &str = include_str!("../../docs/rules.md");

/// The folder of the corpus: `CORPUS`, or shared/corpus beside this checkout or further up.
fn corpus() -> Option<PathBuf> {
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|folder| folder.join("shared/corpus"));
    let mut folders = env::var_os("CORPUS").map(PathBuf::from).into_iter().chain(above);
    folders.find(|folder| folder.join("index.csv").is_file())
}

/// The files of each set: those that belong together in their repository.
fn sets(folder: &Path) -> BTreeMap<String, Vec<PathBuf>> {
    let mut sets: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    let mut rows = csv::Reader::from_path(folder.join("index.csv")).expect("an index");
    let columns = rows.headers().expect("a header").clone();
    let column = |name| columns.iter().position(|column| column == name).expect("a column");
    let (id, set) = (column("id"), column("set"));
    for row in rows.records().map(|row| row.expect("a row")) {
        sets.entry(row[set].to_owned()).or_default().push(folder.join(format!("{}.yaml", &row[id])));
    }
    sets
}

#[test]
fn each_rule_finds_in_public_manifests_what_the_table_says() {
    let Some(folder) = corpus() else {
        // Not by the macro, whose text is hidden when a test passes.
        let _ = writeln!(std::io::stderr(), "skipped: no corpus of public manifests; CORPUS says where one is");
        return;
    };
    let mut hits: BTreeMap<&str, usize> = BTreeMap::new();
    for files in sets(&folder).values() {
        let mut sources = Sources::default();
        let ids: Vec<_> = files
            .iter()
            .map(|file| sources.add_bytes(file.display().to_string(), std::fs::read(file).expect("a file")))
            .collect();
        for (rule, found) in count(&lint(&sources, ids, &Options::default()).found) {
            *hits.entry(rule).or_default() += found;
        }
    }
    let told: BTreeMap<&str, usize> = rows().map(|row| (row[0], row[3].parse().expect("a number"))).collect();
    let mut differences = String::new();
    for rule in RULES {
        let (now, told) = (hits.get(rule.id).copied().unwrap_or(0), told.get(rule.id).copied().unwrap_or(0));
        if now != told {
            let _ = writeln!(differences, "{}: {now} found, the table says {told}", rule.id);
        }
    }
    assert!(differences.is_empty(), "look at each, then correct docs/rules.md:\n{differences}");
}

/// The rows of the table: rule, severity, what it finds, hits, true, false.
fn rows() -> impl Iterator<Item = Vec<&'static str>> {
    let rows = TABLE.lines().filter(|line| line.starts_with("| `"));
    rows.map(|line| line.trim_matches('|').split(" | ").map(|cell| cell.trim().trim_matches('`')).collect())
}

#[test]
fn the_table_has_all_rules_and_adds_up() {
    let rows: Vec<Vec<&str>> = rows().collect();
    let told: Vec<[&str; 3]> = rows.iter().map(|row| [row[0], row[1], row[2]]).collect();
    let rules: Vec<[&str; 3]> = RULES.iter().map(|rule| [rule.id, rule.severity.name(), rule.summary]).collect();
    let table: String = rules.iter().fold(String::new(), |mut table, [id, severity, summary]| {
        let _ = writeln!(table, "| `{id}` | {severity} | {summary} | 0 | 0 | 0 |");
        table
    });
    assert_eq!(told, rules, "docs/rules.md should have the rows\n{table}");
    for row in rows {
        let number = |at: usize| row[at].parse::<usize>().expect("a number");
        assert_eq!(number(3), number(4) + number(5), "{}", row[0]);
    }
}
