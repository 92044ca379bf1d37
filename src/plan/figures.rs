//! How large is a model: what the profile gives, or what the catalogue knows of its name?

use super::{Problem, Problems};
use crate::facts;
use crate::model_name::ModelName;
use crate::profile::Model;
use crate::sizing::{Known, Origin, Shape, implausible, known};
use crate::tree::nearest;
use crate::units::Bytes;

/// What is known of a model's size.
pub(super) struct Figures {
    pub shape: Shape,
    pub quantization: Option<&'static str>,
    pub origin: Origin,
    pub source: String,
}

/// The figures of a model whose weights are those of `weights`: its own name, or what it is made of.
pub(super) fn figures(model: &Model, weights: &ModelName, field: &str, problems: &mut Problems) -> Option<Figures> {
    let network = &model.network;
    if let Some((number, most)) = implausible(network) {
        problems.error(
            Problem::new(format!("{field}.{number}"), format!("no model has more than {most}"))
                .help("take the number from `ollama show`, or from `ollama-k8s models read FILE`"),
        );
        return None;
    }
    let has_cache = network.kv_heads > 0 && network.head_dim > 0 || network.kv_lora > 0 || network.pooling;
    let (given, source) = (Origin::Profile, "the profile".to_owned());
    let shape = match (model.size, model.kv_per_token) {
        (Some(size), Some(kv)) => Some(Shape::given(size, kv)),
        (Some(size), None) if network.layers > 0 && has_cache => Some(Shape::new(network, size, Bytes(0), None)),
        (None, None) if network.layers == 0 && !has_cache && network.heads == 0 => {
            let found = known(weights);
            match &found {
                None => problems.error(unknown(weights, field)),
                Some(found) if found.origin == Origin::Estimate => {
                    problems.warning(estimated(weights, found, field));
                }
                Some(_) => {}
            }
            return found.map(|found| Figures {
                shape: found.shape,
                quantization: Some(found.quantization),
                origin: found.origin,
                source: source_of(&found),
            });
        }
        _ => {
            problems.error(
                Problem::new(field, format!("the shape of `{}` is given only in part", model.name))
                    .help("give size with layers, kvHeads and headDim, or size with kvPerToken"),
            );
            None
        }
    };
    shape.map(|shape| Figures { shape, quantization: None, origin: given, source })
}

fn source_of(found: &Known) -> String {
    let row = found.row;
    let rounded = if row.rounded { ", rounded by the library" } else { "" };
    match found.origin {
        Origin::Estimate => format!("estimated from {} ({}) by the bits of a weight", row.name, row.quantization),
        _ => format!("{}{rounded}; {}", row.source, row.network.source),
    }
}

fn estimated(name: &ModelName, found: &Known, field: &str) -> Problem {
    let (size, row) = ((found.shape.weights + found.shape.projector).in_gib(), found.row);
    let message =
        format!("`{name}` is not in the catalogue: {size} GiB are estimated from `{}`, {}", row.name, row.quantization);
    Problem::new(field, message)
        .help("give its shape, which `ollama-k8s models read FILE` takes from a GGUF file, to be exact")
}

fn unknown(name: &ModelName, field: &str) -> Problem {
    let family = |row: &facts::Model| row.name.split(':').next() == Some(&name.model);
    // A family may have dozens of tags: the plain ones say which sizes there are.
    let is_plain = |row: &&facts::Model| !row.name.contains('-') || name.model.contains('-');
    let same: Vec<&str> = facts::MODELS.iter().filter(|row| family(row)).filter(is_plain).map(|row| row.name).collect();
    let near = match same[..same.len().min(8)].join(", ") {
        there if !there.is_empty() => format!("; there are: {there}"),
        _ => misspelt(name).map(|meant| format!("; did you mean {meant}?")).unwrap_or_default(),
    };
    let example = "{name: NAME, size: 12Gi, layers: 40, kvHeads: 8, headDim: 128}";
    Problem::new(field, format!("nothing is known of the model `{name}`, so its memory cannot be computed{near}"))
        .help(format!("give its size and shape, which `ollama-k8s models read FILE` takes from a GGUF file: {example}"))
}

/// The same tag of the family whose name is nearest, where there is such a tag.
fn misspelt(name: &ModelName) -> Option<ModelName> {
    let families: Vec<&str> = facts::MODELS.iter().filter_map(|row| row.name.split(':').next()).collect();
    let model = nearest(&name.model, &families)?.to_owned();
    let meant = ModelName { model, ..name.clone() };
    facts::model(&meant).map(|_| meant)
}
