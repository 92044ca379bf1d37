//! Do the scripts of the bundle hold as shell? What they do: `delivery`.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

fn scripts() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let all = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let scripts: Vec<PathBuf> =
        all.filter(|path| path.extension().is_some_and(|extension| extension == "sh")).collect();
    assert_eq!(scripts.len(), 8);
    scripts
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
    let output = Command::new("shellcheck")
        .args(["--shell=sh", "--severity=style", "--external-sources"])
        .args(scripts())
        .output()
        .expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
