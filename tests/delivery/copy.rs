//! Does `copy.sh` make a local store equal to a shared one, no more and no less?

use std::fs;
use std::process::Command;

use crate::farm::Farm;
use crate::machine::may_mount;
use crate::running::Running;

impl Farm {
    fn copy(&self, models: &str) -> Running {
        self.script("copy.sh", &[("SOURCE", self.path("source").to_str().expect("text")), ("COPY", models)])
    }

    fn is_there(&self, models: &str) {
        self.script("wait.sh", &[("WAIT_FOR", models), ("WAIT_SILENCE", "0")]).end().is(0, &[]);
    }
}

#[test]
fn what_is_wanted_is_copied_and_nothing_else() {
    let farm = Farm::new();
    farm.model("source", "sheep:7b", &["config", "layer", "shared"]);
    farm.model("source", "goat:7b", &["other", "big", "shared"]);
    farm.made("source", "sheep:7b", "ab12");
    let words = ["copying sha256-", "B of 17B, 100 %\n", "sheep:7b is there\n"];
    assert_eq!(farm.copy("sheep:7b").end().is(0, &words).count("copying"), 3);
    farm.is_there("sheep:7b=ab12");
    assert_eq!(farm.files("blobs").len(), 3);
    assert_eq!(farm.files("manifests/registry.ollama.ai/library"), ["sheep"]);
    assert_eq!(farm.files(".ollama-k8s"), ["made"]);
}

#[test]
fn only_what_changed_is_copied_and_what_is_not_wanted_any_more_is_removed() {
    let farm = Farm::new();
    farm.model("source", "sheep:7b", &["config", "layer", "shared"]);
    farm.model("source", "goat:7b", &["other", "big", "shared"]);
    farm.made("source", "sheep:7b", "ab12");
    farm.copy("sheep:7b").end().is(0, &[]);
    farm.copy("sheep:7b").end().is(0, &["sheep:7b is there"]).lacks("copying").lacks("removing");
    // A part that was left, a blob that was cut, a model that was made by hand.
    fs::write(farm.store().join("blobs/sha256-1234-partial"), "part").expect("written");
    fs::write(farm.store().join(".ollama-k8s/part"), "part").expect("written");
    farm.model("models", "cow:7b", &["config"]);
    fs::remove_file(farm.path("source/.ollama-k8s/made/sheep/7b")).expect("removed");
    fs::write(farm.blob(), "cut").expect("written");
    let ended = farm.copy("sheep:7b").end();
    ended.is(0, &["removing manifests/registry.ollama.ai/library/cow/7b", "removing blobs/sha256-1234-partial"]);
    assert_eq!(ended.count("copying"), 1, "{}", ended.said);
    farm.is_there("sheep:7b");
    // Another one, which shares a file.
    let ended = farm.copy("goat:7b").end();
    assert_eq!((ended.count("copying"), ended.count("removing")), (2, 3), "{}", ended.said);
    farm.is_there("goat:7b");
    // The same name with another content.
    farm.model("source", "goat:7b", &["other", "newer", "shared"]);
    assert_eq!(farm.copy("goat:7b").end().is(0, &[]).count("copying"), 1);
    farm.is_there("goat:7b");
    assert_eq!(farm.files("blobs").len(), 3);
    // Nothing is wanted: a server starts on that as well.
    farm.copy("").end().is(0, &[]);
    assert_eq!((farm.files("blobs").len(), farm.files("manifests").len()), (0, 0));
}

#[test]
fn a_source_that_is_not_whole_is_not_copied() {
    let farm = Farm::new();
    let model = farm.model("source", "sheep:7b", &["config", "layer"]);
    fs::remove_file(&model.blobs[1]).expect("removed");
    farm.copy("sheep:7b").end().is(1, &["sheep:7b is not whole in "]);
    farm.copy("goat:7b").end().is(1, &["goat:7b is not whole in "]);
}

#[test]
fn a_damaged_source_is_named_and_nothing_of_it_is_served() {
    let farm = Farm::new();
    let model = farm.model("source", "sheep:7b", &["config", "layer"]);
    fs::write(&model.blobs[1], "lbyer").expect("written");
    let file = model.blobs[1].to_str().expect("text");
    farm.copy("sheep:7b").end().is(1, &[&format!("the source is damaged: the sum of {file} is ")]);
    assert!(!farm.store().join("blobs").join(model.blobs[1].file_name().expect("a name")).exists());
    assert_eq!(farm.files("manifests").len(), 0);
    assert_eq!(farm.files(".ollama-k8s").len(), 0);
}

#[test]
fn too_little_space_is_said_before_anything_is_copied() {
    if !may_mount() {
        return;
    }
    let farm = Farm::new();
    farm.model("source", "sheep:7b", &["config", &"layer".repeat(1_000_000)]);
    let source = farm.path("source");
    let settings = [("SOURCE", source.to_str().expect("text")), ("COPY", "sheep:7b")];
    let text = r#"mount -t tmpfs -o size=4m none "$OLLAMA_MODELS"; PATH=$IMAGE; sh "$FARM/scripts/copy.sh""#;
    let ended = farm.start(&mut farm.mounting(text, &settings)).end();
    ended.is(1, &["too little space in ", ": 5000006 bytes are needed, it has 4.0M free of 4.0M\n"]).lacks("copying");
}

#[test]
fn sigterm_ends_a_copy_within_five_seconds_and_leaves_no_part() {
    let farm = Farm::new();
    let model = farm.model("source", "sheep:7b", &["config", "layer"]);
    let blob = &model.blobs[1];
    // A source of which not even the first byte comes: a pipe into which nobody writes.
    fs::remove_file(blob).expect("removed");
    assert!(Command::new("mkfifo").arg(blob).status().expect("mkfifo").success());
    let _silent = fs::OpenOptions::new().read(true).write(true).open(blob).expect("a pipe");
    let manifest = fs::read_to_string(&model.manifest).expect("a manifest").replace("\"size\":5", "\"size\":0");
    fs::write(&model.manifest, manifest).expect("written");
    let copier = farm.copy("sheep:7b");
    copier.says(", 0B");
    copier.stop().is(143, &["told to stop; the next try goes on from here"]).within(5);
    assert_eq!(farm.files("manifests").len(), 0);
    assert_eq!(farm.files(".ollama-k8s").len(), 0);
}
