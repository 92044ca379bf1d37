//! Does `wait.sh` hold a server back until all is there, and does it say why?

use std::fs;

use crate::farm::Farm;
use crate::running::{Ended, Running};
use crate::store::STYLES;

impl Farm {
    fn wait(&self, models: &str, settings: &[(&str, &str)]) -> Running {
        let mut all = vec![("WAIT_FOR", models), ("WAIT_HELP", "look at the $log `of` it\nand do so")];
        all.extend(settings);
        self.script("wait.sh", &all)
    }

    /// In a store that cannot change.
    fn looks(&self, models: &str) -> Ended {
        self.wait(models, &[("WAIT_SILENCE", "0")]).end()
    }
}

#[test]
fn a_model_that_is_whole_is_not_waited_for_however_its_manifest_is_written() {
    for style in STYLES {
        let farm = Farm::new();
        let model = farm.styled("models", "sheep:7b", &["config", "layer", "more"], style);
        farm.wait("sheep:7b", &[]).end().is(0, &["sheep:7b is there\n"]).lacks("waiting");
        for blob in &model.blobs {
            let content = fs::read(blob).expect("a blob");
            let line = format!("waiting for sheep:7b, 0 s: 1 of its 3 files are missing, {}B\n", content.len());
            fs::remove_file(blob).expect("removed");
            farm.looks("sheep:7b").is(1, &[&line]);
            fs::write(blob, &content[1..]).expect("written");
            farm.looks("sheep:7b").is(1, &[&line]);
            fs::write(blob, content).expect("written");
        }
    }
}

#[test]
fn a_manifest_that_is_cut_is_none() {
    let farm = Farm::new();
    let model = farm.model("models", "sheep:7b", &["config", "layer"]);
    let text = fs::read_to_string(&model.manifest).expect("a manifest");
    for cut in ["", "{}", &text[..text.len() / 2], &text[..text.len() - 1]] {
        fs::write(&model.manifest, cut).expect("written");
        farm.looks("sheep:7b").is(1, &["waiting for sheep:7b, 0 s: it has no manifest yet\n"]);
    }
}

#[test]
fn it_says_for_what_and_where_to_look_and_goes_on_when_the_model_is_there() {
    let farm = Farm::new();
    farm.say("sheep:7b: pulling 12 %");
    let waiting = farm.wait("sheep:7b", &[]);
    waiting.says("and do so");
    farm.model("models", "sheep:7b", &["config", "layer"]);
    let words =
        ["  the puller said: pod-1: sheep:7b: pulling 12 %\nlook at the $log `of` it\nand do so\nsheep:7b is there\n"];
    waiting.end().is(0, &words);
}

#[test]
fn a_pod_that_waits_stops_within_two_seconds() {
    let farm = Farm::new();
    let waiting = farm.wait("sheep:7b", &[]);
    waiting.says("and do so");
    waiting.stop().is(143, &[]).within(2);
}

#[test]
fn the_marker_of_a_made_model_must_be_the_wanted_one() {
    let farm = Farm::new();
    farm.model("models", "sheep:7b", &["config", "layer"]);
    farm.looks("sheep:7b=new").is(1, &["sheep:7b, 0 s: it is not yet made from its Modelfile\n"]);
    farm.made("models", "sheep:7b", "old");
    for wanted in ["sheep:7b=new", "sheep:7b"] {
        farm.looks(wanted).is(1, &["sheep:7b, 0 s: it is still the one made from an earlier Modelfile\n"]);
    }
    farm.looks("sheep:7b=old").is(0, &["sheep:7b is there"]);
}

#[test]
fn a_puller_that_failed_ends_it_with_the_reason_in_the_last_line() {
    let farm = Farm::new();
    let waiting = farm.wait("sheep:7b", &[]);
    waiting.says("and do so");
    farm.say("failed: goat: there is no such model: it's $HOME");
    let last = "sheep:7b will not come: the puller failed: goat: there is no such model: it's $HOME\n";
    let ended = waiting.end();
    ended.is(1, &["\nand do so\n", last]);
    assert!(ended.said.ends_with(last), "{}", ended.said);
    // What has failed is of no interest when all is there.
    farm.model("models", "sheep:7b", &["config", "layer"]);
    farm.wait("sheep:7b", &[]).end().is(0, &[]);
}

#[test]
fn silence_ends_it_and_news_do_not() {
    let farm = Farm::new();
    let waiting = farm.wait("sheep:7b", &[("WAIT_SILENCE", "4")]);
    for word in ["10 %", "20 %", "30 %"] {
        std::thread::sleep(std::time::Duration::from_secs(3));
        farm.say(word);
    }
    let ended = waiting.end();
    ended.is(1, &["sheep:7b will not come: it has no manifest yet, and nobody has said a word for 4 s\n", "30 %"]);
    assert!(ended.after.as_secs() >= 11, "{:?}", ended.after);
}

#[test]
fn what_cannot_change_is_not_waited_for() {
    let farm = Farm::new();
    farm.model("models", "sheep:7b", &["config", "layer"]);
    let ended = farm.looks("sheep:7b goat:7b");
    ended.is(1, &["sheep:7b is there\n", "waiting for goat:7b, 0 s: it has no manifest yet\n"]).within(2);
}
