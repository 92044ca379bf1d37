//! Do the scripts of the bundle hold as shell, and do they stop when they are told to?

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

fn scripts() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let all = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let scripts: Vec<PathBuf> =
        all.filter(|path| path.extension().is_some_and(|extension| extension == "sh")).collect();
    assert_eq!(scripts.len(), 3);
    scripts
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("templates").join(name)
}

#[test]
fn every_script_is_posix_sh() {
    for script in scripts() {
        assert!(Command::new("sh").arg("-n").arg(&script).status().expect("sh").success(), "{}", script.display());
    }
}

#[test]
fn shellcheck_has_nothing_to_say() {
    if Command::new("shellcheck").arg("--version").output().is_err() {
        // Not by the macro, whose text is hidden when a test passes.
        let _ = writeln!(std::io::stderr(), "skipped: shellcheck is not installed");
        return;
    }
    let output =
        Command::new("shellcheck").args(["--shell=sh", "--severity=style"]).args(scripts()).output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

/// `wait.sh` for one model in an empty store.
fn waiting(store: &Path) -> Child {
    Command::new("sh")
        .arg(script("wait.sh"))
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("OLLAMA_MODELS", store)
        .env("WAIT_FOR", "llama:7b=manifests/a/b/llama/7b")
        .env("PULL_STATUS", store.join("status"))
        .env("PULL_LOG", "kubectl logs job/x")
        .env("PULL_AGAIN", "kubectl delete job x")
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts")
}

fn said(child: Child) -> (Option<i32>, String) {
    let output = child.wait_with_output().expect("it ends");
    (output.status.code(), String::from_utf8(output.stdout).expect("text"))
}

/// Reads the first line that a script says, so that it has begun.
fn first_line(child: &mut Child) -> String {
    use std::io::{BufRead, BufReader};
    let mut line = String::new();
    let mut reader = BufReader::with_capacity(1, child.stdout.as_mut().expect("a pipe"));
    reader.read_line(&mut line).expect("text");
    line
}

#[cfg(unix)]
#[test]
fn a_pod_that_waits_stops_within_two_seconds() {
    let store = tempfile::tempdir().expect("a folder");
    let mut child = waiting(store.path());
    assert_eq!(first_line(&mut child), "waiting for llama:7b, 0 s\n");
    let told = Instant::now();
    assert!(Command::new("kill").arg(child.id().to_string()).status().expect("kill").success());
    assert_eq!(child.wait().expect("it ends").code(), Some(143));
    assert!(told.elapsed() < Duration::from_secs(2));
}

#[test]
fn a_pod_that_waits_says_for_what_and_where_to_look_and_goes_on_when_the_model_is_there() {
    let store = tempfile::tempdir().expect("a folder");
    fs::write(store.path().join("status"), "pod-1: pulling 12 %\n").expect("written");
    let mut child = waiting(store.path());
    first_line(&mut child);
    let folder = store.path().join("manifests/a/b/llama");
    fs::create_dir_all(&folder).expect("made");
    fs::write(folder.join("7b"), "{}").expect("written");
    let (status, text) = said(child);
    assert_eq!(status, Some(0));
    for line in [
        "the puller said: pod-1: pulling 12 %",
        "its log: kubectl logs job/x",
        "if it has failed: kubectl delete job x",
        "llama:7b is there",
    ] {
        assert!(text.contains(line), "{line} is not in {text}");
    }
}

#[test]
fn a_store_that_is_full_is_not_waited_for() {
    let store = tempfile::tempdir().expect("a folder");
    let folder = store.path().join("manifests/a/b/llama");
    fs::create_dir_all(&folder).expect("made");
    fs::write(folder.join("7b"), "{}").expect("written");
    assert_eq!(said(waiting(store.path())), (Some(0), "llama:7b is there\n".into()));
}
