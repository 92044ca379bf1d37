//! Do pullers on one store work one after the other?

use std::fs;

use crate::farm::Farm;
use crate::machine::has;
use crate::running::Service;

#[test]
fn a_second_puller_waits_and_downloads_nothing() {
    if !has(&[]) {
        return;
    }
    let farm = Farm::new();
    let registry = Service::registry(&["--fake", "sheep:7b=3000000", "--rate", "500000"]);
    let models = registry.models(&["sheep:7b"]);
    let first = farm.pull(&models, &[]);
    first.says("pulling");
    let second = farm.pull(&models, &[]);
    second.says("waiting: ");
    // The status stays with the one that works, after the word at the start of the other.
    first.end().is(0, &["sheep:7b: there"]);
    second.end().is(0, &[" is at work\n", "all models are there"]).lacks("pulling").lacks("there is no");
    assert_eq!(registry.count("/manifests/"), 1, "{}", registry.log());
    assert!(!farm.store().join(".ollama-k8s/lock").exists());
}

#[test]
fn a_dead_puller_s_lock_is_taken_over_and_its_progress_too() {
    if !has(&[]) {
        return;
    }
    let farm = Farm::new();
    let registry = Service::registry(&["--fake", "sheep:7b=3000000", "--rate", "500000"]);
    let models = registry.models(&["sheep:7b"]);
    let mut first = farm.pull(&models, &[]);
    first.says("pulling");
    first.kill();
    registry.mend();
    assert!(farm.store().join(".ollama-k8s/lock").exists());
    let ended = farm.pull(&models, &[("PULL_LOCK_STALE", "3")]).end();
    ended.is(0, &["is at work", "has shown no sign of life: taking over", "sheep:7b: there"]);
    farm.lists(&["sheep:7b"]);
    assert_eq!(farm.files(".ollama-k8s"), ["status"]);
}

#[test]
fn a_puller_that_lives_keeps_its_lock() {
    if !has(&[]) {
        return;
    }
    let farm = Farm::new();
    let registry = Service::registry(&["--fake", "sheep:7b=3000000", "--rate", "200000"]);
    let models = registry.models(&["sheep:7b"]);
    let first = farm.pull(&models, &[]);
    first.says("pulling");
    // The sign of life comes every 5 s, the work takes 15 s.
    let second = farm.pull(&models, &[("PULL_LOCK_STALE", "10")]);
    first.end().is(0, &[]).lacks("taken over");
    second.end().is(0, &["is at work"]).lacks("taking over");
}

#[test]
fn a_puller_that_was_taken_for_dead_gives_way() {
    if !has(&[]) {
        return;
    }
    let farm = Farm::new();
    let registry = Service::registry(&["--fake", "sheep:7b=9000000", "--rate", "100000"]);
    let first = farm.pull(&registry.models(&["sheep:7b"]), &[]);
    first.says("pulling");
    fs::write(farm.store().join(".ollama-k8s/lock/holder"), "other/1 5\n").expect("written");
    first.end().is(1, &["another puller has taken over"]).within(15);
    assert!(farm.store().join(".ollama-k8s/lock/holder").exists(), "it is the other one's");
}

#[test]
fn the_deadline_holds_while_another_is_at_work() {
    if !has(&[]) {
        return;
    }
    let farm = Farm::new();
    fs::create_dir_all(farm.store().join(".ollama-k8s/lock")).expect("made");
    fs::write(farm.store().join(".ollama-k8s/lock/holder"), "other/1 5\n").expect("written");
    let settings = [("PULL_SECONDS", "3")];
    let word = "other/1 is still at work after 3 s";
    farm.pull("127.0.0.1:1/library/sheep:7b=sheep:7b", &settings).end().is(1, &[word]).within(9);
    assert_eq!(farm.status(), word);
}

#[test]
fn three_pullers_on_one_store_download_each_blob_once() {
    if !has(&[]) {
        return;
    }
    let farm = Farm::new();
    let registry = Service::registry(&["--fake", "sheep:7b=2000000", "--fake", "goat:7b"]);
    let models = registry.models(&["sheep:7b", "goat:7b"]);
    let pullers = [(); 3].map(|()| farm.pull(&models, &[]));
    for puller in pullers {
        puller.end().is(0, &["all models are there"]);
    }
    assert_eq!(registry.count("GET /data/"), 4, "{}", registry.log());
    farm.lists(&["goat:7b", "sheep:7b"]);
}
