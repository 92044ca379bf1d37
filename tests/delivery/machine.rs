//! What this machine has of what the tests need: the real server, its registry, programs, rights.

use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// What the scripts use, all of it in the image.
const PROGRAMS: &str = "sh cat cp mv rm mkdir stat sed grep tr tail head sort wc seq sleep date uname id df numfmt \
                        timeout tee sha256sum find";

/// The folder with the harness of the real server.
pub fn shared() -> Option<PathBuf> {
    let named = std::env::var_os("OLLAMA_SERVER").map(PathBuf::from);
    let above = || {
        let folders = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().skip(1);
        folders.map(|folder| folder.join("shared/ollama-server")).find(|folder| folder.join("registry").exists())
    };
    named.or_else(above)
}

/// The built server.
pub fn ollama() -> Option<&'static Path> {
    static BINARY: OnceLock<Option<PathBuf>> = OnceLock::new();
    let find = || {
        if let Some(named) = std::env::var_os("OLLAMA_SERVER_BINARY") {
            return Some(PathBuf::from(named));
        }
        let output = Command::new(shared()?.join("build")).arg("--no-llama").stderr(Stdio::null()).output().ok()?;
        let path = PathBuf::from(String::from_utf8(output.stdout).ok()?.lines().last()?);
        path.exists().then_some(path)
    };
    BINARY.get_or_init(find).as_deref()
}

/// Says what a test is skipped for. Not by the macro, whose text is hidden when a test passes.
pub fn skip(reason: &str) -> bool {
    let _ = writeln!(std::io::stderr(), "skipped: {reason}");
    false
}

/// Whether there are a server, a registry and these programs.
pub fn has(needs: &[&str]) -> bool {
    if shared().is_none() || ollama().is_none() {
        return skip("no real Ollama server: set OLLAMA_SERVER");
    }
    let missing = ["python3"].iter().chain(needs).find(|need| Command::new(need).arg("--version").output().is_err());
    missing.is_none_or(|need| skip(&format!("{need} is not installed")))
}

/// Whether a test may mount what only it sees, and be another user.
pub fn may_mount() -> bool {
    let works = Command::new("unshare").args(["-m", "setpriv", "--reuid", "1000", "true"]).output();
    works.is_ok_and(|output| output.status.success()) || skip("no right to mount, or no setpriv")
}

/// A folder with links to what the image has, `ollama` among it.
pub fn image() -> &'static Path {
    static IMAGE: OnceLock<PathBuf> = OnceLock::new();
    IMAGE.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("image");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("made");
        let path = std::env::var_os("PATH").expect("a PATH");
        for program in PROGRAMS.split_whitespace() {
            let found = std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.exists());
            symlink(found.expect(program), folder.join(program)).expect("linked");
        }
        if let Some(ollama) = ollama() {
            symlink(ollama, folder.join("ollama")).expect("linked");
        }
        folder
    })
}

/// A random model that can be run.
pub fn gguf() -> Option<&'static Path> {
    static FILE: OnceLock<Option<PathBuf>> = OnceLock::new();
    let make = || {
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tiny.gguf");
        let made = Command::new(shared()?.join("make-model")).arg(&file).output().ok()?;
        (made.status.success() && ollama()?.parent()?.parent()?.join("lib/ollama/llama-server").exists())
            .then_some(file)
    };
    FILE.get_or_init(make).as_deref()
}
