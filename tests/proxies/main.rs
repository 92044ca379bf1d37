//! Do real proxies, told what is rendered, let in whom they should, refuse what they should, and keep slow answers alive?
//!
//! nginx and `HAProxy` of this machine stand in front of the real Ollama server, configured as the controllers do it from
//! the rendered Ingress; and `HAProxy` as it stands in the pod. Where a need is missing, a test says so.

#[path = "../built_in/mod.rs"]
mod built_in;
mod client;
#[path = "../delivery/farm.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod farm;
mod front;
#[path = "../delivery/machine.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod machine;
#[path = "../delivery/running.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod running;

use std::process::Command;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use built_in::render;
use client::{As, ask, stream};
use farm::{Farm, Server};
use front::Front;
use machine::{gguf, has, skip};
use ollama_k8s::bundle::Bundle;
use running::{Service, until};

/// What must never be reached from outside, with the method that it has.
const NEVER: [(&str, &str); 8] = [
    ("DELETE", "/api/delete"),
    ("POST", "/api/pull"),
    ("POST", "/api/push"),
    ("POST", "/api/create"),
    ("POST", "/api/copy"),
    ("HEAD", "/api/blobs/sha256:0"),
    ("POST", "/api/chat/../delete"),
    ("POST", "/v1/../api/pull"),
];

/// `openssl` says its version in a way of its own.
fn has_proxies() -> bool {
    let missing =
        ["nginx", "haproxy", "openssl"].into_iter().find(|program| Command::new(program).arg("-v").output().is_err());
    has(&[]) && missing.is_none_or(|program| skip(&format!("{program} is not installed")))
}

fn bundle(way: &str) -> Bundle {
    render("single-gpu", &[way]).bundle
}

fn ingress(controller: &str, auth: &str) -> Bundle {
    bundle(&format!("expose.ingress={{controller: {controller}, host: localhost, tls: {{secret: a}}, auth: {auth}}}"))
}

/// A farm whose server has a model.
fn serving() -> (Farm, Server) {
    let registry = Service::registry(&["--fake", "sheep:7b"]);
    let farm = Farm::new();
    farm.pull(&registry.models(&["sheep:7b"]), &[]).end().is(0, &[]);
    let server = farm.server(&[]);
    (farm, server)
}

fn refuses(front: &Front, who: As, server: &Server) {
    for (method, path) in NEVER {
        let (status, text) = ask(&front.address, method, path, who, r#"{"model": "sheep:7b"}"#);
        // Ollama sends whoever goes a roundabout way to the path that is meant, and there the proxy refuses.
        assert!(matches!(status, 307 | 400 | 403 | 404), "{}: {method} {path}: {text}", front.name);
    }
    assert_eq!(server.get("/v1/models/sheep:7b").0, 200, "the model is still there");
    assert!(!server.running.said().contains(r#""/api/pull""#), "{}", server.running.said());
}

#[test]
fn whoever_has_no_password_gets_401_and_who_has_one_gets_inference_alone() {
    if !has_proxies() {
        return;
    }
    let (farm, server) = serving();
    let nginx = Front::nginx(&farm, "nginx", &ingress("nginx", "{basic: users}"), &server.address);
    let haproxy = Front::haproxy(&farm, "haproxy", &ingress("haproxy", "{basic: users}"), &server.address);
    for front in [nginx, haproxy] {
        for (who, status) in [(As::Nobody, 401), (As::Stranger, 401), (As::User, 200)] {
            for path in ["/api/tags", "/v1/models"] {
                let (got, text) = ask(&front.address, "GET", path, who, "");
                assert_eq!(got, status, "{} {path}: {text}\n{}", front.name, front.said());
            }
        }
        let (_, tags) = ask(&front.address, "GET", "/api/tags", As::User, "");
        assert!(tags.contains("sheep:7b"), "{tags}");
        refuses(&front, As::User, &server);
    }
}

#[test]
fn the_proxy_beside_a_server_asks_for_a_key_and_lets_in_inference_alone() {
    if !has_proxies() {
        return;
    }
    let (farm, server) = serving();
    let (front, metrics) = Front::beside(&farm, "proxy", &bundle("expose.proxy={keys: farm}"), &server.address);
    for (who, status) in [(As::Nobody, 401), (As::WithWrongKey, 401), (As::User, 401), (As::WithKey, 200)] {
        let (got, text) = ask(&front.address, "GET", "/api/tags", who, "");
        assert_eq!(got, status, "{text}");
        assert_eq!(text.to_ascii_lowercase().contains("www-authenticate: bearer"), status == 401, "{text}");
    }
    assert_eq!(ask(&front.address, "GET", "/", As::Nobody, "").0, 200, "load balancers ask without a key");
    refuses(&front, As::WithKey, &server);
    assert_eq!(ask(&metrics, "GET", "/alive", As::Nobody, "").0, 200);
    let (_, numbers) = ask(&metrics, "GET", "/metrics", As::Nobody, "");
    assert!(numbers.contains(r#"haproxy_backend_current_sessions{proxy="ollama"} 0"#), "{numbers}");
}

#[test]
fn a_proxy_without_keys_lets_everybody_ask_and_one_for_all_paths_lets_all_through() {
    if !has_proxies() {
        return;
    }
    let (farm, server) = serving();
    let open = bundle("expose.proxy={paths: all}");
    assert!(!format!("{open:?}").contains("http_auth_bearer"));
    let (front, _) = Front::beside(&farm, "proxy without keys", &open, &server.address);
    assert_eq!(ask(&front.address, "GET", "/api/tags", As::Nobody, "").0, 200);
    let with_keys = bundle("expose.proxy={keys: farm, paths: all}");
    let (front, _) = Front::beside(&farm, "proxy", &with_keys, &server.address);
    let (status, text) = ask(&front.address, "DELETE", "/api/delete", As::WithKey, r#"{"model": "sheep:7b"}"#);
    assert_eq!(status, 200, "{text}");
    assert_eq!(server.get("/v1/models/sheep:7b").0, 404);
}

/// The process that works for the server.
fn worker(farm: &Farm) -> Option<String> {
    let model = farm.path("");
    let output = Command::new("pgrep").args(["-f", &format!("llama-server.*{}", model.display())]).output().ok()?;
    String::from_utf8(output.stdout).ok()?.split_whitespace().next().map(str::to_owned)
}

fn signal(name: &str, process: &str) {
    assert!(Command::new("kill").args([&format!("-{name}"), process]).status().expect("kill").success());
}

#[test]
fn a_stream_of_three_minutes_that_falls_silent_on_its_way_comes_to_its_end() {
    /// Longer than any of the usual timeouts: 50 s and 60 s.
    const SILENCE: Duration = Duration::from_secs(180);
    if !has_proxies() {
        return;
    }
    let Some(file) = gguf() else {
        skip("no llama-server, or make-model does not run");
        return;
    };
    let farm = Farm::new();
    let registry = Service::registry(&["--gguf", &format!("sheep:7b={}", file.display())]);
    farm.pull(&registry.models(&["sheep:7b"]), &[]).end().is(0, &[]);
    let server = farm.server(&[("OLLAMA_NUM_PARALLEL", "8"), ("OLLAMA_CONTEXT_LENGTH", "2048")]);
    let told = |controller| ingress(controller, "{basic: users}");
    let mut deaf = told("nginx");
    for commented in &mut deaf.objects {
        if let Some(annotations) = &mut commented.object.metadata_mut().annotations {
            annotations.retain(|key, _| !key.ends_with("-timeout"));
        }
    }
    let (beside, metrics) = Front::beside(&farm, "proxy", &bundle("expose.proxy={keys: farm}"), &server.address);
    let fronts = [
        (Front::nginx(&farm, "nginx", &told("nginx"), &server.address), As::User),
        (Front::haproxy(&farm, "haproxy", &told("haproxy"), &server.address), As::User),
        (beside, As::WithKey),
        (Front::nginx(&farm, "nginx that was told nothing", &deaf, &server.address), As::User),
    ];
    let body = r#"{"model": "sheep:7b", "prompt": "baa", "options": {"num_predict": 1500, "temperature": 2}}"#;
    let (begun, all_begun) = mpsc::channel();
    let ends: Vec<(&str, String, Duration)> = thread::scope(|scope| {
        let threads: Vec<_> = fronts
            .iter()
            .map(|(front, who)| {
                let begun = begun.clone();
                scope.spawn(move || {
                    let start = Instant::now();
                    let text = stream(&front.address, "/api/generate", *who, body, || begun.send(()).expect("heard"));
                    (front.name, text, start.elapsed())
                })
            })
            .collect();
        for _ in &fronts {
            all_begun.recv().expect("a first line");
        }
        let mut process = None;
        until("a worker", || {
            process = worker(&farm);
            process.is_some()
        });
        let process = process.expect("it was found");
        signal("STOP", &process);
        let (_, numbers) = ask(&metrics, "GET", "/metrics", As::Nobody, "");
        assert!(numbers.contains(r#"haproxy_backend_current_sessions{proxy="ollama"} 1"#), "{numbers}");
        thread::sleep(SILENCE);
        signal("CONT", &process);
        threads.into_iter().map(|thread| thread.join().expect("it ends")).collect()
    });
    for (name, text, took) in ends {
        let is_whole = text.contains("\"done\":true");
        if name == "nginx that was told nothing" {
            assert!(!is_whole && took < SILENCE, "the test would see a cut: {took:?}");
        } else {
            assert!(is_whole && took > SILENCE, "{name} after {took:?}: {}", &text[text.len().saturating_sub(300)..]);
        }
    }
}
