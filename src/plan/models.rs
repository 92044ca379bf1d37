//! Which models are served, under which names, and what is known of their size?

use std::collections::BTreeSet;

use super::{Problem, Problems};
use crate::facts;
use crate::model_name::ModelName;
use crate::profile::{Model, Profile};
use crate::sizing::{Shape, kv_per_token};
use crate::units::Bytes;

/// A model of the bundle.
#[derive(Clone, Debug)]
pub struct PlannedModel {
    /// What clients and probes ask for; never with a slash.
    pub name: ModelName,
    /// What `ollama pull` gets.
    pub pull: ModelName,
    /// Its size and shape.
    pub shape: Shape,
}

pub(super) fn plan(profile: &Profile, problems: &mut Problems) -> Vec<PlannedModel> {
    if profile.models.is_empty() {
        problems.error(Problem::new("models", "the profile names no model").help("add one: models: [llama3.2:3b]"));
    }
    if let Some(host) = &profile.pull.from
        && format!("{host}/library/model").parse::<ModelName>().is_err()
    {
        problems.error(
            Problem::new("pull.from", format!("\"{host}\" is not a registry: expected host or host:port"))
                .help("leave out https:// and any path; for plain http set pull.insecure: true"),
        );
    }
    let mut seen = BTreeSet::new();
    let mut planned = Vec::new();
    for (at, model) in profile.models.iter().enumerate() {
        let field = format!("models[{at}]");
        // A probe cannot ask for a name with a slash, so such a model gets a short name after the pull.
        let name = model.name.short();
        if !seen.insert(name.clone()) {
            problems.error(
                Problem::new(&field, format!("two models would both be served as `{name}`"))
                    .help("keep one of them: a name with a slash is served under its last part"),
            );
        }
        let pull = match &profile.pull.from {
            Some(host) if !model.name.has_host() => model.name.at(host),
            _ => model.name.clone(),
        };
        if let Some(shape) = shape(model, &field, problems) {
            planned.push(PlannedModel { name, pull, shape });
        }
    }
    planned
}

fn shape(model: &Model, field: &str, problems: &mut Problems) -> Option<Shape> {
    let kv = match (model.kv_per_token, model.layers, model.kv_heads, model.head_dim) {
        (Some(bytes), ..) => Some(bytes),
        (None, Some(layers), Some(heads), Some(dim)) => Some(kv_per_token(layers.into(), heads.into(), dim.into())),
        _ => None,
    };
    match (model.size, kv) {
        (Some(size), Some(kv)) => Some(Shape::given(size, kv)),
        (None, None) if model.layers.or(model.kv_heads).or(model.head_dim).is_none() => {
            let row = facts::model(&model.name);
            if row.is_none() {
                problems.error(unknown(&model.name, field));
            }
            row.map(Shape::of)
        }
        _ => {
            problems.error(
                Problem::new(field, format!("the shape of `{}` is given only in part", model.name))
                    .help("give size with layers, kvHeads and headDim, or size with kvPerToken"),
            );
            None
        }
    }
}

fn unknown(name: &ModelName, field: &str) -> Problem {
    let known: Vec<&str> = facts::MODELS.iter().map(|row| row.name).collect();
    let same: Vec<&str> =
        known.iter().filter(|known| known.starts_with(&format!("{}:", name.model))).copied().collect();
    let near = if same.is_empty() { String::new() } else { format!("; there are: {}", same.join(", ")) };
    let example = "{name: NAME, size: 12Gi, layers: 40, kvHeads: 8, headDim: 128}";
    Problem::new(field, format!("nothing is known of the model `{name}`, so its memory cannot be computed{near}"))
        .help(format!("give its size and shape, as `ollama show` prints them: {example}"))
}

/// The weights of all models together.
pub(super) fn all_weights(models: &[PlannedModel]) -> Bytes {
    models.iter().map(|model| model.shape.weights).sum()
}

/// The weights of the largest model.
pub(super) fn largest_weights(models: &[PlannedModel]) -> Bytes {
    models.iter().map(|model| model.shape.weights).max().unwrap_or_default()
}
