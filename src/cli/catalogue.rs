//! `models`, `gpus`, `platforms`: what is known of the world, as a table or as JSON.

use clap::{Args, Subcommand};
use serde::Serialize;

use super::output::{self, Format};
use super::{Failure, read};
use crate::facts::{self, GPUS, MODELS, PLATFORMS};
use crate::sizing::{CacheType, Device, Load, Shape, footprint, smallest_card};
use crate::units::Bytes;

/// List and search the models whose memory is known
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  ollama-k8s models qwen3                      tags of the library, and the smallest GPU for each
  ollama-k8s models \"llama3 70b\" -o json"
)]
pub(super) struct ModelsArguments {
    #[command(subcommand)]
    command: Option<ModelsCommand>,
    #[command(flatten)]
    query: Query,
}

#[derive(Debug, Subcommand)]
enum ModelsCommand {
    Read(read::Arguments),
}

/// List and search the GPUs
#[derive(Debug, Args)]
pub(super) struct GpusArguments {
    #[command(flatten)]
    query: Query,
}

/// List the kinds of cluster
#[derive(Debug, Args)]
pub(super) struct PlatformsArguments {
    #[command(flatten)]
    query: Query,
}

#[derive(Debug, Args)]
struct Query {
    /// Words that a row must contain
    query: Vec<String>,
    /// How to write it
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: Format,
}

/// Contexts at which memory is shown: what a bundle has by default.
const SHOWN: Load =
    Load { context: 8192, parallel: 1, cache: CacheType::F16, flash_attention: true, device: Device::Gpu(Bytes(0)) };

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ModelRow {
    name: &'static str,
    quantization: &'static str,
    disk: u64,
    context: u64,
    kv_per_token: u64,
    /// With 8192 tokens of context.
    memory: u64,
    /// Of which one holds it with 8192 tokens of context.
    smallest_gpu: Option<&'static str>,
    rounded: bool,
    source: &'static str,
    checked: &'static str,
}

impl From<&'static facts::Model> for ModelRow {
    fn from(row: &'static facts::Model) -> Self {
        let shape = Shape::of(row);
        Self {
            name: row.name,
            quantization: row.quantization,
            disk: row.bytes,
            context: shape.context.unwrap_or(0),
            kv_per_token: shape.kv_per_token().0,
            memory: footprint(&shape, SHOWN).total().0,
            smallest_gpu: smallest_card(&[&shape], SHOWN, |card| card.vendor == "nvidia").map(|card| card.name),
            rounded: row.rounded,
            source: row.source,
            checked: row.checked,
        }
    }
}

pub(super) fn models(arguments: &ModelsArguments) -> Result<(), Failure> {
    if let Some(ModelsCommand::Read(arguments)) = &arguments.command {
        return read::run(arguments);
    }
    let rows: Vec<ModelRow> = MODELS
        .iter()
        .filter(|row| arguments.query.matches(&[row.name, row.quantization]))
        .map(ModelRow::from)
        .collect();
    let gib = |bytes: u64| format!("{} GiB", Bytes(bytes).in_gib());
    let cells = rows.iter().map(|row| {
        [
            row.name.to_owned(),
            row.quantization.to_owned(),
            gib(row.disk),
            gib(row.memory),
            format!("{} KiB", row.kv_per_token / 1024),
            row.context.to_string(),
            row.smallest_gpu.unwrap_or("none alone").to_owned(),
        ]
    });
    let head = ["MODEL", "WEIGHTS", "DISK", "MEMORY AT 8192", "A TOKEN", "LONGEST", "SMALLEST GPU"];
    arguments.query.show(&rows, head, &cells.collect::<Vec<_>>(), "model")
}

pub(super) fn gpus(arguments: &GpusArguments) -> Result<(), Failure> {
    let text = |row: &facts::Gpu| [row.aliases, row.products, row.machines].concat().join(" ");
    let matches = |row: &&facts::Gpu| arguments.query.matches(&[row.name, row.vendor, &text(row)]);
    let rows: Vec<&facts::Gpu> = GPUS.iter().filter(matches).collect();
    let cells = rows.iter().map(|row| {
        let machines = match row.machines {
            [] => String::new(),
            [one] => (*one).to_owned(),
            [first, rest @ ..] => format!("{first} and {} more", rest.len()),
        };
        [
            row.name.to_owned(),
            row.vendor.to_owned(),
            format!("{} MiB", row.memory),
            format!("{} MiB", row.usable()),
            row.products.first().copied().unwrap_or_default().to_owned(),
            machines,
        ]
    });
    let head = ["GPU", "VENDOR", "MEMORY", "USABLE", "LABEL", "MACHINES"];
    arguments.query.show(&rows, head, &cells.collect::<Vec<_>>(), "GPU")
}

pub(super) fn platforms(arguments: &PlatformsArguments) -> Result<(), Failure> {
    let rows: Vec<&facts::Platform> = PLATFORMS.iter().filter(|row| arguments.query.matches(&[row.name])).collect();
    let or = |text: &str, other: &str| if text.is_empty() { other } else { text }.to_owned();
    let cells = rows.iter().map(|row| {
        let class = if row.no_default { "none" } else { "not known" };
        [
            row.name.to_owned(),
            or(row.gpu_nodes, "none to count on"),
            row.card_label.to_owned(),
            or(row.default_class, class),
            or(row.disk, "not known"),
            or(row.files, "not known"),
        ]
    });
    let head = ["PLATFORM", "LABEL OF GPU NODES", "LABEL OF THE CARD", "DEFAULT CLASS", "DISKS", "SHARED FILES"];
    arguments.query.show(&rows, head, &cells.collect::<Vec<_>>(), "platform")
}

impl Query {
    fn matches(&self, texts: &[&str]) -> bool {
        let contains = |word: &str| texts.iter().any(|text| text.to_lowercase().contains(&word.to_lowercase()));
        self.query.iter().flat_map(|words| words.split_whitespace()).all(contains)
    }

    /// A table for people, lines with tabs for scripts, JSON for programs.
    fn show<Row: Serialize, const COLUMNS: usize>(
        &self,
        rows: &[Row],
        head: [&str; COLUMNS],
        cells: &[[String; COLUMNS]],
        what: &str,
    ) -> Result<(), Failure> {
        if rows.is_empty() {
            let words = self.query.join(" ");
            return Err(Failure::Unusable(format!("error: no {what} matches \"{}\"\n", words.escape_debug())));
        }
        let text = match self.output {
            Format::Json => output::json(&rows),
            Format::Text if output::is_for_people() => table(head, cells),
            Format::Text => cells.iter().map(|row| row.join("\t") + "\n").collect(),
        };
        Ok(output::to_stdout(&text)?)
    }
}

fn table<const COLUMNS: usize>(head: [&str; COLUMNS], cells: &[[String; COLUMNS]]) -> String {
    let width = |column: usize| cells.iter().map(|row| row[column].chars().count()).chain([head[column].len()]).max();
    let widths: Vec<usize> = (0..COLUMNS).map(|column| width(column).unwrap_or(0)).collect();
    let line = |row: [&str; COLUMNS]| {
        let padded = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}  "));
        padded.collect::<String>().trim_end().to_owned() + "\n"
    };
    let rows = cells.iter().map(|row| line(row.each_ref().map(String::as_str)));
    std::iter::once(line(head)).chain(rows).collect()
}
