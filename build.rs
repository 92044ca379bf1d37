//! Turns the facts (`src/facts/*.yaml`) into static rows, so that no start of the tool reads them again.
//!
//! A row without `source` and `checked`, or with an unknown key, does not build.

use std::fmt;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A list that prints as a Rust slice.
#[derive(Default, Deserialize)]
#[serde(transparent)]
struct List(Vec<String>);

impl fmt::Debug for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "&{:?}", self.0)
    }
}

/// Rows whose `Debug` form is the Rust literal of the row of the same name in `src/facts`.
/// What stands before the semicolon must be there, what stands behind it is zero or empty where it is left out.
macro_rules! rows {
    ($($Row:ident { $($field:ident: $Type:ty),*; $($optional:ident: $Default:ty),* })*) => {$(
        #[derive(Debug, Deserialize)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        #[allow(dead_code, reason = "read by Debug")]
        struct $Row {
            $($field: $Type,)*
            $(#[serde(default)] $optional: $Default,)*
            source: String,
            checked: String,
        }
    )*};
}

rows! {
    Network {
        name: String, architecture: String, layers: u64, embedding: u64, heads: u64, vocabulary: u64, context: u64;
        kv_heads: u64, head_dim: u64, head_dim_v: u64, feed_forward: u64, tied: bool,
        experts: u64, experts_used: u64, expert_feed_forward: u64,
        window: u64, global_every: u64, global_kv_heads: u64, global_head_dim: u64, attention_layers: u64,
        shared_kv_layers: u64, per_layer: u64, kv_lora: u64, rope_dim: u64,
        conv: u64, inner: u64, state: u64, groups: u64, recurrent_layers: u64, vision: u64, picture: u64, pooling: bool,
        graph: Graph
    }
    Model { name: String, network: String, quantization: String, bytes: u64; projector: u64, rounded: bool, context: u64 }
    Quantization { name: String, weight: u64, table: u64, tied_table: u64; }
    Gpu { name: String, vendor: String, memory: u64; usable: u64, aliases: List, products: List, machines: List }
    Provisioner { name: String, shared: bool, sets_owner: bool, required: List, defaults: List; }
    Platform { name: String, gpu_label: String; }
    Setting { variable: String, field: String; }
}

/// How wide a network's graph is, measured; zeros where it was not.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[allow(dead_code, reason = "read by Debug")]
struct Graph {
    fused: u64,
    #[serde(default)]
    quantised: u64,
    #[serde(default)]
    rotation: u64,
    #[serde(default)]
    unfused: u64,
}

fn main() {
    let networks: Vec<Network> = table("networks", "NETWORKS", "Network");
    let models: Vec<Model> = read("models");
    let lines = models.iter().map(|model| {
        let at = networks.iter().position(|network| network.name == model.network).expect(&model.name);
        format!("{model:?}").replacen(&format!("network: {:?}", model.network), &format!("network: &NETWORKS[{at}]"), 1)
    });
    write("models", "MODELS", "Model", lines);
    table::<Quantization>("quantizations", "QUANTIZATIONS", "Quantization");
    table::<Gpu>("gpus", "GPUS", "Gpu");
    table::<Provisioner>("provisioners", "PROVISIONERS", "Provisioner");
    table::<Platform>("platforms", "PLATFORMS", "Platform");
    table::<Setting>("settings", "SETTINGS", "Setting");
}

/// Turns a file into a static of its rows, as they stand there.
fn table<Row: DeserializeOwned + fmt::Debug>(file: &str, constant: &str, row: &str) -> Vec<Row> {
    let rows: Vec<Row> = read(file);
    write(file, constant, row, rows.iter().map(|row| format!("{row:?}")));
    rows
}

fn read<Row: DeserializeOwned>(file: &str) -> Vec<Row> {
    let path = format!("src/facts/{file}.yaml");
    println!("cargo::rerun-if-changed={path}");
    let text = std::fs::read_to_string(&path).expect(&path);
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn write(file: &str, constant: &str, row: &str, rows: impl Iterator<Item = String>) {
    let lines: Vec<String> = rows.map(|row| format!("    {row},\n")).collect();
    let lines = lines.concat();
    let code = format!("/// The rows of `src/facts/{file}.yaml`.\npub static {constant}: &[{row}] = &[\n{lines}];\n");
    let out = std::env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    std::fs::write(Path::new(&out).join(format!("{file}.rs")), code).expect("OUT_DIR is writable");
}
