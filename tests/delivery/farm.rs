//! What stands around a script in a pod: a store, a home, an environment, and a server on the store.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::machine::{has, image};
use crate::running::{Running, Service, until};

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port()
}

/// The file of one of the scripts.
pub fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("templates").join(name)
}

/// A store, homes and scripts, as pods have them.
pub struct Farm {
    folder: TempDir,
}

impl Farm {
    pub fn new() -> Self {
        let farm = Self { folder: tempfile::tempdir().expect("a folder") };
        for folder in ["models", "scripts", "said"] {
            fs::create_dir(farm.path(folder)).expect("made");
        }
        for name in ["store.sh", "pull.sh", "lock.sh", "client.sh", "wait.sh", "copy.sh", "preload.sh"] {
            fs::copy(script(name), farm.path("scripts").join(name)).expect("copied");
        }
        farm
    }

    /// With a registry that has the small model `sheep:7b`, and what `pull.sh` takes for it; none where there is no server.
    pub fn with_sheep() -> Option<(Self, Service, String)> {
        if !has(&[]) {
            return None;
        }
        let registry = Service::registry(&["--fake", "sheep:7b"]);
        let models = registry.models(&["sheep:7b"]);
        Some((Self::new(), registry, models))
    }

    pub fn path(&self, inside: &str) -> PathBuf {
        self.folder.path().join(inside)
    }

    pub fn store(&self) -> PathBuf {
        self.path("models")
    }

    /// A program with the environment of a container, a home of its own and these settings.
    pub fn command(&self, program: &str, settings: &[(&str, &str)]) -> Command {
        let home = tempfile::Builder::new().prefix("home").tempdir_in(self.folder.path()).expect("a folder").keep();
        let mut command = Command::new(image().join(program));
        command
            .env_clear()
            .env("PATH", image())
            .env("HOME", home)
            .env("OLLAMA_MODELS", self.store())
            .env("OLLAMA_HOST", format!("127.0.0.1:{}", free_port()))
            .env("OLLAMA_NOPRUNE", "1")
            .env("OLLAMA_NO_CLOUD", "1")
            .envs(settings.iter().copied());
        command
    }

    /// Commands of this machine in a world of mounts of their own: what a container has as PATH is IMAGE there.
    pub fn mounting(&self, text: &str, settings: &[(&str, &str)]) -> Command {
        // Others may read what is here.
        for folder in ["", "scripts"] {
            assert!(Command::new("chmod").arg("755").arg(self.path(folder)).status().expect("chmod").success());
        }
        let inside = self.command("sh", settings);
        let mut command = Command::new("unshare");
        command.args(["-m", "sh", "-euc", text, "sh"]).env_clear();
        command.envs(inside.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.env("PATH", std::env::var_os("PATH").expect("a PATH"));
        command.env("IMAGE", image()).env("FARM", self.folder.path());
        command
    }

    pub fn start(&self, command: &mut Command) -> Running {
        let said = tempfile::Builder::new().tempfile_in(self.path("said")).expect("a file").into_temp_path();
        Running::start(command, said.keep().expect("it stays"))
    }

    pub fn script(&self, name: &str, settings: &[(&str, &str)]) -> Running {
        self.start(self.command("sh", settings).arg(self.path("scripts").join(name)))
    }

    /// `pull.sh` that pulls over plain http and tries again soon, unless told otherwise.
    pub fn pull(&self, models: &str, settings: &[(&str, &str)]) -> Running {
        let mut all = vec![("MODELS", models), ("PULL_INSECURE", "1"), ("PULL_SECONDS", "100"), ("PULL_PAUSE", "1")];
        all.extend(settings);
        self.script("pull.sh", &all)
    }

    /// The last word of the puller, without its name.
    pub fn status(&self) -> String {
        let text = fs::read_to_string(self.store().join(".ollama-k8s/status")).unwrap_or_default();
        text.trim_end().split_once(": ").map_or(text.clone(), |(_, word)| word.to_owned())
    }

    /// A server on the store, that answers.
    pub fn server(&self, settings: &[(&str, &str)]) -> Server {
        Server::start(self, &mut self.command("ollama", settings))
    }

    /// Checks that a server starts and lists these models, all of them whole.
    #[track_caller]
    pub fn lists(&self, models: &[&str]) {
        let server = self.server(&[]);
        let (status, tags) = server.get("/api/tags");
        assert_eq!(status, 200, "{tags}");
        let names = tags.split(r#""name":""#).skip(1).filter_map(|text| text.split('"').next());
        // A source is listed under its full name, too.
        let mut short: Vec<&str> = names.filter(|name| !name.contains('/')).collect();
        short.sort_unstable();
        assert_eq!(short, models);
        for model in models {
            assert_eq!(server.get(&format!("/v1/models/{model}")).0, 200, "{model}");
        }
    }

    /// The files below a folder of the store.
    pub fn files(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.store().join(folder)).expect("a folder");
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    }

    /// The largest blob.
    pub fn blob(&self) -> PathBuf {
        let blobs = fs::read_dir(self.store().join("blobs")).expect("a folder");
        let blobs = blobs.map(|entry| entry.expect("an entry").path());
        blobs.max_by_key(|path| path.metadata().map_or(0, |metadata| metadata.len())).expect("a blob")
    }
}

/// A server that answers.
pub struct Server {
    pub running: Running,
    pub address: String,
}

impl Server {
    pub fn start(farm: &Farm, command: &mut Command) -> Self {
        let host = command.get_envs().find(|(name, _)| *name == "OLLAMA_HOST").and_then(|(_, value)| value);
        let address = host.expect("it is set").to_string_lossy().replace("0.0.0.0", "127.0.0.1");
        let mut running = farm.start(command.arg("serve"));
        until("a server", || {
            assert!(running.is_running(), "{}", running.said());
            TcpStream::connect(&address).is_ok()
        });
        let server = Self { running, address };
        assert_eq!(server.get("/api/version").0, 200);
        server
    }

    /// Status and body of an answer.
    pub fn get(&self, path: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).expect("a connection");
        stream.write_all(format!("GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n").as_bytes()).expect("asked");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("text");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        (status, body.to_owned())
    }

    /// What `ollama` prints when it asks this server.
    pub fn ask(&self, farm: &Farm, arguments: &[&str]) -> String {
        let settings = [("OLLAMA_HOST", self.address.as_str())];
        let ended = farm.start(farm.command("ollama", &settings).args(arguments)).end();
        ended.is(0, &[]).said.clone()
    }
}
