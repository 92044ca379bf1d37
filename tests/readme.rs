//! Is the README true to the letter?

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

const README: &str = include_str!("../README.md");

/// The fenced blocks of a language.
fn blocks(language: &str) -> Vec<&'static str> {
    let opening = format!("```{language}\n");
    README.split(opening.as_str()).skip(1).map(|rest| rest.split("```").next().expect("it is closed")).collect()
}

/// The header of a model's file, as the README's own model could have it.
fn gguf() -> Vec<u8> {
    let text = |text: &str| [&(text.len() as u64).to_le_bytes()[..], text.as_bytes()].concat();
    let number =
        |key: &str, value: u32| [text(key), 4_u32.to_le_bytes().to_vec(), value.to_le_bytes().to_vec()].concat();
    let entries = [
        [text("general.architecture"), 8_u32.to_le_bytes().to_vec(), text("llama")].concat(),
        number("llama.block_count", 32),
        number("llama.embedding_length", 4096),
        number("llama.feed_forward_length", 14_336),
        number("llama.attention.head_count", 32),
        number("llama.attention.head_count_kv", 8),
        number("llama.context_length", 131_072),
    ];
    // One tensor of eight floats, and their bytes behind the header.
    let dimensions = [&1_u32.to_le_bytes()[..], &8_u64.to_le_bytes(), &[0; 4], &[0; 8]].concat();
    let tensor = [text("blk.0.attn_norm.weight"), dimensions].concat();
    let counts = [1_u64.to_le_bytes(), (entries.len() as u64).to_le_bytes()].concat();
    [b"GGUF".to_vec(), 3_u32.to_le_bytes().to_vec(), counts, entries.concat(), tensor, vec![0; 64]].concat()
}

/// What a command line prints, and whether it succeeds, in a folder with the README's profile.
fn run(line: &str) -> (String, bool) {
    let folder = tempfile::tempdir().expect("a folder");
    let profile = blocks("yaml").into_iter().find(|block| block.contains("name: chat")).expect("a profile");
    fs::write(folder.path().join("chat.yaml"), profile).expect("it is written");
    for name in ["before.yaml", "after.yaml", "platform.yaml"] {
        let shown = blocks("yaml").into_iter().find(|block| block.starts_with(&format!("# {name}\n")));
        fs::write(folder.path().join(name), shown.expect("an example")).expect("it is written");
    }
    fs::write(folder.path().join("tuned.gguf"), gguf()).expect("it is written");
    let binaries = Path::new(env!("CARGO_BIN_EXE_ollama-k8s")).parent().expect("a folder");
    let output = Command::new("sh")
        .args(["-c", &format!("{line} 2>&1")])
        .current_dir(&folder)
        .env("PATH", format!("{}:/usr/bin:/bin", binaries.display()))
        .output()
        .expect("sh");
    (String::from_utf8(output.stdout).expect("text"), output.status.success())
}

#[test]
fn every_shown_transcript_happens_as_shown() {
    let mut transcripts = 0;
    for transcript in blocks("console").into_iter().flat_map(|block| block.split("$ ").skip(1)) {
        let (line, shown) = transcript.split_once('\n').expect("a command and what it prints");
        assert_eq!(run(line).0.trim_end(), shown.trim_end(), "{line}");
        transcripts += 1;
    }
    assert!(transcripts >= 3);
}

#[test]
fn the_commands_on_the_shown_profile_work() {
    let lines: Vec<&str> =
        blocks("sh").into_iter().flat_map(str::lines).filter(|line| line.starts_with("ollama-k8s ")).collect();
    assert!(lines.len() >= 2);
    for line in lines {
        let (printed, succeeded) = run(line);
        assert!(succeeded, "{line}: {printed}");
    }
}

#[test]
fn the_shown_parts_of_profiles_are_rendered() {
    let is_part =
        |block: &&str| ["pull:", "models:", "environments:", "gitops:"].iter().any(|key| block.starts_with(key));
    let parts: Vec<&str> = blocks("yaml").into_iter().filter(is_part).collect();
    assert!(parts.len() >= 2);
    for part in parts {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("part.yaml");
        fs::write(&file, part).expect("it is written");
        let (printed, succeeded) = run(&format!("ollama-k8s render --gpu h100 --overlay {}", file.display()));
        assert!(succeeded, "{part}: {printed}");
    }
}

#[test]
fn a_shown_sum_is_in_the_bundle() {
    let shown = blocks("yaml").into_iter().find(|block| block.starts_with("limits:")).expect("a sum");
    let (bundle, _) = run("ollama-k8s render cpu-72b");
    assert!(shown.lines().all(|line| bundle.contains(line.trim())), "{shown}");
}

/// The names of the tests below a folder.
fn tests(folder: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let files = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let texts = files.map(|file| fs::read_to_string(file).expect("text"));
    let names = |text: String| {
        let after = text.split("#[test]\nfn ").skip(1).filter_map(|after| Some(after.split_once('(')?.0.to_owned()));
        after.collect::<Vec<_>>()
    };
    texts.flat_map(names).collect()
}

#[test]
fn every_fault_in_the_table_has_the_test_that_it_names() {
    let table = include_str!("../docs/delivery.md");
    let words = table.split('`').skip(1).step_by(2);
    let named: BTreeSet<String> = words.filter(|word| word.matches('_').count() > 2).map(str::to_owned).collect();
    assert!(named.len() > 30);
    let there = tests("delivery");
    let missing: Vec<&String> = named.difference(&there).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
