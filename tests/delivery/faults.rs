//! What `pull.sh` does when the registry, the connection, the disk or the cluster fails.

use std::fs;
use std::thread;
use std::time::Duration;

use crate::farm::{Farm, script};
use crate::machine::{has, may_mount};
use crate::running::{Service, until};

const NINE_MB: &str = "sheep:7b=9000000";

#[test]
fn a_cut_connection_is_resumed() {
    if !has(&[]) {
        return;
    }
    let farm = Farm::new();
    let registry = Service::registry(&["--fake", NINE_MB, "--disconnect-after", "4000000"]);
    farm.pull(&registry.models(&["sheep:7b"]), &[]).end().is(0, &["sheep:7b: there"]);
    assert_eq!(registry.count("sent=4000000 range=bytes=4000000-"), 1, "{}", registry.log());
    farm.lists(&["sheep:7b"]);
}

#[test]
fn a_connection_that_stands_still_is_given_up_and_its_progress_kept() {
    if !has(&[]) {
        return;
    }
    thread::scope(|scope| {
        scope.spawn(the_server_loses_it_after_30_seconds);
        let farm = Farm::new();
        let registry = Service::registry(&["--fake", "sheep:7b=3000000", "--stall-after", "1000000"]);
        let settings = [("PULL_STALL", "3")];
        let ended = farm.pull(&registry.models(&["sheep:7b"]), &settings).end();
        ended.is(0, &["the connection stands still, a new one goes on: pulling", "1 MB/", "2 MB/", "sheep:7b: there"]);
        ended.lacks("failure").within(60);
        for start in [0, 1_000_000, 2_000_000] {
            assert_eq!(registry.count(&format!("sent=1000000 range=bytes={start}-")), 1, "{}", registry.log());
        }
        farm.lists(&["sheep:7b"]);
    });
}

/// Why `pull.sh` does it, and in less time.
fn the_server_loses_it_after_30_seconds() {
    let farm = Farm::new();
    let registry = Service::registry(&["--fake", "sheep:7b=3000000", "--stall-after", "1000000", "--times", "1"]);
    farm.pull(&registry.models(&["sheep:7b"]), &[("PULL_STALL", "50")]).end().is(0, &["sheep:7b: there"]);
    assert_eq!(registry.count("range=bytes=0-2999999"), 2, "{}", registry.log());
    assert!(fs::read_to_string(script("client.sh")).expect("a script").contains("${PULL_STALL:-22}"));
}

#[test]
fn a_slow_connection_is_not_cut() {
    if !has(&[]) {
        return;
    }
    let farm = Farm::new();
    let registry = Service::registry(&["--fake", "sheep:7b=120000", "--rate", "6000"]);
    // A longer time without a byte than the registry ever takes, and a shorter one than it takes for all.
    let settings = [("PULL_STALL", "12"), ("PULL_SILENCE", "12")];
    let ended = farm.pull(&registry.models(&["sheep:7b"]), &settings).end();
    ended.is(0, &["sheep:7b: there"]).lacks("stands still");
    assert!(ended.after > Duration::from_secs(15), "{:?}", ended.after);
    assert_eq!(registry.count("range=bytes=0-119999"), 1, "{}", registry.log());
}

#[test]
fn a_registry_that_does_not_answer_is_asked_again() {
    if !has(&[]) {
        return;
    }
    let farm = Farm::new();
    let deaf = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let source = format!("{}/library/sheep:7b=sheep:7b", deaf.local_addr().expect("an address"));
    let settings = [("PULL_SILENCE", "3"), ("PULL_SECONDS", "10")];
    let words = ["stands still, a new one goes on: pulling manifest", "not there after 10 s; last: pulling manifest"];
    farm.pull(&source, &settings).end().is(1, &words).within(20);
}

#[test]
fn a_failing_registry_is_tried_again_with_growing_pauses() {
    if !has(&[]) {
        return;
    }
    let farm = Farm::new();
    let registry = Service::registry(&["--fake", "sheep:7b", "--fail-first", "2"]);
    let words =
        ["failure 1 of 5, again in 1 s: Error: pull model manifest: 500", "failure 2 of 5, again in 2 s", "there"];
    farm.pull(&registry.models(&["sheep:7b"]), &[]).end().is(0, &words);

    let registry = Service::registry(&["--fake", "goat:7b", "--fail-first", "99"]);
    let words = ["failure 4 of 5", "/library/goat:7b: given up after 5 failures: Error: pull model manifest: 500"];
    farm.pull(&registry.models(&["goat:7b"]), &[("PULL_PAUSE", "0")]).end().is(1, &words);
    assert_eq!(registry.count("GET"), 5);
    assert!(farm.status().starts_with("not all are there: "), "{}", farm.status());
    farm.lists(&["sheep:7b"]);
}

#[test]
fn the_deadline_ends_it_with_1_the_model_and_the_last_error() {
    if !has(&[]) {
        return;
    }
    let farm = Farm::new();
    let settings = [("PULL_SECONDS", "6"), ("PULL_PAUSE", "9")];
    let word = "127.0.0.1:1/library/sheep:7b: not there after 6 s; last: Error: pull model manifest: Get";
    farm.pull("127.0.0.1:1/library/sheep:7b=sheep:7b", &settings).end().is(1, &[word, "connection refused"]).within(12);

    let registry = Service::registry(&["--fake", NINE_MB, "--rate", "100000"]);
    let settings = [("PULL_SECONDS", "6")];
    let ended = farm.pull(&registry.models(&["sheep:7b"]), &settings).end();
    ended.is(1, &["/library/sheep:7b: not there after 6 s; last: pulling", "KB/s"]).within(15);
    registry.mend();
    farm.pull(&registry.models(&["sheep:7b"]), &[]).end().is(0, &[]);
    assert_eq!(registry.count("range=bytes=0-8999999"), 1, "{}", registry.log());
    farm.lists(&["sheep:7b"]);
}

#[test]
fn a_model_that_does_not_exist_fails_at_once_with_3_and_the_others_are_pulled() {
    if !has(&[]) {
        return;
    }
    let farm = Farm::new();
    let registry = Service::registry(&["--fake", "sheep:7b", "--fake", "goat:7b", "--missing", "goat:7b"]);
    let ended = farm.pull(&registry.models(&["goat:7b", "sheep:7b"]), &[]).end();
    let word = "/library/goat:7b: there is no such model: Error: pull model manifest: file does not exist";
    ended.is(3, &[word, "sheep:7b: there"]).lacks("failure");
    assert_eq!(registry.count("/library/goat/"), 1);
    assert!(farm.status().starts_with("failed: ") && farm.status().ends_with(word), "{}", farm.status());
    farm.lists(&["sheep:7b"]);

    let words = ["there is no such model: Error: 400 Bad Request: invalid model name"];
    farm.pull(&format!("{}/goat:7b=goat:7b", registry.address), &[]).end().is(3, &words);
}

#[test]
fn corrupt_data_never_ends_as_success() {
    if !has(&[]) {
        return;
    }
    let farm = Farm::new();
    let registry = Service::registry(&["--fake", "sheep:7b", "--corrupt", "sheep:7b"]);
    let models = registry.models(&["sheep:7b"]);
    let words = ["given up after 5 failures: Error: digest mismatch, file must be downloaded again"];
    farm.pull(&models, &[("PULL_PAUSE", "0")]).end().is(1, &words);
    farm.lists(&[]);
}

#[test]
fn a_full_disk_says_so_and_a_larger_one_is_enough() {
    if !has(&[]) || !may_mount() {
        return;
    }
    let farm = Farm::new();
    let registry = Service::registry(&["--fake", NINE_MB, "--fake", "goat:7b"]);
    let models = registry.models(&["sheep:7b", "goat:7b"]);
    let text = r#"
        pull() { (PATH=$IMAGE; sh "$FARM/scripts/pull.sh"); }
        mount -t tmpfs -o size=5m none "$OLLAMA_MODELS"
        pull || echo "it ended with $?"
        cat "$OLLAMA_MODELS/.ollama-k8s/status"
        ls "$OLLAMA_MODELS/.ollama-k8s"
        mount -o remount,size=30m "$OLLAMA_MODELS"
        pull
    "#;
    let settings = [("MODELS", models.as_str()), ("PULL_INSECURE", "1"), ("PULL_SECONDS", "60")];
    let ended = farm.start(&mut farm.mounting(text, &settings)).end();
    let words = [
        "/library/sheep:7b: the store is full, it has 0 free of 5.0M: Error: write",
        "no space left on device",
        "it ended with 1\n",
        ": not all are there: ",
        "sheep:7b: there\n",
        "all models are there",
    ];
    ended.is(0, &words).lacks("failure").lacks("lock");
}

#[test]
fn cut_notes_of_a_download_are_no_obstacle() {
    if !has(&[]) {
        return;
    }
    let farm = Farm::new();
    let registry = Service::registry(&["--fake", NINE_MB, "--rate", "500000"]);
    let models = registry.models(&["sheep:7b"]);
    let mut puller = farm.pull(&models, &[]);
    until("notes", || farm.store().join("blobs").exists() && farm.files("blobs").len() == 2);
    puller.kill();
    registry.mend();
    let notes = farm.files("blobs").into_iter().find(|name| name.ends_with("-partial-0")).expect("notes");
    fs::write(farm.store().join("blobs").join(notes), "").expect("written");
    // A lock of one that is dead.
    farm.pull(&models, &[("PULL_LOCK_STALE", "1")]).end().is(0, &["sheep:7b: there"]);
    farm.lists(&["sheep:7b"]);
}

#[test]
fn after_every_end_a_server_starts_and_lists_only_whole_models() {
    if !has(&[]) {
        return;
    }
    let registry = Service::registry(&["--fake", "sheep:7b=2000000", "--fake", "goat:7b", "--rate", "1000000"]);
    let models = registry.models(&["goat:7b", "sheep:7b"]);
    let check = |milliseconds| {
        let farm = Farm::new();
        let mut puller = farm.pull(&models, &[]);
        thread::sleep(Duration::from_millis(milliseconds));
        puller.kill();
        let server = farm.server(&[]);
        let (status, tags) = server.get("/api/tags");
        assert_eq!(status, 200, "{tags}");
        for name in ["goat:7b", "sheep:7b"] {
            let listed = tags.contains(&format!(r#""name":"{name}""#));
            assert_eq!(server.get(&format!("/v1/models/{name}")).0, if listed { 200 } else { 404 }, "{name}: {tags}");
        }
        drop(server);
        farm.pull(&models, &[("PULL_LOCK_STALE", "1")]).end().is(0, &["all models are there"]);
        farm.lists(&["goat:7b", "sheep:7b"]);
    };
    thread::scope(|scope| {
        for milliseconds in [100, 600, 1500, 2500, 3500] {
            scope.spawn(move || check(milliseconds));
        }
    });
}

#[test]
fn sigterm_ends_it_within_five_seconds_in_every_state() {
    if !has(&[]) {
        return;
    }
    let slow = Service::registry(&["--fake", NINE_MB, "--rate", "100000"]);
    let failing = Service::registry(&["--fake", NINE_MB, "--fail-first", "99"]);
    let models = slow.models(&["sheep:7b"]);
    // Where it is, by its words; what it pulls.
    let states = [
        ("looking at what is there", &models),
        ("sheep:7b: pulling", &models),
        ("failure 1 of 5, again in 30 s", &failing.models(&["sheep:7b"])),
    ];
    for (words, models) in states {
        let farm = Farm::new();
        let puller = farm.pull(models, &[("PULL_PAUSE", "30")]);
        puller.says(words);
        let ended = puller.stop();
        ended.is(143, &["told to stop; the next try goes on from here"]).within(5);
        assert_eq!(farm.status(), "told to stop; the next try goes on from here");
        assert!(!farm.store().join(".ollama-k8s/lock").exists());
        farm.lists(&[]);
    }
    let farm = Farm::new();
    let first = farm.pull(&models, &[]);
    until("bytes", || first.said().contains("pulling") && farm.files("blobs").len() == 2);
    let second = farm.pull(&models, &[]);
    second.says("is at work");
    second.stop().is(143, &[]).within(5);
    assert!(farm.store().join(".ollama-k8s/lock/holder").exists(), "the other one's lock");
    first.stop().is(143, &[]).within(5);
    slow.mend();
    farm.pull(&models, &[]).end().is(0, &[]);
    assert!(slow.count("range=bytes=0-8999999 fault=client-gone") >= 1, "{}", slow.log());
    assert_eq!(slow.count("range=bytes=0-8999999 fault=-"), 0, "{}", slow.log());
}
