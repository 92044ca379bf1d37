//! What profile suits a few answers? Short, with the reason beside each line.

use std::fmt::Write;

use crate::facts::{self, GPUS};
use crate::model_name::ModelName;
use crate::names::{DnsLabel, DnsName};
use crate::plan::Fits;
use crate::sizing::{CacheType, Device, Load, Shape, fit_on, known, smallest_card};
use crate::units::Bytes;

/// What somebody wants.
#[derive(Clone, Debug)]
pub struct Answers {
    /// The model.
    pub model: ModelName,
    /// What it runs on.
    pub hardware: Hardware,
    /// Tokens a request may use.
    pub context: u32,
    /// How many servers.
    pub replicas: u32,
    /// Where all objects go.
    pub namespace: DnsLabel,
    /// The class of the disks; none: the cluster's default.
    pub class: Option<DnsName>,
}

/// What a model runs on.
#[derive(Clone, Debug)]
pub enum Hardware {
    /// Cores.
    Cpu,
    /// Cards of the catalogue in one node.
    Gpu(&'static facts::Gpu, u32),
}

/// What `--gpu` and the dialogue take: a card, with `:2` for two of them, or `cpu`.
impl std::str::FromStr for Hardware {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.eq_ignore_ascii_case("cpu") {
            return Ok(Self::Cpu);
        }
        let (name, count) = match text.rsplit_once(':') {
            Some((name, count)) => (name, count.parse().map_err(|_| "expected NAME or NAME:COUNT".to_owned())?),
            None => (text, 1),
        };
        facts::gpu(name)
            .map(|card| Self::Gpu(card, count))
            .ok_or_else(|| format!("no card \"{}\" is known; ollama-k8s gpus lists them", name.escape_debug()))
    }
}

impl std::fmt::Display for Hardware {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Cpu => f.write_str("cpu"),
            Self::Gpu(card, 1) => f.write_str(card.name),
            Self::Gpu(card, count) => write!(f, "{}:{count}", card.name),
        }
    }
}

/// The least that holds a model: one card, or several of a kind in a node; without a GPU that could, the CPU.
pub fn hardware_for(model: &ModelName, context: u32) -> Hardware {
    // Of a model that nobody knows, a common card is as good a guess as any, and `plan` will check it.
    let Some(known) = known(model) else {
        return facts::gpu("l4").map_or(Hardware::Cpu, |card| Hardware::Gpu(card, 1));
    };
    let shapes: [&Shape; 1] = [&known.shape];
    let device = Device::Gpu(Bytes(0));
    let load = Load { context: context.into(), parallel: 1, cache: CacheType::F16, flash_attention: true, device };
    if let Some(card) = smallest_card(&shapes, load, |card| card.vendor == "nvidia") {
        return Hardware::Gpu(card, 1);
    }
    let several = [2, 4, 8].into_iter().find_map(|count| {
        let carried = GPUS.iter().filter(|card| card.vendor == "nvidia" && !card.machines.is_empty());
        let fitting = carried.filter(|card| fit_on(&shapes, load, count, Bytes::mib(card.usable())));
        fitting.min_by_key(|card| card.usable()).map(|card| Hardware::Gpu(card, count))
    });
    several.unwrap_or(Hardware::Cpu)
}

/// The profile, and beside its lines what is known: of the model, and of what would also fit.
pub fn profile(answers: &Answers, modeline: Option<&str>, fits: Option<&Fits>) -> String {
    let Answers { model, hardware, context, replicas, namespace, class } = answers;
    let mut lines = Lines::default();
    if let Some(schema) = modeline {
        lines.plain(&format!("# yaml-language-server: $schema={schema}"));
    }
    lines.plain(&format!(
        "# {model} for the namespace {namespace}. Why each number is what it is: ollama-k8s plan FILE"
    ));
    lines.plain("apiVersion: ollama-k8s/v1\nkind: Profile\nname: ollama");
    lines.plain(&format!("namespace: {namespace}"));
    let shape = known(model).map(|known| known.shape);
    lines.plain("\nmodels:");
    match &shape {
        Some(shape) => {
            let weights = Bytes(shape.weights.0).in_gib();
            lines.with(&format!("  - {model}"), &format!("{weights} GiB; Ready means that this model can be served"));
        }
        None => lines.with(&format!("  - name: {model}"), "not in the catalogue; see needs"),
    }
    lines.plain("\nserver:");
    let most = fits.and_then(|fits| fits.context).filter(|_| shape.is_some());
    let also = most.map_or(String::new(), |most| format!("; up to {most} would fit"));
    lines.with(&format!("  contextLength: {context}"), &format!("tokens of prompt and answer{also}"));
    lines.plain("\nhardware:");
    match hardware {
        Hardware::Cpu => lines.with("  cpu: 8", "cores, and as many threads; the memory is computed"),
        Hardware::Gpu(card, count) => {
            let usable = Bytes::mib(card.usable()).in_gib();
            let each = if *count > 1 { " of each" } else { "" };
            lines.with(
                &format!("  gpu: {hardware}"),
                &format!("{usable} GiB{each} can be used; no smaller card gets the pods"),
            );
        }
    }
    if *replicas > 1 {
        lines.with(&format!("replicas: {replicas}"), "one may be away: for a rollout, a drain, a broken node");
    }
    lines.plain("\nstorage:");
    let of = if class.is_some() { "" } else { " of the cluster's default class" };
    match replicas {
        1 => lines.with("  topology: single", &format!("one ReadWriteOnce claim{of}; its size is computed")),
        _ => lines.with("  topology: perReplica", &format!("a ReadWriteOnce claim{of} for each; sizes are computed")),
    }
    if let Some(class) = class {
        lines.plain(&format!("  class: {class}"));
    }
    if shape.is_none() {
        lines.plain(
            "\nneeds:                         # ollama-k8s models read tells both, from the model's file or server",
        );
        lines.plain("  models[0].size: {is: what the model takes on disk, example: 5Gi}");
        lines.plain("  models[0].kvPerToken: {is: what a token takes in the KV cache, example: 128Ki}");
    }
    lines.0
}

/// Lines of YAML whose comments stand in a column.
#[derive(Default)]
struct Lines(String);

impl Lines {
    fn plain(&mut self, line: &str) {
        self.0 += line;
        self.0.push('\n');
    }

    fn with(&mut self, line: &str, reason: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.0, "{line:29} # {reason}");
    }
}
