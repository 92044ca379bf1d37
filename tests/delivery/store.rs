//! Models made here, byte by byte, for scripts that need no server.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::farm::Farm;

/// How manifests are written: by Ollama, by registries, and as nobody has yet.
pub const STYLES: [fn(&str, usize) -> String; 3] = [
    |hex, size| format!(r#"{{"mediaType":"application/x","digest":"sha256:{hex}","size":{size}}}"#),
    |hex, size| {
        format!("{{\n  \"mediaType\": \"application/x\",\n  \"size\": {size},\n  \"digest\": \"sha256:{hex}\"\n}}")
    },
    |hex, size| {
        format!(
            r#"{{ "digest" : "sha256:{hex}", "annotations" : {{ "size" : "large" }}, "size" : {size}, "from" : "x" }}"#
        )
    },
];

/// A model of a test, in a store.
pub struct Model {
    pub manifest: PathBuf,
    pub blobs: Vec<PathBuf>,
}

impl Farm {
    pub fn model(&self, store: &str, name: &str, contents: &[&str]) -> Model {
        self.styled(store, name, contents, STYLES[0])
    }

    /// Writes a model with these files; the first is its config.
    pub fn styled(&self, store: &str, name: &str, contents: &[&str], style: fn(&str, usize) -> String) -> Model {
        let store = self.path(store);
        let manifest = store.join("manifests/registry.ollama.ai/library").join(name.replace(':', "/"));
        fs::create_dir_all(manifest.parent().expect("a folder")).expect("made");
        fs::create_dir_all(store.join("blobs")).expect("made");
        let mut blobs = Vec::new();
        let mut parts = Vec::new();
        for text in contents {
            let new = store.join("blobs/new");
            fs::write(&new, text).expect("written");
            let hex = sha256(&new);
            blobs.push(store.join(format!("blobs/sha256-{hex}")));
            fs::rename(&new, blobs.last().expect("one")).expect("renamed");
            parts.push(style(&hex, text.len()));
        }
        let layers = parts[1..].join(", ");
        fs::write(&manifest, format!(r#"{{"schemaVersion":2,"config":{},"layers":[{layers}]}}"#, parts[0]))
            .expect("written");
        Model { manifest, blobs }
    }

    /// Says from which Modelfile a model was made.
    pub fn made(&self, store: &str, name: &str, hash: &str) {
        let file = self.path(store).join(".ollama-k8s/made").join(name.replace(':', "/"));
        fs::create_dir_all(file.parent().expect("a folder")).expect("made");
        fs::write(file, format!("{hash}\n")).expect("written");
    }

    pub fn say(&self, word: &str) {
        fs::create_dir_all(self.store().join(".ollama-k8s")).expect("made");
        fs::write(self.store().join(".ollama-k8s/status"), format!("pod-1: {word}\n")).expect("written");
    }
}

fn sha256(file: &Path) -> String {
    let output = Command::new("sha256sum").arg(file).output().expect("it runs");
    String::from_utf8(output.stdout).expect("text").split(' ').next().expect("a sum").to_owned()
}
