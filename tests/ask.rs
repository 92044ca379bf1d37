//! Does the tool help somebody who asks: `init`, `explain`, `completions`, `man`?

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::{fs, str};

use ollama_k8s::profile::{BUILT_IN, Field};
use ollama_k8s::rules::RULES;

const TOOL: &str = env!("CARGO_BIN_EXE_ollama-k8s");

fn run_in(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(TOOL).args(arguments).current_dir(folder).stdin(Stdio::null()).output().expect("it runs")
}

fn run(arguments: &[&str]) -> Output {
    run_in(Path::new("."), arguments)
}

fn stdout(output: &Output) -> &str {
    str::from_utf8(&output.stdout).expect("text")
}

fn stderr(output: &Output) -> &str {
    str::from_utf8(&output.stderr).expect("text")
}

/// Where a program is; without it the test says so and ends.
fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file());
    if found.is_none() {
        // Past the capture of the test runner.
        let _ = writeln!(std::io::stderr(), "skipped: {name} is not installed");
    }
    found
}

/// Whether a program takes a text on stdin, and what it says of it.
fn takes(program: &Path, arguments: &[&str], text: &[u8]) -> (bool, String) {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    // It may end before it has read everything.
    let _ = child.stdin.take().expect("a pipe").write_all(text);
    let output = child.wait_with_output().expect("it ends");
    (output.status.success(), stderr(&output).to_owned())
}

#[test]
fn init_without_a_terminal_asks_nothing_and_writes_a_short_profile_that_renders() {
    for (arguments, expected) in [
        (&["init"][..], "  - llama3.1:8b"),
        (&["init", "--model", "qwen3:14b", "--namespace", "barn"], "namespace: barn"),
        (&["init", "--model", "qwen2.5:72b", "--cpu"], "  cpu: 8"),
        (&["init", "--model", "llama3.3:70b", "--gpu", "l40s:2", "--context", "16384"], "  gpu: l40s:2"),
        (&["init", "--replicas", "3", "--storage-class", "fast-disks"], "  class: fast-disks"),
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", stderr(&output));
        let text = stdout(&output);
        assert!(text.contains(expected), "{text}");
        assert!((10..=25).contains(&text.lines().count()), "{text}");
        assert!(text.lines().all(|line| line.len() <= 120), "{text}");
        assert!(text.matches("  # ").count() >= 3, "it says why: {text}");
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("farm.yaml"), text).expect("written");
        let rendered = run_in(folder.path(), &["render", "farm.yaml"]);
        assert_eq!(rendered.status.code(), Some(0), "{text}\n{}", stderr(&rendered));
    }
}

#[test]
fn init_asks_by_needs_for_what_is_not_known_of_a_model() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = run_in(folder.path(), &["init", "-o", "farm.yaml", "--model", "farm/llama:7b"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let rendered = run_in(folder.path(), &["render", "farm.yaml"]);
    assert_eq!(rendered.status.code(), Some(3));
    assert!(stderr(&rendered).contains("--set 'models[0].size=5Gi'"), "{}", stderr(&rendered));
    assert_eq!(run_in(folder.path(), &["render", "farm.yaml", "--example"]).status.code(), Some(0));
}

#[test]
fn init_overwrites_nothing_unless_forced() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("farm.yaml");
    fs::write(&file, "mine").expect("written");
    let refused = run_in(folder.path(), &["init", "-o", "farm.yaml"]);
    assert_eq!(refused.status.code(), Some(4));
    assert_eq!(stderr(&refused), "error: farm.yaml is there already; --force overwrites it\n");
    assert_eq!(fs::read_to_string(&file).expect("text"), "mine");
    assert_eq!(run_in(folder.path(), &["init", "-o", "farm.yaml", "--force"]).status.code(), Some(0));
    assert!(fs::read_to_string(&file).expect("text").contains("kind: Profile"));
}

#[test]
fn init_refuses_what_does_not_fit_with_the_sum_and_writes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = run_in(folder.path(), &["init", "-o", "farm.yaml", "--model", "llama3.3:70b", "--gpu", "l4"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(stderr(&output).contains("weights") && stderr(&output).contains("help: "), "{}", stderr(&output));
    assert!(!folder.path().join("farm.yaml").exists());
}

#[test]
fn init_names_the_schema_that_lies_beside_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let first =
        |name: &str| fs::read_to_string(folder.path().join(name)).expect("text").lines().next().map(str::to_owned);
    run_in(folder.path(), &["init", "-o", "before.yaml"]);
    assert!(!first("before.yaml").expect("a line").contains("$schema"));
    run_in(folder.path(), &["schema", "-o", "ollama-k8s.schema.json"]);
    run_in(folder.path(), &["init", "-o", "after.yaml"]);
    assert_eq!(first("after.yaml").as_deref(), Some("# yaml-language-server: $schema=ollama-k8s.schema.json"));
    assert_eq!(run_in(folder.path(), &["render", "after.yaml"]).status.code(), Some(0));
}

#[test]
fn init_asks_on_a_terminal() {
    let Some(script) = program("script") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let mut child = Command::new(script)
        .args(["-qec", &format!("{TOOL} init"), "/dev/null"])
        .current_dir(&folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    child.stdin.take().expect("a pipe").write_all(b"qwen3:14b\n\n\n\nbarn\n\nfarm.yaml\n").expect("it is read");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{}", stdout(&output));
    for asked in ["Model [llama3.1:8b]: ", "Namespace [ollama]: ", "File, or - to see it [ollama.yaml]: "] {
        assert!(stdout(&output).contains(asked), "{asked}: {}", stdout(&output));
    }
    let written = fs::read_to_string(folder.path().join("farm.yaml")).expect("a file");
    assert!(written.contains("- qwen3:14b") && written.contains("namespace: barn"), "{written}");
}

#[test]
fn explain_knows_every_field_and_every_rule() {
    for path in Field::all_paths() {
        assert!(Field::at(&path).is_some_and(|field| field.path == path), "{path}");
    }
    for name in
        RULES.iter().map(|rule| rule.id).take(3).chain(["profile", "server", "models[0].size", "server.env.FARM"])
    {
        let output = run(&["explain", name]);
        assert_eq!(output.status.code(), Some(0), "{name}: {}", stderr(&output));
    }
}

#[test]
fn a_field_is_explained_with_its_values_default_variable_and_the_numbers_that_depend_on_it() {
    let output = run(&["explain", "server.kvCache"]);
    let text = stdout(&output);
    for part in [
        "server.kvCache\n\n",
        "f16, q8_0, q4_0",
        "default   f16",
        "OLLAMA_KV_CACHE_TYPE",
        "34 bytes for 32 elements",
        " -> ",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let service = run(&["explain", "expose.service"]);
    assert!(stdout(&service).contains("Without session affinity: every server has all models"));
    let parallel = run(&["explain", "server.parallel"]);
    assert!(stdout(&parallel).contains("a whole number, 1 to 64"), "{}", stdout(&parallel));
}

#[test]
fn what_is_neither_rule_nor_field_is_told_with_the_nearest_of_both() {
    for (wrong, near) in [
        ("kvCache", "the field server.kvCache"),
        ("server.kvcahe", "the field server.kvCache"),
        ("rwo-multi-replicas", "the rule rwo-multi-replica"),
        ("xyzzy", "ollama-k8s explain profile"),
    ] {
        let output = run(&["explain", wrong]);
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(near), "{wrong}: {}", stderr(&output));
    }
}

#[test]
fn completions_are_scripts_that_their_shells_take() {
    for (shell, check) in [
        ("bash", &["-n"][..]),
        ("zsh", &["-n"]),
        ("fish", &["--no-execute"]),
        ("elvish", &["-compileonly", "/dev/stdin"]),
        ("powershell", &["-NoProfile", "-Command", "[scriptblock]::Create([Console]::In.ReadToEnd())"]),
    ] {
        let output = run(&["completions", shell]);
        assert_eq!(output.status.code(), Some(0), "{shell}: {}", stderr(&output));
        assert!(stdout(&output).contains("kyaml") || shell == "elvish" || shell == "powershell", "{shell}");
        let Some(program) = program(if shell == "powershell" { "pwsh" } else { shell }) else { continue };
        let (taken, said) = takes(&program, check, &output.stdout);
        assert!(taken && said.is_empty(), "{shell}: {said}");
    }
}

#[test]
fn names_of_profiles_and_rules_and_words_complete() {
    for shell in ["bash", "zsh", "fish"] {
        let output = run(&["completions", shell]);
        let script = stdout(&output);
        for profile in BUILT_IN {
            assert!(script.matches(profile.name).count() >= 2, "{shell}: {}", profile.name);
        }
        assert!(script.contains("rwo-multi-replica") && script.contains("sarif"), "{shell}");
    }
    let Some(bash) = program("bash") else { return };
    let output = run(&["completions", "bash"]);
    let ask =
        "COMP_WORDS=(ollama-k8s render ha); COMP_CWORD=2; _ollama__k8s ollama-k8s ha render; echo \"${COMPREPLY[@]}\"";
    let script = format!("{}\n{ask}\n", stdout(&output));
    let completed = Command::new(bash).args(["-c", &script]).output().expect("it runs");
    assert_eq!(stdout(&completed), "ha-rwx\n", "{}", stderr(&completed));
}

#[test]
fn pages_of_the_manual_are_read_without_a_warning() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("man1");
    assert_eq!(run(&["man", "-o", path.to_str().expect("text")]).status.code(), Some(0));
    let pages: Vec<PathBuf> =
        fs::read_dir(&path).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    let names: Vec<String> =
        pages.iter().map(|page| page.file_name().expect("a name").to_string_lossy().into_owned()).collect();
    for name in ["ollama-k8s.1", "ollama-k8s-render.1", "ollama-k8s-models-read.1", "ollama-k8s-init.1"] {
        assert!(names.iter().any(|known| known == name), "{name}: {names:?}");
    }
    let one = run(&["man", "render"]);
    assert_eq!(stdout(&one), fs::read_to_string(path.join("ollama-k8s-render.1")).expect("text"));
    assert_eq!(run(&["man", "frobnicate"]).status.code(), Some(3));
    if let Some(mandoc) = program("mandoc") {
        for page in &pages {
            let (taken, said) = takes(&mandoc, &["-W", "error"], &fs::read(page).expect("a page"));
            assert!(taken, "{}: {said}", page.display());
        }
    } else if let (Some(man), Some(_)) = (program("man"), program("groff")) {
        for page in &pages {
            let (taken, said) = takes(&man, &["--warnings", "-l", "-"], &fs::read(page).expect("a page"));
            assert!(taken && said.is_empty(), "{}: {said}", page.display());
        }
    }
}
