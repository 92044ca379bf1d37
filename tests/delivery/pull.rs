//! What `pull.sh` brings into a store, when nothing fails.

use std::fs;
use std::os::unix::fs::symlink;

use crate::farm::Farm;
use crate::machine::{has, may_mount};
use crate::running::Service;

#[test]
fn what_is_missing_is_pulled_and_a_store_that_is_full_needs_no_network() {
    if !has(&[]) {
        return;
    }
    let farm = Farm::new();
    let registry = Service::registry(&["--fake", "sheep:7b", "--fake", "goat:latest=3000000"]);
    let models = registry.models(&["sheep:7b", "goat:latest"]);
    let words = ["/library/sheep:7b: pulling\n", "sheep:7b: there\n", "goat:latest: there\nall models are there\n"];
    farm.pull(&models, &[]).end().is(0, &words);
    assert_eq!(farm.status(), "all models are there");
    farm.lists(&["goat:latest", "sheep:7b"]);

    let requests = registry.log();
    farm.pull(&models, &[]).end().is(0, &["all models are there"]).lacks("pulling");
    assert_eq!(registry.log(), requests);
}

#[test]
fn only_what_is_missing_is_pulled() {
    if !has(&[]) {
        return;
    }
    let farm = Farm::new();
    let registry = Service::registry(&["--fake", "sheep:7b", "--fake", "goat:latest"]);
    farm.pull(&registry.models(&["sheep:7b"]), &[]).end().is(0, &[]);
    let models = registry.models(&["sheep:7b", "goat:latest"]);
    farm.pull(&models, &[]).end().is(0, &["sheep:7b: present", "goat:latest: there"]);
    assert_eq!(registry.count("/library/sheep/manifests/"), 1);
}

#[test]
fn a_blob_that_is_cut_or_gone_is_pulled_again_and_the_model_is_not_listed_until_then() {
    let Some((farm, registry, models)) = Farm::with_sheep() else { return };
    farm.pull(&models, &[]).end().is(0, &[]);
    let blob = farm.blob();
    for cut in [true, false] {
        if cut {
            fs::write(&blob, "cut").expect("written");
        } else {
            fs::remove_file(&blob).expect("removed");
        }
        // Nobody answers at this address.
        let gone = models.replace(&registry.address, "127.0.0.1:1");
        farm.pull(&gone, &[("PULL_PAUSE", "0")]).end().is(1, &["connection refused"]);
        farm.lists(&[]);
        farm.pull(&models, &[]).end().is(0, &["sheep:7b: there"]);
        farm.lists(&["sheep:7b"]);
    }
}

#[test]
fn a_cut_manifest_is_written_again() {
    let Some((farm, registry, models)) = Farm::with_sheep() else { return };
    farm.pull(&models, &[]).end().is(0, &[]);
    let manifest = farm.store().join("manifests/registry.ollama.ai/library/sheep/7b");
    let text = fs::read_to_string(&manifest).expect("a manifest");
    for cut in ["", &text[..text.len() / 2], &text[..text.len() - 2]] {
        fs::write(&manifest, cut).expect("written");
        farm.pull(&models, &[]).end().is(0, &["sheep:7b: there"]);
        assert_eq!(fs::read_to_string(&manifest).expect("a manifest"), text);
    }
    assert_eq!(registry.count("GET /data/"), 2, "{}", registry.log());
}

#[test]
fn a_store_that_is_not_writable_is_named_with_its_owner() {
    if !may_mount() {
        return;
    }
    let farm = Farm::new();
    let text = r#"exec setpriv --reuid 1000 --regid 1000 --clear-groups env PATH="$IMAGE" sh "$FARM/scripts/pull.sh""#;
    let words =
        ["the store is not writable for 1000:1000, it is 755 0:0: give it to that user, or set mountPermissions"];
    farm.start(&mut farm.mounting(text, &[("MODELS", "sheep:7b"), ("PULL_SECONDS", "9")])).end().is(1, &words);
}

#[test]
fn a_server_that_does_not_start_says_why() {
    if !has(&[]) {
        return;
    }
    let farm = Farm::new();
    let home = farm.path("bad-home");
    fs::create_dir(&home).expect("made");
    symlink("/nowhere", home.join(".ollama")).expect("linked");
    let settings = [("HOME", home.to_str().expect("text"))];
    let word = "the server did not start: Error: could not create directory mkdir";
    farm.pull("127.0.0.1:1/library/sheep:7b=sheep:7b", &settings).end().is(1, &[word]);
    assert!(farm.status().starts_with(word), "{}", farm.status());
}
