//! `model-unknown`: a model that the library does not have.

use std::collections::BTreeSet;

use super::{Findings, Rule, Severity, Versions};
use crate::facts::{self, LIBRARY, MODELS};
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
    for wanted in scope.models().all().filter(|wanted| wanted.name.fits_in_a_path() && !wanted.is_in_the_cloud()) {
        let Some((message, help)) = wrong(&wanted.name) else { continue };
        let Some(item) = scope.items().get(wanted.number) else { continue };
        if seen.insert((wanted.number, &wanted.path, &wanted.name)) {
            findings.add(*item, &wanted.path, message, help);
        }
    }
}

fn wrong(name: &ModelName) -> Option<(String, String)> {
    if let Some(row) = facts::library_model(&name.model) {
        if row.has_size_of(&name.tag)? || facts::model(name).is_some() {
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
    let says = |meant: String| Some((format!("ollama.com has no model `{}`", name.model), format!("pull {meant}")));
    if let Some((model, size)) = name.model.rsplit_once('-').filter(|_| name.tag == "latest")
        && let Some(row) = facts::library_model(model)
        && row.sizes.contains(&size)
    {
        return says(format!("{model}:{size}"));
    }
    let plain = plain(&name.model);
    let meant = names().find(|known| self::plain(known) == plain)?;
    says(format!("{meant}:{}", name.tag))
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
