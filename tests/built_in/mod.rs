//! The built-in profiles as tests want them: with their examples, and with settings of the test's own.
#![allow(dead_code, reason = "every test file uses a part")]

use ollama_k8s::profile::{self, BUILT_IN, Loaded};
use ollama_k8s::text::MadeFrom;
use ollama_k8s::tree::Sources;
use ollama_k8s::yaml::{self, Format};
use ollama_k8s::{Refusal, Rendered};

/// The names of all of them.
pub fn names() -> impl Iterator<Item = &'static str> {
    BUILT_IN.iter().map(|profile| profile.name)
}

/// A profile with settings such as `replicas=3`; examples stand in for what only a user knows.
pub fn load(name: &str, settings: &[&str]) -> Loaded {
    let mut sources = Sources::default();
    let base = sources.add(name, profile::built_in(name).expect("a built-in profile").text);
    let settings: Vec<_> = settings.iter().map(|setting| sources.add("--set", *setting)).collect();
    profile::assemble(&sources, base, &[], &settings).expect("a profile that can be read")
}

/// The bundle of a profile with settings, or why there is none.
pub fn try_render(name: &str, settings: &[&str]) -> Result<Rendered, Refusal> {
    let made_from = MadeFrom { profile: name.into(), examples: Vec::new() };
    ollama_k8s::render(&load(name, settings).profile, &made_from)
}

/// The bundle of a profile with settings that it bears.
pub fn render(name: &str, settings: &[&str]) -> Rendered {
    try_render(name, settings).expect("a profile that works")
}

/// The text of a bundle.
pub fn text(rendered: &Rendered, format: Format) -> String {
    let mut text = String::new();
    yaml::write(&rendered.bundle, format, &mut text);
    text
}
