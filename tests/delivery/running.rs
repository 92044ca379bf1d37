//! Programs that run for a test, what they say, and their end.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::machine::shared;

/// Longer than any of the scripts should take.
const PATIENCE: Duration = Duration::from_secs(100);

/// Waits for something that must come.
pub fn until(what: &str, mut found: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !found() {
        assert!(begun.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
        sleep(Duration::from_millis(50));
    }
}

/// A program with all that it starts, which ends with it. What it says goes to a file.
pub struct Running {
    child: Child,
    said: PathBuf,
    begun: Instant,
}

impl Running {
    pub fn start(command: &mut Command, said: PathBuf) -> Self {
        let file = File::create(&said).expect("made");
        let both = file.try_clone().expect("a second handle");
        let child = command.stdin(Stdio::null()).stdout(file).stderr(both).process_group(0).spawn().expect("it starts");
        Self { child, said, begun: Instant::now() }
    }

    pub fn said(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.said).expect("readable")).into_owned()
    }

    /// Waits until it says something.
    pub fn says(&self, text: &str) {
        until(&format!("{text:?} in {}", self.said()), || self.said().contains(text));
    }

    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("a status").is_none()
    }

    fn status(&mut self) -> ExitStatus {
        until(&format!("the end of {}", self.said()), || !self.is_running());
        self.child.wait().expect("a status")
    }

    /// How it ends, and what it has said.
    pub fn end(mut self) -> Ended {
        let status = self.status().code();
        Ended { status, said: self.said(), after: self.begun.elapsed() }
    }

    /// Tells it to stop, and only it: how it ends, and how long that takes.
    pub fn stop(mut self) -> Ended {
        let told = Instant::now();
        signal("TERM", &self.child.id().to_string());
        let status = self.status().code();
        let after = told.elapsed();
        Ended { status, said: self.said(), after }
    }

    /// Ends all of it, with no time for a word.
    pub fn kill(&mut self) {
        signal("KILL", &format!("-{}", self.child.id()));
        let _ = self.child.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

fn signal(name: &str, to: &str) {
    let _ = Command::new("kill").args([&format!("-{name}"), "--", to]).stderr(Stdio::null()).status();
}

pub struct Ended {
    status: Option<i32>,
    pub said: String,
    pub after: Duration,
}

impl Ended {
    /// Checks the status and some of what was said.
    #[track_caller]
    pub fn is(&self, status: i32, said: &[&str]) -> &Self {
        assert_eq!(self.status, Some(status), "{}", self.said);
        for text in said {
            assert!(self.said.contains(text), "{text:?} is not in {}", self.said);
        }
        self
    }

    #[track_caller]
    pub fn lacks(&self, text: &str) -> &Self {
        assert!(!self.said.contains(text), "{text:?} is in {}", self.said);
        self
    }

    #[track_caller]
    pub fn within(&self, seconds: u64) {
        assert!(self.after < Duration::from_secs(seconds), "{:?}: {}", self.after, self.said);
    }

    pub fn count(&self, text: &str) -> usize {
        self.said.matches(text).count()
    }
}

/// Something in Python that prints its address first, and has a log.
pub struct Service {
    child: Child,
    pub address: String,
    log: PathBuf,
    _folder: TempDir,
}

impl Service {
    fn start(program: &Path, arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let log = folder.path().join("log");
        let mut command = Command::new("python3");
        command.arg(program).arg("--log").arg(&log).args(arguments).stdout(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let mut address = String::new();
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut address).expect("text");
        Self { child, address: address.trim().to_owned(), log, _folder: folder }
    }

    /// The registry, with these models and faults.
    pub fn registry(arguments: &[&str]) -> Self {
        Self::start(&shared().expect("it is there").join("registry"), arguments)
    }

    /// What stands before a registry: see `front.py`.
    pub fn front(arguments: &[&str]) -> Self {
        Self::start(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/delivery/front.py"), arguments)
    }

    /// `SOURCE=NAME` of models here.
    pub fn models(&self, names: &[&str]) -> String {
        let pairs = names.iter().map(|name| format!("{}/library/{name}={name}", self.address));
        pairs.collect::<Vec<_>>().join(" ")
    }

    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// The lines of the log that have a text.
    pub fn count(&self, text: &str) -> usize {
        self.log().lines().filter(|line| line.contains(text)).count()
    }

    /// Ends the faults of a registry.
    pub fn mend(&self) {
        signal("USR1", &self.child.id().to_string());
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
