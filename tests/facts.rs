//! Do the sums agree with what people and the real llama-server measured?
//!
//! `facts/memory_points.csv`: what Ollama, its logs and drivers showed in public; `facts/llama_server_buffers.csv`: what the
//! llama-server of Ollama 0.34.2 allocated for real shapes. Each test prints its table (`--nocapture`).

#![allow(clippy::print_stdout, reason = "the tables are what these tests are for")]

use std::collections::BTreeMap;

use ollama_k8s::facts;
use ollama_k8s::sizing::{self, CacheType, Device, Footprint, GPU_CONTEXT, Known, Load, Makes, Shape};
use ollama_k8s::units::Bytes;

type Row = BTreeMap<String, String>;

fn rows(text: &str) -> Vec<Row> {
    csv::Reader::from_reader(text.as_bytes()).deserialize().collect::<Result<_, _>>().expect("a table")
}

fn known(name: &str) -> Option<Known> {
    sizing::known(&name.parse().ok()?)
}

/// Prints the lines of a table, which must stand in the README.
fn in_readme(lines: impl Iterator<Item = String>) {
    let lines: Vec<String> = lines.collect();
    println!("{}", lines.join("\n"));
    let missing: Vec<&String> = lines.iter().filter(|line| !include_str!("../README.md").contains(*line)).collect();
    assert!(missing.is_empty(), "not in the README: {missing:#?}");
}

/// Errors of one kind of row, in percent of what was measured; below zero: less was predicted.
#[derive(Default)]
struct Errors(Vec<(f64, String)>);

impl Errors {
    fn size(&self, share: f64) -> f64 {
        let mut sizes: Vec<f64> = self.0.iter().map(|(error, _)| error.abs()).collect();
        sizes.sort_by(f64::total_cmp);
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "few rows"
        )]
        let at = ((sizes.len() - 1) as f64 * share).round() as usize;
        sizes[at]
    }

    fn worst_under(&self) -> f64 {
        self.0.iter().map(|(error, _)| *error).fold(0.0, f64::min)
    }

    fn line(&self, what: &str) -> String {
        let (median, most, under) = (self.size(0.5), self.size(0.9), self.worst_under().abs());
        format!("| {what} | {} | {median:.1} % | {most:.1} % | {under:.1} % |", self.0.len())
    }
}

#[test]
fn the_readme_counts_the_catalogue() {
    let (tags, cards, networks) = (facts::MODELS.len(), facts::GPUS.len(), facts::NETWORKS.len());
    let measured = facts::NETWORKS.iter().filter(|network| network.graph.fused > 0).count();
    in_readme(
        [
            format!("# {tags} tags of the library"),
            format!("# {cards} GPUs"),
            format!("The graphs of {measured} of {networks} networks were measured"),
        ]
        .into_iter(),
    );
}

mod points {
    use super::*;

    const POINTS: &str = include_str!("facts/memory_points.csv");

    /// Names of the rows that are no tags, with the tags that have their network and size.
    const ALSO_KNOWN_AS: [(&str, &str); 6] = [
        ("qwen3:8b (qwen3-8b-64k)", "qwen3:8b"),
        ("qwen3:14b (qwen3-14b-16k)", "qwen3:14b"),
        ("qwen3.5:9b (qwen3.5-9b-32k)", "qwen3.5:9b"),
        ("devstral-small-2:24b / mistral-small3.2:24b (same block in source)", "mistral-small3.2:24b"),
        ("Qwen3-Coder-30B-A3B-Instruct (byteshape)", "qwen3-coder:30b"),
        ("qwen3-30b-a3b-2507", "qwen3:30b-a3b-q8_0"),
    ];

    /// What the figures of a row are the sum of, by the version of the server.
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    enum Era {
        /// Before 0.12.11: an estimate made before loading. Not what is predicted here.
        Estimates,
        /// 0.12.11 to 0.2x: all buffers of the runner.
        Layouts,
        /// From 0.30: buffers of llama-server; those of GPUs alone where every layer is there.
        Buffers,
        /// Of the year 2026, the version unknown: one of the two before.
        Year2026,
    }

    impl std::fmt::Display for Era {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(match self {
                Self::Estimates => "before 0.12.11",
                Self::Layouts => "0.12.11 to 0.2x",
                Self::Buffers => "0.30 and newer",
                Self::Year2026 => "of 2026, version unknown",
            })
        }
    }

    fn era(version: &str, notes: &str) -> Era {
        let number =
            version.trim_start_matches('~').split(|c: char| !(c.is_ascii_digit() || c == '.')).next().unwrap_or("");
        let parts: Vec<u32> = number.split('.').filter_map(|part| part.parse().ok()).collect();
        match parts[..] {
            [0, minor, patch] if (minor, patch) < (12, 11) => Era::Estimates,
            [0, minor, ..] if minor < 13 && parts.len() < 3 => Era::Estimates,
            [0, minor, ..] if minor < 30 => Era::Layouts,
            [0, ..] => Era::Buffers,
            _ if notes.contains("0.30+")
                || version.contains("0.30+")
                || version.contains("Jul 2026")
                || version.contains("Sep 2026") =>
            {
                Era::Buffers
            }
            _ if version.contains("2026") => Era::Year2026,
            _ => Era::Estimates,
        }
    }

    /// What Ollama or the driver would have shown.
    fn predicted(row: &Row, shape: &Shape, era: Era) -> f64 {
        let number = |field: &str| row[field].parse::<u64>().ok();
        let cache = match row["kv_cache_type"].as_str() {
            "q8_0" => CacheType::Q8,
            "q4_0" => CacheType::Q4,
            _ => CacheType::F16,
        };
        let on_cpu = row["gpu"].starts_with("CPU");
        let load = Load {
            context: number("ctx").expect("a context"),
            parallel: number("num_parallel").unwrap_or(1),
            cache,
            flash_attention: true,
            device: if on_cpu { Device::Cpu } else { Device::Gpu(Bytes(0)) },
        };
        // Ollama chooses larger micro-batches since 0.30; its own engine had 512.
        let batch = if era == Era::Layouts && shape.makes == Makes::Text { 512 } else { load.micro_batch(shape) };
        let mut parts = sizing::footprint_of_batch(shape, load, batch);
        // No log shows what the output of an embedding model grows to.
        if shape.makes != Makes::Text {
            parts.output = Bytes(4 * (shape.vocabulary + shape.embedding));
        }
        let all_on_gpu = row["notes"].contains("100% GPU");
        // The driver shows what is on the GPU alone, Ollama and its logs show all devices.
        let by_driver = !on_cpu && (row["total_kind"] == "nvidia_smi" || row["notes"].contains("author_table"));
        let (mut less, mut more) = (Bytes(0), Bytes(0));
        match era {
            _ if by_driver => less = shape.host_table,
            // Buffers of GPUs alone; what reads pictures is in no line of the log.
            Era::Buffers => less = shape.projector + if all_on_gpu { shape.host_table } else { Bytes(0) },
            // Token embeddings that are the output as well were on the host and on the GPU.
            Era::Layouts if !on_cpu => more = shape.tied_table,
            _ => {}
        }
        if era == Era::Layouts {
            // The mask of the cells was there as four-byte floats besides (until llama.cpp pull request 23764, 2026-05).
            more = more + Bytes(4) * batch * load.context_of(shape);
        }
        let driver = if by_driver { GPU_CONTEXT } else { Bytes(0) };
        #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
        let gib = |bytes: Bytes| bytes.0 as f64 / f64::from(1 << 30);
        gib(parts.total()) - gib(less) + gib(more) + gib(driver)
    }

    #[test]
    fn totals_agree_with_published_measurements() {
        let mut table: BTreeMap<String, Errors> = BTreeMap::new();
        let mut all = Errors::default();
        for row in rows(POINTS) {
            let evidence = row["notes"].rsplit("evidence=").next().unwrap_or("");
            let era = era(&row["ollama_version"], &row["notes"]);
            let Ok(total) = row["total_gib"].parse::<f64>() else { continue };
            if era == Era::Estimates || !["live_output", "server_log", "author_table"].contains(&evidence) {
                continue;
            }
            let name = ALSO_KNOWN_AS
                .iter()
                .find(|(name, _)| *name == row["model"])
                .map_or(row["model"].as_str(), |(_, tag)| tag);
            let Some(known) = known(name) else {
                println!("not in the catalogue: {} {name}", row["id"]);
                continue;
            };
            let mut shape = known.shape;
            if let Ok(weights) = row["weights_gib"].parse::<f64>() {
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "gibibytes")]
                let weights = (weights * f64::from(1 << 30)) as u64;
                shape.weights = Bytes(weights);
            }
            // Until llama.cpp pull request 19067 (2026-01) compressed keys were kept a second time, as values.
            let network = known.row.network;
            if era == Era::Layouts && network.kv_lora > 0 {
                shape.full.values = network.kv_lora;
            }
            let predicted = predicted(&row, &shape, era);
            // From 10 GB on `ollama ps` cuts the decimals off.
            let truncated = row["notes"].contains("truncated");
            let measured = if truncated { predicted.clamp(total, total + 0.93) } else { total };
            let error = (predicted - measured) / measured * 100.0;
            let label = format!(
                "{} {name} {} {} {}: {predicted:.2} of {total}: {error:.1} %",
                row["id"], row["ctx"], row["gpu"], era
            );
            println!("{label}");
            let key = format!("{era} | {}", known.row.network.architecture);
            table.entry(key).or_default().0.push((error, label.clone()));
            all.0.push((error, label));
        }
        let lines = table.iter().map(|(key, errors)| errors.line(key)).chain([all.line("all | all")]);
        in_readme(lines);
        assert!(all.size(0.5) <= 4.0 && all.size(0.9) <= 12.0);
        // One row is beyond the 8 % that are wished for: P145, a version unknown, on a GPU that shares its memory.
        assert!(all.0.iter().all(|(error, label)| *error > -8.0 || label.starts_with("P145")));
    }
}

mod buffers {
    use super::*;

    const BUFFERS: &str = include_str!("facts/llama_server_buffers.csv");

    /// The shape of a row: the catalogue's, or for files with split tensors the same with compressed keys.
    fn shape(row: &Row) -> Shape {
        let name = row["model"].as_str();
        if let Some(base) = name.strip_suffix(" (MLA)") {
            let known = known(base).expect("in the catalogue");
            let graph = facts::Graph::default();
            let network = facts::Network { kv_lora: 512, rope_dim: 64, graph, ..*known.row.network };
            return Shape::new(&network, known.shape.weights, Bytes(0), None);
        }
        known(name).unwrap_or_else(|| panic!("{name} is in the catalogue")).shape
    }

    fn number(row: &Row, field: &str) -> u64 {
        row[field].parse().unwrap_or(0)
    }

    fn load(row: &Row) -> Load {
        Load {
            context: number(row, "ctx_per_slot"),
            parallel: number(row, "parallel"),
            cache: match row["cache_type"].as_str() {
                "f16" => CacheType::F16,
                "q8_0" => CacheType::Q8,
                _ => CacheType::Q4,
            },
            flash_attention: row["flash_attention"] != "off",
            device: Device::Cpu,
        }
    }

    fn predicted(row: &Row) -> Footprint {
        let mut shape = shape(row);
        // The rows also hold what Ollama never asks for: several slots where it gives one, contexts beyond the trained.
        shape.one_at_a_time = false;
        shape.context = None;
        sizing::footprint_of_batch(&shape, load(row), number(row, "ubatch"))
    }

    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    fn error(predicted: Bytes, measured: u64) -> f64 {
        (predicted.0 as f64 - measured as f64) / measured as f64 * 100.0
    }

    #[test]
    fn caches_and_states_are_exact_to_the_byte() {
        let rows = rows(BUFFERS);
        in_readme(std::iter::once(format!(
            "| KV cache and recurrent state | {} | 0.0 % | 0.0 % | 0.0 % |",
            rows.len()
        )));
        assert!(rows.len() > 350);
        for row in &rows {
            let measured = number(row, "kv_bytes") + number(row, "swa_kv_bytes");
            let footprint = predicted(row);
            assert_eq!(footprint.kv_cache, Bytes(measured), "{row:?}");
            assert_eq!(footprint.recurrent, Bytes(number(row, "recurrent_bytes")), "{row:?}");
        }
    }

    #[test]
    fn compute_buffers_are_within_two_percent_and_never_much_under() {
        let mut table: BTreeMap<String, Errors> = BTreeMap::new();
        let mut all = Errors::default();
        for row in rows(BUFFERS) {
            let error = error(predicted(&row).compute, number(&row, "compute_buffer_bytes"));
            let label = format!(
                "{} {} {} x{} {} fa {}: {error:.2} %",
                row["model"],
                row["ctx_per_slot"],
                row["ubatch"],
                row["parallel"],
                row["cache_type"],
                row["flash_attention"]
            );
            if error.abs() > 3.0 {
                println!("{label}");
            }
            table.entry(row["arch"].clone()).or_default().0.push((error, label.clone()));
            all.0.push((error, label));
        }
        for (key, errors) in &table {
            println!("{}", errors.line(key));
        }
        in_readme(std::iter::once(all.line("compute buffer")));
        assert!(all.size(0.5) < 2.0 && all.worst_under() > -5.0);
    }

    /// What llama-server takes besides its buffers: its program, and some 240 bytes for each token of the vocabulary.
    fn program(shape: &Shape) -> Bytes {
        Bytes::mib(15) + Bytes(240 * shape.vocabulary)
    }

    #[test]
    fn a_process_has_in_memory_what_the_parts_say() {
        let mut all = Errors::default();
        for row in rows(BUFFERS).into_iter().filter(|row| !row["rss_after_3_prompts_bytes"].is_empty()) {
            let tokens = number(&row, "prompt_tokens");
            let shape = shape(&row);
            let full = predicted(&row);
            // Of the compute buffer only what such a prompt needs is ever touched, of the cache everything is.
            let batch = tokens.min(number(&row, "ubatch"));
            let touched = sizing::footprint_of_batch(&shape, Load { context: tokens, ..load(&row) }, batch);
            // What an embedding model's output grows to; finished prompts are kept when another comes.
            let output = if shape.makes == Makes::Text { full.output } else { touched.output };
            let kept = if number(&row, "cache_ram_mib") > 0 { 2 } else { 0 };
            let entry = shape.kv_per_token() * tokens
                + Bytes(2) * shape.sliding.width() * tokens.min(shape.window)
                + shape.state * 2;
            let parts = [
                Bytes(number(&row, "model_buffer_bytes")),
                full.kv_cache,
                full.recurrent,
                touched.compute,
                output,
                if shape.makes == Makes::Text { entry * kept } else { Bytes(0) },
                shape.checkpoint() * u64::from(shape.state > Bytes(0)),
                program(&shape),
            ];
            let error = error(parts.into_iter().sum(), number(&row, "rss_after_3_prompts_bytes"));
            println!("{} {} tokens, prompt cache {}: {error:.1} %", row["model"], tokens, row["cache_ram_mib"]);
            all.0.push((error, row["model"].clone()));
        }
        in_readme(std::iter::once(all.line("resident memory of the process")));
        assert!(all.size(1.0) <= 5.0);
    }
}
