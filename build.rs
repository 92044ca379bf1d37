//! Turns the facts (`src/facts/*.yaml`) into static rows, so that no start of the tool reads them again.
//!
//! A row without `source` and `checked`, or with an unknown key, does not build.

use std::fmt;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A list that prints as a Rust slice.
#[derive(Deserialize)]
#[serde(transparent)]
struct List(Vec<String>);

impl fmt::Debug for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "&{:?}", self.0)
    }
}

/// Rows whose `Debug` form is the Rust literal of the row of the same name in `src/facts/mod.rs`.
macro_rules! rows {
    ($($Row:ident { $($field:ident: $Type:ty),* })*) => {$(
        #[derive(Debug, Deserialize)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        #[allow(dead_code, reason = "read by Debug")]
        struct $Row { $($field: $Type,)* source: String, checked: String }
    )*};
}

rows! {
    Model {
        name: String, quantization: String, bytes: u64, layers: u64, embedding: u64, heads: u64, kv_heads: u64,
        head_dim: u64, feed_forward: u64, vocabulary: u64, context: u64
    }
    Provisioner { name: String, shared: bool, sets_owner: bool, required: List, defaults: List }
    Platform { name: String, gpu_label: String }
    Setting { variable: String, field: String }
}

fn main() {
    table::<Model>("models", "MODELS", "Model");
    table::<Provisioner>("provisioners", "PROVISIONERS", "Provisioner");
    table::<Platform>("platforms", "PLATFORMS", "Platform");
    table::<Setting>("settings", "SETTINGS", "Setting");
}

fn table<Row: DeserializeOwned + fmt::Debug>(file: &str, constant: &str, row: &str) {
    let path = format!("src/facts/{file}.yaml");
    println!("cargo::rerun-if-changed={path}");
    let text = std::fs::read_to_string(&path).expect(&path);
    let rows: Vec<Row> = serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
    let rows: Vec<String> = rows.iter().map(|row| format!("    {row:?},\n")).collect();
    let code = format!("/// The rows of `{path}`.\npub static {constant}: &[{row}] = &[\n{}];\n", rows.concat());
    let out = std::env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    std::fs::write(Path::new(&out).join(format!("{file}.rs")), code).expect("OUT_DIR is writable");
}
