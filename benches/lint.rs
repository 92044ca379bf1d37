//! How fast is lint, and does it stay linear? Memory is that of the whole process: /usr/bin/time -v beside the command.

use std::fmt::Write;

use divan::counter::{BytesCount, ItemsCount};
use ollama_k8s::lint::{Options, lint};
use ollama_k8s::tree::Sources;

fn main() {
    divan::main();
}

/// Manifests as people write them: a namespace, a claim, a server, a Service, again and again.
fn manifests(objects: usize) -> String {
    let mut text = String::new();
    for number in 0..objects / 4 {
        write!(text, include_str!("lint.yaml"), number = number,).expect("a string");
    }
    text
}

#[divan::bench(args = [80, 800, 8_000, 80_000])]
fn objects(bencher: divan::Bencher<'_, '_>, objects: usize) {
    let text = manifests(objects);
    let bytes = text.len();
    let mut sources = Sources::default();
    let id = sources.add("manifests.yaml", text);
    bencher
        .counter(BytesCount::new(bytes))
        .counter(ItemsCount::new(objects))
        .bench_local(|| lint(&sources, [id], &Options::default()).found.len());
}
