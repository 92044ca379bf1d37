//! Does the code keep to its plan: who may import whom, how large files are, and what may print?

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("text");
                found.push((path, text));
            }
        }
    }
    found.sort();
    found
}

/// The top-level module that a file of `src` belongs to.
fn module(path: &Path) -> String {
    let inside = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).expect("below src");
    let first = inside.iter().next().expect("a name").to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The table in the documentation of `lib.rs`: module, and what it may import.
fn table() -> BTreeMap<String, BTreeSet<String>> {
    let words = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<BTreeSet<_>>();
    let text = include_str!("../src/lib.rs");
    let rows = text.lines().filter_map(|line| line.strip_prefix("//! | `")).map(|row| format!("`{row}"));
    rows.flat_map(|row| {
        let (modules, imports) = row.split_once('|').expect("two columns");
        let imports = words(imports);
        words(modules).into_iter().map(|module| (module, imports.clone())).collect::<Vec<_>>()
    })
    .collect()
}

/// The modules that a text names behind `crate::`.
fn imports(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices("crate::") {
        let after = &text[at + "crate::".len()..];
        let list = after.strip_prefix('{').map_or(after, |list| list.split('}').next().unwrap_or_default());
        let names = if after.starts_with('{') { list.split(',').collect() } else { vec![list] };
        for name in names {
            let name: String = name.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if name.starts_with(|c: char| c.is_lowercase()) {
                found.insert(name);
            }
        }
    }
    found
}

#[test]
fn a_module_imports_only_what_the_table_allows() {
    let table = table();
    assert!(table.len() > 10, "the table was found");
    for (path, text) in sources("src") {
        let module = module(&path);
        if matches!(module.as_str(), "lib" | "main" | "cli") {
            continue;
        }
        let allowed = table.get(&module).unwrap_or_else(|| panic!("`{module}` is not in the table of lib.rs"));
        let others: Vec<_> =
            imports(&text).into_iter().filter(|name| *name != module && !allowed.contains(name)).collect();
        assert!(others.is_empty(), "{} imports {others:?}", path.display());
    }
}

#[test]
fn the_table_allows_nothing_that_nobody_imports() {
    for (module_name, allowed) in table() {
        let mut unused = allowed;
        for (path, text) in sources("src") {
            if module(&path) == module_name {
                for name in imports(&text) {
                    unused.remove(&name);
                }
            }
        }
        assert!(unused.is_empty(), "`{module_name}` may import {unused:?} and does not");
    }
}

#[test]
fn every_file_begins_with_the_question_it_answers_and_stays_small() {
    for (path, text) in sources("src") {
        assert!(text.starts_with("//! "), "{} has no first sentence", path.display());
        let code = text.split("\n#[cfg(test)]\nmod tests").next().unwrap_or_default();
        // What a folder consists of is data.
        let lines = code.lines().filter(|line| !(line.starts_with("mod ") && line.ends_with(';'))).count();
        assert!(lines <= 250, "{} has {lines} lines", path.display());
    }
}

#[test]
fn only_the_text_module_knows_the_template_engine() {
    for (path, text) in sources("src").into_iter().filter(|(path, _)| module(path) != "text") {
        assert!(!text.contains("minijinja"), "{}", path.display());
    }
}
