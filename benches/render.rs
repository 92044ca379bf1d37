//! How fast is rendering: one profile from its text, and many profiles streaming through the library?

use divan::counter::{BytesCount, ItemsCount};
use ollama_k8s::plan;
use ollama_k8s::profile::{self, BUILT_IN, Profile};
use ollama_k8s::resources;
use ollama_k8s::rules;
use ollama_k8s::scope::Scope;
use ollama_k8s::text::MadeFrom;
use ollama_k8s::tree::Sources;
use ollama_k8s::yaml::{self, Format};

fn main() {
    divan::main();
}

fn names() -> impl Iterator<Item = &'static str> {
    BUILT_IN.iter().map(|profile| profile.name)
}

fn load(name: &str) -> Profile {
    let mut sources = Sources::default();
    let base = sources.add(name, profile::built_in(name).expect("built in").text);
    profile::assemble(&sources, base, &[], &[]).expect("it can be read").profile
}

fn text_of(profile: &Profile, made_from: &MadeFrom, out: &mut String) {
    out.clear();
    let rendered = ollama_k8s::render(profile, made_from).expect("it works");
    yaml::write(&rendered.bundle, Format::Yaml, out);
}

/// From a typed profile to the last byte.
#[divan::bench(args = names())]
fn profile_to_text(bencher: divan::Bencher<'_, '_>, name: &str) {
    let (profile, made_from, mut out) = (load(name), MadeFrom::default(), String::new());
    text_of(&profile, &made_from, &mut out);
    let bytes = out.len();
    bencher.counter(BytesCount::new(bytes)).bench_local(|| text_of(&profile, &made_from, &mut out));
}

/// Many profiles of all four kinds, each with a name of its own, through one buffer: bundles a second.
#[divan::bench]
fn stream_of_profiles(bencher: divan::Bencher<'_, '_>) {
    let kinds: Vec<Profile> = names().map(load).collect();
    let profiles: Vec<Profile> = (0..1000)
        .map(|number| Profile { name: format!("farm-{number}").parse().expect("a name"), ..kinds[number % 4].clone() })
        .collect();
    let (made_from, mut out) = (MadeFrom::default(), String::new());
    bencher.counter(ItemsCount::new(profiles.len())).bench_local(|| {
        for profile in &profiles {
            text_of(profile, &made_from, &mut out);
        }
    });
}

/// Reading a profile's text, for comparison.
#[divan::bench(args = names())]
fn text_to_profile(name: &str) -> Profile {
    load(name)
}

/// The steps of one profile.
mod steps {
    use super::*;

    #[divan::bench]
    fn plan(bencher: divan::Bencher<'_, '_>) {
        let profile = load("ha-rwx");
        bencher.bench_local(|| plan::resolve(&profile));
    }

    #[divan::bench]
    fn resources(bencher: divan::Bencher<'_, '_>) {
        let plan = plan::resolve(&load("ha-rwx")).expect("it works").plan;
        bencher.bench_local(|| resources::build(&plan, &MadeFrom::default()));
    }

    #[divan::bench]
    fn rules(bencher: divan::Bencher<'_, '_>) {
        let plan = plan::resolve(&load("ha-rwx")).expect("it works").plan;
        let bundle = resources::build(&plan, &MadeFrom::default());
        bencher.bench_local(|| rules::check(&Scope::of_made(bundle.iter(), &[])));
    }

    #[divan::bench]
    fn write(bencher: divan::Bencher<'_, '_>) {
        let plan = plan::resolve(&load("ha-rwx")).expect("it works").plan;
        let bundle = resources::build(&plan, &MadeFrom::default());
        let mut out = String::new();
        bencher.bench_local(|| {
            out.clear();
            yaml::write(&bundle, Format::Yaml, &mut out);
        });
    }
}
