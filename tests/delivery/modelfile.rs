//! Models that `pull.sh` makes from Modelfiles.

use std::fs;

use indoc::{formatdoc, indoc};

use crate::farm::Farm;
use crate::machine::has;
use crate::running::Service;

impl Farm {
    fn modelfile(&self, hash: &str, text: &str) {
        fs::write(self.path("scripts").join(format!("modelfile-{hash}")), text).expect("written");
    }

    /// What a server on the store says of a model.
    fn shows(&self, what: &str, model: &str) -> String {
        self.server(&[]).ask(self, &["show", what, model])
    }

    fn marker(&self, model: &str) -> Option<String> {
        let file = self.store().join(".ollama-k8s/made").join(model.replace(':', "/"));
        fs::read_to_string(file).ok().map(|text| text.trim().to_owned())
    }
}

#[test]
fn a_modelfile_with_quotes_dollars_and_backticks_arrives_as_written() {
    if !has(&[]) {
        return;
    }
    let farm = Farm::new();
    let registry = Service::registry(&["--fake", "sheep:7b"]);
    let said = "\"Bah\", it's $HOME `id` $(id) \\n \\ 100 % <b> && ; 'so'\nand more";
    let source = format!("{}/library/sheep:7b", registry.address);
    farm.modelfile(
        "ab12",
        &formatdoc! {r#"
        FROM {source}
        PARAMETER temperature 0.25
        SYSTEM """{said}"""
    "#},
    );
    let settings = [("CREATE", "shepherd:v1=ab12")];
    let models = registry.models(&["sheep:7b"]);
    farm.pull(&models, &settings).end().is(0, &["shepherd:v1: making", "shepherd:v1: there", "all models are there"]);
    assert_eq!(farm.shows("--system", "shepherd:v1"), said);
    assert!(farm.shows("--parameters", "shepherd:v1").contains("temperature"));
    assert_eq!(farm.marker("shepherd:v1").as_deref(), Some("ab12"));

    let requests = registry.log();
    farm.pull(&models, &settings).end().is(0, &[]).lacks("making");
    assert_eq!(registry.log(), requests);
}

#[test]
fn a_changed_modelfile_is_made_again_and_nothing_of_the_old_one_stays() {
    let Some((farm, registry, models)) = Farm::with_sheep() else { return };
    farm.modelfile("a", "FROM sheep:7b\nPARAMETER top_k 7\n");
    farm.modelfile("b", "FROM sheep:7b\nPARAMETER temperature 0.5\n");
    for (hash, wanted, gone) in [("a", "top_k", "temperature"), ("b", "temperature", "top_k")] {
        farm.pull(&models, &[("CREATE", &format!("sheep:7b={hash}"))]).end().is(0, &["sheep:7b: making"]);
        let shown = farm.shows("--parameters", "sheep:7b");
        assert!(shown.contains(wanted) && !shown.contains(gone), "{shown}");
        assert_eq!(farm.marker("sheep:7b").as_deref(), Some(hash));
    }
    assert_eq!(registry.count("GET /data/"), 2, "{}", registry.log());
}

#[test]
fn a_model_that_is_plain_again_loses_its_parameters() {
    let Some((farm, _registry, models)) = Farm::with_sheep() else { return };
    farm.modelfile("a", "FROM sheep:7b\nPARAMETER top_k 7\n");
    farm.pull(&models, &[("CREATE", "sheep:7b=a")]).end().is(0, &[]);
    assert!(farm.shows("--parameters", "sheep:7b").contains("top_k"));
    farm.pull(&models, &[]).end().is(0, &["sheep:7b: there"]);
    assert!(!farm.shows("--parameters", "sheep:7b").contains("top_k"));
    assert_eq!(farm.marker("sheep:7b"), None);
}

#[test]
fn a_modelfile_that_is_refused_ends_with_3_and_its_message() {
    if !has(&[]) {
        return;
    }
    let farm = Farm::new();
    let registry = Service::registry(&["--fake", "sheep:7b"]);
    farm.modelfile("a", "FROM sheep:7b\nPARAMETRE top_k 7\n");
    farm.modelfile("b", "FROM sheep:7b\nPARAMETER top_k seven\n");
    farm.modelfile("c", "FROM sheep:7b\n");
    let settings = [("CREATE", "x:1=a y:1=b z:1=c")];
    let words = [
        "x:1: the Modelfile is refused: Error: (line 2): command must be one of",
        "y:1: the Modelfile is refused: Error: ",
        "z:1: there\nfailed: x:1",
    ];
    farm.pull(&registry.models(&["sheep:7b"]), &settings).end().is(3, &words);
    assert!(farm.status().starts_with("failed: x:1: the Modelfile is refused"), "{}", farm.status());
    farm.lists(&["sheep:7b", "z:1"]);
}

#[test]
fn without_its_model_nothing_is_made_and_nothing_asked_for() {
    if !has(&[]) {
        return;
    }
    let farm = Farm::new();
    farm.modelfile(
        "a",
        indoc! {"
        # A comment.
        FROM sheep:7b
    "},
    );
    let settings = [("CREATE", "x:1=a"), ("PULL_PAUSE", "0")];
    let words = ["given up after 5 failures", "x:1: not made, as sheep:7b is not there"];
    farm.pull("127.0.0.1:1/library/sheep:7b=sheep:7b", &settings).end().is(1, &words);
    farm.lists(&[]);
}
