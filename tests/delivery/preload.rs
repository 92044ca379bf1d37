//! Does `preload.sh` load models before a pod is ready?

use std::fs;
use std::path::Path;

use crate::farm::{Farm, Server};
use crate::machine::{gguf, has, skip};
use crate::running::{Ended, Service};

/// A farm with a model that can be run, and a server on it that listens as in a pod.
fn running() -> Option<(Farm, Server)> {
    let file = runnable()?;
    let farm = Farm::new();
    let registry = Service::registry(&["--gguf", &format!("sheep:7b={}", file.display())]);
    farm.pull(&registry.models(&["sheep:7b"]), &[]).end().is(0, &[]);
    let port = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
    let server = farm.server(&[("OLLAMA_HOST", &format!("0.0.0.0:{port}"))]);
    Some((farm, server))
}

/// A model that can be run here; none where something is missing for it, which is said.
fn runnable() -> Option<&'static Path> {
    if !has(&[]) {
        return None;
    }
    let file = gguf();
    if file.is_none() {
        skip("no llama-server, or make-model does not run");
    }
    file
}

impl Farm {
    fn preload(&self, server: &Server, models: &str) -> Ended {
        let host = server.address.replace("127.0.0.1", "0.0.0.0");
        // The server's own proxy must not be asked for the server.
        let settings = [("OLLAMA_HOST", host.as_str()), ("PRELOAD", models), ("HTTP_PROXY", "http://127.0.0.1:1")];
        self.script("preload.sh", &settings).end()
    }
}

#[test]
fn a_model_is_loaded_by_an_empty_prompt() {
    let Some((farm, server)) = running() else { return };
    assert!(!server.get("/api/ps").1.contains("sheep:7b"));
    for _ in 0..2 {
        farm.preload(&server, "sheep:7b").is(0, &["sheep:7b is loaded, "]);
        assert!(server.get("/api/ps").1.contains(r#""name":"sheep:7b""#));
    }
    let log = server.running.said();
    assert_eq!(log.matches("\"/api/generate\"").count(), 2, "{log}");
    assert_eq!(log.matches("starting llama-server").count(), 1, "{log}");
}

#[test]
fn a_model_that_is_missing_fails_and_is_not_pulled() {
    let Some((farm, server)) = running() else { return };
    let ended = farm.preload(&server, "goat:7b");
    ended.is(1, &["goat:7b cannot be loaded: Error: model 'goat:7b' not found"]);
    assert!(!server.running.said().contains("/api/pull"));
}

#[test]
fn a_model_that_cannot_be_loaded_fails_with_the_reason() {
    if runnable().is_none() {
        return;
    }
    let farm = Farm::new();
    // It has a header and then noise.
    let registry = Service::registry(&["--fake", "sheep:7b"]);
    farm.pull(&registry.models(&["sheep:7b"]), &[]).end().is(0, &[]);
    farm.preload(&farm.server(&[]), "sheep:7b").is(1, &["sheep:7b cannot be loaded: ", "error loading model"]);
}

#[test]
fn a_model_for_embeddings_is_loaded_by_a_text() {
    let Some((farm, server)) = running() else { return };
    // The same file with the mark of such a model.
    let file = gguf().expect("it is there");
    let bytes = fs::read(file).expect("a model");
    let Some(marked) = with_pooling(&bytes) else { panic!("no place for the mark") };
    let path = farm.path("embedding.gguf");
    fs::write(&path, marked).expect("written");
    let registry = Service::registry(&["--gguf", &format!("goat:7b={}", path.display())]);
    farm.pull(&registry.models(&["goat:7b"]), &[]).end().is(0, &[]);
    farm.preload(&server, "goat:7b").is(0, &["goat:7b is loaded, "]);
    let log = server.running.said();
    assert!(log.contains("\"/api/embed\"") && !log.contains("\"/api/generate\""), "{log}");
    assert!(server.get("/api/ps").1.contains(r#""name":"goat:7b""#));
}

/// Adds `llama.pooling_type = 1` as the first value of a GGUF file, whose alignment it fills up to.
fn with_pooling(gguf: &[u8]) -> Option<Vec<u8>> {
    let values = u64::from_le_bytes(gguf.get(16..24)?.try_into().ok()?);
    let value = |key: &str, text: Option<usize>| {
        let mut bytes = (key.len() as u64).to_le_bytes().to_vec();
        bytes.extend(key.as_bytes());
        match text {
            None => bytes.extend([4u32.to_le_bytes(), 1u32.to_le_bytes()].concat()),
            Some(length) => {
                bytes.extend(8u32.to_le_bytes());
                bytes.extend((length as u64).to_le_bytes());
                bytes.extend(vec![b' '; length]);
            }
        }
        bytes
    };
    let mut added = value("llama.pooling_type", None);
    let rest = value("filler", Some(0)).len();
    added.extend(value("filler", Some((64 - (added.len() + rest) % 32) % 32)));
    let head = [&gguf[..16], &(values + 2).to_le_bytes()[..]].concat();
    Some([&head[..], &added, &gguf[24..]].concat())
}

#[test]
fn it_waits_for_a_server_that_is_not_there_yet() {
    if !has(&[]) {
        return;
    }
    let farm = Farm::new();
    let settings = [("OLLAMA_HOST", "127.0.0.1:1"), ("PRELOAD", "sheep:7b")];
    let mut waiting = farm.script("preload.sh", &settings);
    std::thread::sleep(std::time::Duration::from_secs(2));
    assert!(waiting.is_running(), "{}", waiting.said());
    waiting.stop().is(143, &[]).within(2);
}
