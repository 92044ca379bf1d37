//! `model-unknown`: a model that the library does not have.

use std::collections::BTreeSet;

use super::{Findings, Rule, Severity, Versions};
use crate::facts::{self, LIBRARY, LibraryModel, MODELS};
use crate::model_name::ModelName;
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "model-unknown",
    severity: Severity::Error,
    summary: "a model that the library does not have",
    versions: Versions::All,
    docs: include_str!("model_unknown.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let mut seen = BTreeSet::new();
    for wanted in scope.models().all().filter(|wanted| !wanted.is_in_the_cloud()) {
        let Some((message, help)) = wrong(&wanted.name) else { continue };
        let Some(item) = scope.items().get(wanted.number) else { continue };
        if seen.insert((wanted.number, &wanted.path, &wanted.name)) {
            findings.add(*item, &wanted.path, message, help);
        }
    }
}

/// Organisations whose models people know from Hugging Face, and which publish none under these names on ollama.com.
const OF_HUGGING_FACE: [&str; 10] = [
    "qwen",
    "meta-llama",
    "mistralai",
    "google",
    "deepseek-ai",
    "microsoft",
    "thebloke",
    "bartowski",
    "unsloth",
    "ibm-granite",
];

fn wrong(name: &ModelName) -> Option<(String, String)> {
    let written = name.to_string();
    let id = written.strip_suffix(":latest").unwrap_or(&written);
    let parts: Vec<&str> = id.split(':').next().unwrap_or_default().split('/').collect();
    if let [owner, model] = parts[..]
        && OF_HUGGING_FACE.contains(&owner.to_ascii_lowercase().as_str())
        && ["-instruct", "-gguf", "-it", "-chat", "-base"].iter().any(|end| model.to_ascii_lowercase().ends_with(end))
    {
        let message = format!("`{id}` is a name of Hugging Face: ollama.com has no such model");
        let help = format!("pull hf.co/{owner}/{model}, if it is in GGUF format, or a model of ollama.com/library");
        return Some((message, help));
    }
    if !name.fits_in_a_path() {
        return None;
    }
    if let Some(row) = facts::library_model(&name.model) {
        if facts::model(name).is_some() || row.partial {
            return None;
        }
        let Some(has) = row.has_size_of(&name.tag) else {
            let size = meant_size(row, &name.tag)?;
            let message = format!("ollama.com has no `{name}`: `{}` comes in {}", row.name, row.sizes.join(", "));
            return Some((message, format!("pull {}:{size}", row.name)));
        };
        if has {
            return None;
        }
        let offered: Vec<String> = row.sizes.iter().map(|size| format!("{}:{size}", row.name)).collect();
        return Some((
            format!("ollama.com has no `{name}`: `{}` comes in {}", row.name, row.sizes.join(", ")),
            format!("pull {}", offered.join(", or ")),
        ));
    }
    if names().any(|known| known == name.model) {
        return None;
    }
    let written = name.to_string();
    let written = written.strip_suffix(":latest").unwrap_or(&written);
    let says = |meant: String| Some((format!("ollama.com has no model `{written}`"), format!("pull {meant}")));
    if let Some((model, size)) = name.model.rsplit_once('-').filter(|_| name.tag == "latest")
        && let Some(row) = facts::library_model(model)
        && row.sizes.contains(&size)
    {
        return says(format!("{model}:{size}"));
    }
    let plain = plain(&name.model);
    let meant = names().find(|known| self::plain(known) == plain).or_else(|| slip(&name.model))?;
    says(format!("{meant}:{}", name.tag))
}

/// The size that a tag means which begins with a number and no size: `3bb` and `3` mean `3b`.
fn meant_size(row: &LibraryModel, tag: &str) -> Option<&'static str> {
    let written = tag.split('-').next().filter(|part| part.starts_with(|c: char| c.is_ascii_digit()))?;
    let mut near = row.sizes.iter().filter(|size| strsim::osa_distance(written, size) == 1);
    near.next().filter(|_| near.next().is_none()).copied()
}

/// The model whose name is written with one wrong letter: `lama3.2` and `mistrl`, but not `llama3.3` for `llama3.2`.
fn slip(name: &str) -> Option<&'static str> {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let ends = |text: &str| (text.chars().next(), text.chars().last());
    let mut near: Vec<&str> = names()
        .filter(|known| {
            let longest = known.len().max(name.len());
            longest >= 6
                && strsim::osa_distance(known, name) == 1
                && ends(known) == ends(name)
                && digits(known) == digits(name)
        })
        .collect();
    near.sort_unstable();
    near.dedup();
    if let [only] = near[..] { Some(only) } else { None }
}

/// The names of all models that are known.
fn names() -> impl Iterator<Item = &'static str> {
    let of_tags = MODELS.iter().filter_map(|row| row.name.split(':').next());
    LIBRARY.iter().map(|row| row.name).chain(of_tags)
}

/// A name without what is easily written in another way.
fn plain(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '-' | '_' | '.')).collect()
}
