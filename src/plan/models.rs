//! Which models are served, under which names, and what is pulled and made for that?

use std::collections::BTreeSet;

use super::figures::{Figures, figures};
use super::{Problem, Problems, modelfile};
use crate::hash::Fnv;
use crate::model_name::ModelName;
use crate::profile::{Model, Profile};
use crate::sizing::{Origin, Shape};
use crate::units::Bytes;

/// A model of the bundle.
#[derive(Clone, Debug)]
pub struct PlannedModel {
    /// What clients and probes ask for; never with a slash.
    pub name: ModelName,
    /// Its weights.
    pub pull: Pulled,
    /// What makes it of them, where it is not as it was pulled.
    pub made: Option<Made>,
    /// Whether it is loaded before the server counts as ready.
    pub preload: bool,
    /// Its size and shape.
    pub shape: Shape,
    /// The type of its weights, where it is known.
    pub quantization: Option<&'static str>,
    /// Where its figures come from.
    pub origin: Origin,
    /// Who published them, or how they were estimated.
    pub source: String,
}

/// A model that is pulled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pulled {
    /// What `ollama pull` gets.
    pub source: ModelName,
    /// What it is called afterwards.
    pub name: ModelName,
}

/// A model that is made by a Modelfile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// The Modelfile.
    pub text: String,
    /// Its hash: another text is made again.
    pub hash: String,
}

impl PlannedModel {
    /// Bytes on disk.
    pub fn disk(&self) -> Bytes {
        self.shape.weights + self.shape.projector
    }
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
    let mut planned: Vec<PlannedModel> = Vec::new();
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
        let recipe = recipe(model, &name, &field, problems);
        // What it is made of may itself be made, of the same weights.
        let base = recipe.base.as_ref().unwrap_or(&model.name);
        let called = recipe.base.as_ref().unwrap_or(&name);
        let is_base = |other: &&PlannedModel| other.name == *base || other.pull.source == *base;
        let of_base = planned.iter().filter(|_| recipe.base.is_some()).find(is_base);
        let known = match of_base {
            Some(other) if model.size.is_none() => Some(Figures {
                shape: other.shape,
                quantization: other.quantization,
                origin: other.origin,
                source: other.source.clone(),
            }),
            _ => figures(model, base, &field, problems),
        };
        let pull = match (of_base, &profile.pull.from) {
            (Some(other), _) if other.made.is_some() => other.pull.clone(),
            (_, Some(host)) if !base.has_host() => Pulled { source: base.at(host), name: called.clone() },
            _ => Pulled { source: base.clone(), name: called.clone() },
        };
        if let Some(Figures { shape, quantization, origin, source }) = known {
            // What it is made of hands its parameters on.
            let own_context = recipe.context.map(u64::from).or(shape.own_context);
            let shape = Shape { own_context, ..shape };
            let below = of_base.and_then(|other| other.made.as_ref());
            let made = recipe.made.map(|made| made.above(below));
            let preload = model.preload;
            planned.push(PlannedModel { name, pull, made, preload, shape, quantization, origin, source });
        }
    }
    planned
}

/// How a model is made of what was pulled.
#[derive(Default)]
struct Recipe {
    /// The model of its `FROM`; none: its own name is pulled.
    base: Option<ModelName>,
    made: Option<Made>,
    context: Option<u32>,
}

fn recipe(model: &Model, name: &ModelName, field: &str, problems: &mut Problems) -> Recipe {
    if let Some(context) = model.context_length
        && !(256..=1_048_576).contains(&context)
    {
        problems.error(
            Problem::new(format!("{field}.contextLength"), format!("{context} is not a context that can be served"))
                .help("256 to 1048576 tokens"),
        );
        return Recipe::default();
    }
    // Ollama has no setting for the context of one model but the parameters of the model itself.
    let parameter = model.context_length.map(|context| format!("PARAMETER num_ctx {context}\n")).unwrap_or_default();
    let Some(text) = &model.modelfile else {
        let made = model.context_length.map(|_| Made::new(format!("FROM {name}\n{parameter}")));
        return Recipe { base: None, made, context: model.context_length };
    };
    let read = match modelfile::read(text) {
        Ok(read) => read,
        Err(why) => {
            let help = "as in `ollama create`: FROM, then PARAMETER, SYSTEM, TEMPLATE, MESSAGE";
            problems.error(Problem::new(format!("{field}.modelfile"), why).help(help));
            return Recipe::default();
        }
    };
    if let (Some(own), Some(other)) = (read.context, model.context_length)
        && own != other
    {
        problems.error(
            Problem::new(format!("{field}.contextLength"), format!("the Modelfile says num_ctx {own}"))
                .and(format!("{field}.modelfile"), "PARAMETER num_ctx")
                .help("keep one of them"),
        );
    }
    if read.from == *name {
        problems.error(
            Problem::new(format!("{field}.modelfile"), format!("`{name}` would be made of itself"))
                .help("give the model another name than the one behind FROM"),
        );
    }
    let end = if text.ends_with('\n') { "" } else { "\n" };
    let parameter = if read.context.is_some() { "" } else { &parameter };
    Recipe {
        base: Some(read.from),
        made: Some(Made::new(format!("{text}{end}{parameter}"))),
        context: read.context.or(model.context_length),
    }
}

impl Made {
    fn new(text: String) -> Self {
        let hash = Fnv::of(&text).in_hex();
        Self { text, hash }
    }

    /// The same of a model that is made itself: when that is made anew, so is this one.
    fn above(self, below: Option<&Self>) -> Self {
        match below {
            Some(below) => Self { hash: Fnv::of(&self.text).with(&below.hash).in_hex(), ..self },
            None => self,
        }
    }
}

/// Everything that is pulled, each once.
pub(super) fn pulled(models: &[PlannedModel]) -> Vec<&Pulled> {
    let mut all: Vec<&Pulled> = Vec::new();
    for model in models {
        if !all.contains(&&model.pull) {
            all.push(&model.pull);
        }
    }
    all
}

/// The weights of all models together: what several are made of counts once.
pub(super) fn all_weights(models: &[PlannedModel]) -> Bytes {
    let is_first = |at: usize| models[..at].iter().all(|other| other.pull.source != models[at].pull.source);
    (0..models.len()).filter(|&at| is_first(at)).map(|at| models[at].disk()).sum()
}

/// The weights of the largest model.
pub(super) fn largest_weights(models: &[PlannedModel]) -> Bytes {
    models.iter().map(PlannedModel::disk).max().unwrap_or_default()
}
