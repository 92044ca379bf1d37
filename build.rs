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
        #[allow(dead_code, clippy::struct_excessive_bools, reason = "read by Debug")]
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
    Gpu {
        name: String, vendor: String, memory: u64;
        usable: u64, aliases: List, products: List, machines: List, gke: String, ec2: String
    }
    Mig { profile: String, memory: u64; }
    NodeLabels { prefix: String, names: List; }
    Provisioner {
        name: String, shared: bool, sets_owner: bool, required: List, defaults: List;
        block: bool, zonal: bool, across_zones: List, local: bool, host_path: bool, manual: bool, instead: List, known: List
    }
    StorageClass { name: String, provisioners: List; }
    Minimum { provisioner: String, parameter: String, value: String, bytes: u64; }
    Platform {
        name: String, card_label: String, card_by: String;
        gpu_nodes: String, memory_label: String, discovers: bool, taints: List, tolerates: bool, card_required: bool,
        runtime_class: String, gives_user: bool, pod_annotations: List, default_class: String, default_provisioner: String, no_default: bool,
        disk: String, files: String, scratch: u64, no_host_path: bool, internal_load_balancer: List
    }
    Setting { variable: String, field: String; }
    Variable { name: String, kind: VariableKind, default: String; client: bool, removed: String, instead: String }
    Mistake { name: String, instead: String; hint: String, other: bool }
    Vulnerability { id: String, aliases: List, fixed: String, risk: Risk, summary: String; last: String }
    ChartValue { path: String, kind: ChartKind, default: String; }
    RemovedApi { api: String, kind: String, software: String, removed: String, replacement: String; }
    IngressKeys {
        name: String, classes: List, controller: String, prefix: String;
        timeouts: List, seconds: u64, buffering: List, body: List, body_bytes: u64, auth: List, service: List,
        retired: bool
    }
    LibraryModel { name: String, sizes: List; partial: bool }
    CustomKind { apis: List, kind: String, software: String, release: String, fields: String; }
    ApiDefault { of: String, path: String, value: String; when: String }
    Immutable { kind: String, path: String, commands: List, cost: String; except: List, when: String }
    Symptom { trouble: String, look: String, shows: String, means: String; when: List }
}

/// Words of a column whose `Debug` form is the variant of the enum of the same name in `src/facts`.
macro_rules! words {
    ($($Kind:ident { $($Word:ident),* })*) => {$(
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        enum $Kind { $($Word),* }

        impl fmt::Debug for $Kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$Word => concat!(stringify!($Kind), "::", stringify!($Word))),* })
            }
        }
    )*};
}

words! {
    VariableKind { Bool, Uint, Duration, Url, Path, Text, List }
    ChartKind { Bool, Int, Text, List, Map, Any }
    Risk { Low, Medium, High, Critical }
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
    table::<Mig>("mig", "MIGS", "Mig");
    table::<NodeLabels>("node_labels", "NODE_LABELS", "NodeLabels");
    table::<Provisioner>("provisioners", "PROVISIONERS", "Provisioner");
    table::<Platform>("platforms", "PLATFORMS", "Platform");
    table::<Setting>("settings", "SETTINGS", "Setting");
    table::<StorageClass>("classes", "CLASSES", "StorageClass");
    table::<Minimum>("minimums", "MINIMUMS", "Minimum");
    table::<Variable>("variables", "VARIABLES", "Variable");
    table::<Mistake>("mistakes", "MISTAKES", "Mistake");
    table::<Vulnerability>("vulnerabilities", "VULNERABILITIES", "Vulnerability");
    table::<ChartValue>("chart_values", "CHART_VALUES", "ChartValue");
    table::<RemovedApi>("apis", "APIS", "RemovedApi");
    table::<IngressKeys>("ingress_controllers", "INGRESS_CONTROLLERS", "IngressKeys");
    table::<LibraryModel>("library", "LIBRARY", "LibraryModel");
    table::<CustomKind>("resources", "RESOURCES", "CustomKind");
    table::<ApiDefault>("api_defaults", "API_DEFAULTS", "ApiDefault");
    table::<Immutable>("immutable", "IMMUTABLE", "Immutable");
    table::<Symptom>("symptoms", "SYMPTOMS", "Symptom");
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
