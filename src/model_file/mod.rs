//! What does a model's own file say of it: its name, its size, and the shape of its network?

mod bytes;
mod gguf;
mod keys;
mod network;
mod pattern;
mod show;
mod squeeze;
mod tensors;

use std::fmt::{self, Write as _};
use std::io::{BufReader, Read};

use crate::facts::Network;
use crate::units::Bytes;

/// What was found in a file.
#[derive(Clone, Debug)]
pub struct Found {
    /// As its maker called it, `general.name`.
    pub name: Option<String>,
    /// The type of most weights, as in `Q4_K_M`.
    pub quantization: Option<String>,
    /// Bytes on disk.
    pub size: Bytes,
    /// Whether `size` was estimated from the number of weights and their type, as `/api/show` does not say it.
    pub estimated: bool,
    /// The shape of the network; what does not apply, or was not said, is 0.
    pub network: Network,
}

/// Why a file says nothing: what is wrong, where, and what to give instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

/// Bytes of a header at most: twenty times those of a vocabulary of 262144 tokens (make-shape, gemma4, 2026-11-21).
const LONGEST_HEADER: u64 = 128 << 20;

/// Reads what a model's file of `length` bytes says of it: a GGUF file, or the JSON that Ollama's `/api/show` answers.
///
/// Needs less than 2 MiB of memory, reads no weights, and never more than the first 128 MiB.
///
/// # Errors
/// The file is none of both, is cut off or damaged, or does not describe a model that makes text or embeddings.
pub fn read(from: impl Read, length: u64) -> Result<Found, Error> {
    let mut from = BufReader::with_capacity(64 << 10, from);
    let mut first = Vec::with_capacity(4);
    from.by_ref().take(4).read_to_end(&mut first).map_err(|fault| Error(format!("byte 0: {fault}")))?;
    match first.trim_ascii_start() {
        b"GGUF" => gguf::read(from, length),
        [b'{', ..] => show::read(first.chain(from)),
        [] if first.len() == 4 => show::read(first.chain(from)),
        [] => Err(Error(format!("the file is empty; {INSTEAD}"))),
        _ => {
            let begins = quoted(&String::from_utf8_lossy(&first));
            Err(Error(format!("neither a GGUF file nor JSON: it begins with {begins}; {INSTEAD}")))
        }
    }
}

/// What to give instead of a file that is neither.
const INSTEAD: &str = "give a model's GGUF file, or the answer of Ollama's /api/show";

/// Text from a file, short and without what a terminal would obey.
fn quoted(text: &str) -> String {
    let more = if text.chars().nth(60).is_some() { "..." } else { "" };
    // An apostrophe stays as it is.
    let short = text.chars().take(60).flat_map(char::escape_debug).collect::<String>().replace("\\'", "'");
    format!("\"{short}{more}\"")
}

/// The model as a profile has it: `models:` with one entry, without the numbers that are 0.
pub fn lines(found: &Found) -> String {
    let network = &found.network;
    let mut text = format!("models:\n  - name: {}\n    size: {}Mi", name(found), found.size.in_mib());
    if found.estimated {
        text.push_str("    # estimated: /api/show does not say it");
    }
    text.push('\n');
    if !network.architecture.is_empty() {
        let _ = writeln!(text, "    architecture: {}", network.architecture);
    }
    for (field, number) in numbers(network).into_iter().filter(|(_, number)| *number > 0) {
        let _ = writeln!(text, "    {field}: {number}");
    }
    for (field, _) in [("tied", network.tied), ("pooling", network.pooling)].iter().filter(|(_, holds)| *holds) {
        let _ = writeln!(text, "    {field}: true");
    }
    text
}

/// The numbers of a network, by their names in a profile.
fn numbers(network: &Network) -> [(&'static str, u64); 26] {
    [
        ("layers", network.layers),
        ("embedding", network.embedding),
        ("heads", network.heads),
        ("vocabulary", network.vocabulary),
        ("maxContext", network.context),
        ("kvHeads", network.kv_heads),
        ("headDim", network.head_dim),
        ("headDimV", network.head_dim_v),
        ("feedForward", network.feed_forward),
        ("experts", network.experts),
        ("expertsUsed", network.experts_used),
        ("expertFeedForward", network.expert_feed_forward),
        ("window", network.window),
        ("globalEvery", network.global_every),
        ("globalKvHeads", network.global_kv_heads),
        ("globalHeadDim", network.global_head_dim),
        ("attentionLayers", network.attention_layers),
        ("sharedKvLayers", network.shared_kv_layers),
        ("perLayer", network.per_layer),
        ("kvLora", network.kv_lora),
        ("ropeDim", network.rope_dim),
        ("conv", network.conv),
        ("inner", network.inner),
        ("state", network.state),
        ("groups", network.groups),
        ("recurrentLayers", network.recurrent_layers),
    ]
}

/// `general.name` as a model may be called, or `NAME`: letters, digits, dots and dashes, 80 at most.
fn name(found: &Found) -> String {
    let mut name = String::new();
    for letter in found.name.iter().flat_map(|name| name.chars()).take(1000) {
        match letter.to_ascii_lowercase() {
            letter if letter.is_ascii_alphanumeric() || letter == '_' => name.push(letter),
            '.' if !name.is_empty() => name.push('.'),
            _ if name.is_empty() || name.ends_with('-') => {}
            _ => name.push('-'),
        }
    }
    name.truncate(80);
    let name = name.trim_end_matches(['-', '.']);
    // Words that YAML readers take for something else than text.
    let other = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"].contains(&name);
    match name.bytes().next() {
        None => "NAME".to_owned(),
        Some(first) if other || !first.is_ascii_lowercase() => format!("\"{name}\""),
        Some(_) => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;
    use std::io;
    use std::time::{Duration, Instant};

    use super::*;

    /// A header that is written as a converter would.
    #[derive(Clone, Default)]
    struct Header {
        big_endian: bool,
        keys: Vec<Vec<u8>>,
        tensors: Vec<Vec<u8>>,
        end: u64,
    }

    impl Header {
        fn number<const N: usize>(&self, mut little: [u8; N]) -> Vec<u8> {
            if self.big_endian {
                little.reverse();
            }
            little.to_vec()
        }
        fn u32(&self, n: u32) -> Vec<u8> {
            self.number(n.to_le_bytes())
        }
        fn u64(&self, n: u64) -> Vec<u8> {
            self.number(n.to_le_bytes())
        }
        fn string(&self, text: &[u8]) -> Vec<u8> {
            [self.u64(text.len() as u64), text.to_vec()].concat()
        }
        /// A key with the bytes of its value.
        fn raw(mut self, key: &str, kind: u32, value: &[u8]) -> Self {
            let entry = [self.string(key.as_bytes()), self.u32(kind), value.to_vec()].concat();
            self.keys.push(entry);
            self
        }
        fn text(self, key: &str, text: &str) -> Self {
            let value = self.string(text.as_bytes());
            self.raw(key, 8, &value)
        }
        fn whole(self, key: &str, n: u32) -> Self {
            let value = self.u32(n);
            self.raw(key, 4, &value)
        }
        fn list(self, key: &str, numbers: &[u32]) -> Self {
            let numbers = numbers.iter().flat_map(|n| self.u32(*n)).collect();
            let value = [self.u32(5), self.u64(0), numbers];
            let count = self.u64((value[2].len() / 4) as u64);
            let value = [value[0].clone(), count, value[2].clone()].concat();
            self.raw(key, 9, &value)
        }
        fn flags(self, key: &str, flags: &[bool]) -> Self {
            let bytes = flags.iter().map(|flag| u8::from(*flag)).collect();
            let value = [self.u32(7), self.u64(flags.len() as u64), bytes].concat();
            self.raw(key, 9, &value)
        }
        fn texts(self, key: &str, count: usize) -> Self {
            let texts = (0..count).flat_map(|n| self.string(format!("token {n}").as_bytes())).collect();
            let value = [self.u32(8), self.u64(count as u64), texts].concat();
            self.raw(key, 9, &value)
        }
        /// A tensor of half floats.
        fn tensor(mut self, name: &str, shape: &[u64]) -> Self {
            let sizes = shape.iter().flat_map(|n| self.u64(*n)).collect();
            let dimensions = u32::try_from(shape.len()).expect("few");
            let parts = [self.string(name.as_bytes()), self.u32(dimensions), sizes, self.u32(1), self.u64(self.end)];
            self.tensors.push(parts.concat());
            self.end += (2 * shape.iter().product::<u64>()).next_multiple_of(32);
            self
        }
        /// The header, and how long the file is that it begins.
        fn file(&self) -> (Vec<u8>, u64) {
            let counts = [self.u64(self.tensors.len() as u64), self.u64(self.keys.len() as u64)].concat();
            let version = self.u32(3);
            let bytes = [b"GGUF".to_vec(), version, counts, self.keys.concat(), self.tensors.concat()].concat();
            let length = (bytes.len() as u64).next_multiple_of(32) + self.end;
            (bytes, length)
        }
        fn read(&self) -> Result<Found, Error> {
            let (bytes, length) = self.file();
            read(&bytes[..], length)
        }
        fn network(&self) -> Network {
            self.read().expect("a model").network
        }
    }

    fn header(architecture: &str) -> Header {
        Header::default()
            .text("general.architecture", architecture)
            .text("general.name", "Farm Llama 3.1: 8B\n  - Instruct")
            .whole("general.file_type", 15)
    }

    fn small(architecture: &str, layers: u32) -> Header {
        let key = |key: &str| format!("{architecture}.{key}");
        header(architecture)
            .whole(&key("block_count"), layers)
            .whole(&key("context_length"), 8192)
            .whole(&key("embedding_length"), 64)
            .whole(&key("feed_forward_length"), 192)
            .whole(&key("attention.head_count"), 4)
            .texts("tokenizer.ggml.tokens", 7)
            .tensor("token_embd.weight", &[64, 7])
    }

    fn llama() -> Header {
        small("llama", 2).whole("llama.attention.head_count_kv", 2).tensor("output.weight", &[64, 7])
    }

    fn fault<T: Debug>(found: Result<T, Error>) -> String {
        found.expect_err("refused").to_string()
    }

    #[test]
    fn a_header_is_read_in_both_orders_of_bytes() {
        for big_endian in [false, true] {
            let file = Header { big_endian, ..Header::default() }
                .text("general.architecture", "llama")
                .whole("llama.block_count", 2)
                .whole("llama.embedding_length", 64)
                .list("llama.attention.head_count", &[4, 4])
                .list("llama.attention.head_count_kv", &[2, 2])
                .list("llama.feed_forward_length", &[192, 256])
                .texts("tokenizer.ggml.tokens", 5000)
                .tensor("blk.0.attn_q.weight", &[64, 64])
                .tensor("v.patch.weight", &[3, 5]);
            let Found { name, quantization, size, estimated, network } = file.read().expect("a model");
            assert_eq!((name, quantization, estimated), (None, None, false));
            assert_eq!(size.0, file.file().1);
            assert_eq!((network.architecture, network.layers, network.embedding), ("llama", 2, 64));
            assert_eq!((network.heads, network.kv_heads, network.head_dim), (4, 2, 16));
            assert_eq!((network.feed_forward, network.vocabulary, network.vision), (256, 5000, 30));
            assert!(network.tied);
        }
    }

    #[test]
    fn a_profile_takes_the_lines() {
        let mut found = llama().read().expect("a model");
        found.size = Bytes((5 << 30) + 1);
        assert_eq!(found.quantization.as_deref(), Some("Q4_K_M"));
        let expected =
            "models:\n  - name: farm-llama-3.1-8b-instruct\n    size: 5121Mi\n    architecture: llama\n    layers: 2
    embedding: 64\n    heads: 4\n    vocabulary: 7\n    maxContext: 8192\n    kvHeads: 2\n    headDim: 16
    feedForward: 192\n";
        assert_eq!(lines(&found), expected);
        found.estimated = true;
        assert!(lines(&found).contains("5121Mi    # estimated"));
    }

    #[test]
    fn any_name_becomes_one_that_a_model_may_have() {
        let found = llama().read().expect("a model");
        let long = "ä".repeat(90) + &"x".repeat(100);
        for (stated, expected) in [
            ("Llama", "llama"),
            ("..-Qwen2.5 (7B)", "qwen2.5-7b"),
            ("", "NAME"),
            ("模型", "NAME"),
            ("a:b/c\u{1b}[31m", "a-b-c-31m"),
            ("True", "\"true\""),
            ("007", "\"007\""),
            (&long, &"x".repeat(80)),
        ] {
            let name = name(&Found { name: Some(stated.to_owned()), ..found.clone() });
            assert_eq!(name, expected, "{stated}");
            assert!(name.trim_matches('"').parse::<crate::model_name::ModelName>().is_ok(), "{name}");
        }
    }

    #[test]
    fn layers_that_slide_are_told_from_those_that_see_all() {
        // (window, globalEvery, attentionLayers, sharedKvLayers)
        let kinds = |network: Network| {
            (network.window, network.global_every, network.attention_layers, network.shared_kv_layers)
        };
        let window =
            |name: &str, layers: u32| small(name, layers).whole(&format!("{name}.attention.sliding_window"), 512);
        let pattern = "attention.sliding_window_pattern";
        let odd = [true, false, true, true, false, true, true];
        for (file, expected) in [
            (small("llama", 8), (0, 0, 0, 0)),
            (window("llama", 8), (0, 0, 0, 0)),
            (window("phi3", 8), (0, 0, 0, 0)),
            (window("gemma3", 34), (512, 6, 0, 0)),
            (small("gemma2", 42), (4096, 2, 0, 0)),
            (small("llama4", 48), (8192, 4, 0, 0)),
            (window("gptoss", 24), (512, 2, 0, 0)),
            (window("gemma3n", 30), (512, 5, 0, 10)),
            (window("exaone4", 30), (0, 0, 0, 0)),
            (window("exaone4", 64), (512, 4, 0, 0)),
            (window("laguna", 9), (512, 4, 3, 0)),
            (window("cohere2", 8).whole("cohere2.attention.sliding_window_pattern", 8), (512, 8, 0, 0)),
            (window("gemma4", 7).flags(&format!("gemma4.{pattern}"), &odd), (512, 2, 2, 0)),
            (window("gemma4", 7).flags(&format!("gemma4.{pattern}"), &[true; 7]), (512, 8, 0, 0)),
            (window("gemma4", 7).flags(&format!("gemma4.{pattern}"), &[false; 7]), (0, 0, 0, 0)),
            (small("qwen35", 8), (0, 4, 0, 0)),
            (small("qwen35", 8).list("qwen35.attention.head_count_kv", &[0, 0, 0, 2, 0, 0, 0, 2]), (0, 4, 0, 0)),
            (small("lfm2", 4).list("lfm2.attention.head_count_kv", &[0, 8, 0, 8]), (0, 0, 2, 0)),
            (small("mllama", 8).list("mllama.attention.cross_attention_layers", &[3, 7]), (0, 0, 6, 0)),
        ] {
            let network = file.network();
            assert_eq!(kinds(network), expected, "{}", String::from_utf8_lossy(&file.keys[0]));
        }
    }

    #[test]
    fn heads_and_widths_of_both_kinds_of_layers_are_told_apart() {
        let slides = [true, true, true, true, true, false, true];
        let gemma = small("gemma4", 7)
            .whole("gemma4.attention.sliding_window", 512)
            .flags("gemma4.attention.sliding_window_pattern", &slides)
            .list("gemma4.attention.head_count_kv", &[8, 8, 8, 8, 8, 2, 8])
            .whole("gemma4.attention.key_length", 512)
            .whole("gemma4.attention.value_length", 512)
            .whole("gemma4.attention.key_length_swa", 256)
            .whole("gemma4.attention.value_length_swa", 256)
            .network();
        assert_eq!((gemma.kv_heads, gemma.global_kv_heads), (8, 2));
        assert_eq!((gemma.head_dim, gemma.head_dim_v, gemma.global_head_dim), (256, 0, 512));
        let latent = small("deepseek2", 4)
            .whole("deepseek2.attention.head_count_kv", 1)
            .whole("deepseek2.attention.kv_lora_rank", 512)
            .whole("deepseek2.rope.dimension_count", 64)
            .whole("deepseek2.attention.key_length", 576)
            .whole("deepseek2.attention.value_length", 512);
        let old = latent.network();
        assert_eq!((old.kv_lora, old.rope_dim, old.head_dim, old.head_dim_v), (0, 0, 576, 512));
        let split =
            latent.whole("deepseek2.attention.key_length_mla", 192).whole("deepseek2.attention.value_length_mla", 128);
        let split = split.network();
        assert_eq!((split.kv_lora, split.rope_dim, split.head_dim, split.head_dim_v), (512, 64, 192, 128));
    }

    #[test]
    fn experts_embeddings_and_layers_that_only_predict_are_seen() {
        let experts = small("llama", 2).whole("llama.expert_count", 8).whole("llama.expert_used_count", 2);
        let mixtral = experts.network();
        assert_eq!((mixtral.feed_forward, mixtral.expert_feed_forward, mixtral.experts), (192, 192, 8));
        let stated = experts.clone().whole("llama.expert_feed_forward_length", 192);
        assert_eq!(stated.network().feed_forward, 0, "no layer has a dense part");
        assert_eq!(stated.tensor("blk.0.ffn_up.weight", &[64, 192]).network().feed_forward, 192);
        assert_eq!(experts.tensor("blk.0.ffn_gate_exps.weight", &[64, 96, 8]).network().expert_feed_forward, 96);
        assert_eq!(llama().whole("llama.nextn_predict_layers", 1).network().layers, 1);
        let bert = small("bert", 6).whole("bert.pooling_type", 1).network();
        assert!(bert.pooling && !bert.tied && bert.is_encoder());
        assert_eq!(small("gemma3", 6).tensor("dense.0.weight", &[4, 4]).network().architecture, "gemma-embedding");
        let nemotron = small("nemotron_h", 4)
            .whole("nemotron_h.ssm.conv_kernel", 4)
            .list("nemotron_h.attention.head_count_kv", &[0, 8, 0, 0]);
        assert_eq!(nemotron.network().recurrent_layers, 0);
        let mut nemotron = nemotron;
        nemotron.keys.retain(|entry| !String::from_utf8_lossy(entry).contains("feed_forward_length"));
        let nemotron = nemotron.list("nemotron_h.feed_forward_length", &[0, 0, 96, 0]).network();
        assert_eq!((nemotron.attention_layers, nemotron.recurrent_layers), (1, 2));
    }

    #[test]
    fn what_is_no_model_is_refused_with_what_to_give_instead() {
        let (bytes, length) = llama().file();
        let version = |version: u32| [b"GGUF", &version.to_le_bytes()[..], &[0; 16]].concat();
        let no_tensors = Header { tensors: Vec::new(), end: 0, ..llama() };
        for (found, expected) in [
            (read(&b""[..], 0), "the file is empty; give"),
            (read(&b"PK\x03\x04"[..], 4), r#"neither a GGUF file nor JSON: it begins with "PK\u{3}\u{4}"; give"#),
            (read(&b"GGUF"[..], 4), "the file ends inside the metadata: it was cut off"),
            (read(&version(1)[..], 24), "version 1 of GGUF"),
            (read(&version(9)[..], 24), "version 9 of GGUF is not known"),
            (read(&version(3)[..], 24), "there is no \"general.architecture\""),
            (read(&bytes[..], length - 1), "the file has "),
            (read(&bytes[..100], length), "(key 2 of 10, byte "),
            (no_tensors.read(), "the file has no tensors: it is a vocabulary"),
            (header("clip").read(), "it is the part of a model that turns pictures into tokens"),
            (header("llama").read(), "there is no \"llama.block_count\""),
            (llama().whole("split.count", 3).read(), "it is one of 3 files of a split model; put them together"),
            (llama().whole("llama.block_count", 3).read(), "the key \"llama.block_count\" stands twice"),
            (llama().whole("llama.vocab_size", 1 << 30).read(), ""),
            (small("llama", 5000).read(), "5000 layers"),
            (header("llama").text("llama.block_count", "8").read(), "\"llama.block_count\" is a text, not a whole"),
            (header("llama").raw("llama.block_count", 5, &[255; 4]).read(), "is a number below zero, not a whole"),
            (header("llama").raw("llama.block_count", 6, &[0; 4]).read(), "is a fraction, not a whole number"),
            (header("llama").texts("llama.block_count", 3).read(), "is a list of 3, not one of at most 4096"),
            (header("llama").list("llama.block_count", &[]).read(), "the list \"llama.block_count\" is empty"),
            (header("llama").raw("x", 13, &[]).read(), "a value of type 13"),
            (llama().whole("llama.embedding_length", 1 << 30).read(), "stands twice"),
            (small("\u{1b}[31m", 2).text("general.type", "x").read(), ""),
        ] {
            if expected.is_empty() {
                found.expect("the tensor and the catalogue decide");
                continue;
            }
            let message = fault(found);
            assert!(message.contains(expected), "{message}");
            assert!(message.len() < 300 && !message.ends_with('.') && !message.contains('\u{1b}'), "{message}");
        }
    }

    #[test]
    fn counts_that_lie_end_at_once() {
        let start = Instant::now();
        let counts = |tensors: u64, keys: u64| {
            [
                b"GGUF".to_vec(),
                3_u32.to_le_bytes().to_vec(),
                tensors.to_le_bytes().to_vec(),
                keys.to_le_bytes().to_vec(),
            ]
            .concat()
        };
        let list = |kind: u32, count: u64| [kind.to_le_bytes().to_vec(), count.to_le_bytes().to_vec()].concat();
        let nested: Vec<u8> = (0..200).flat_map(|_| list(9, 1)).collect();
        for length in [200, 5_u64 << 40, u64::MAX] {
            for tensors in [0, 1, 1 << 20, 1 << 40, 1 << 63, u64::MAX] {
                for keys in [0, 1, 1 << 20, 1 << 40, 1 << 63, u64::MAX] {
                    // As a sparse file is: zeros without end.
                    fault(read(counts(tensors, keys).chain(io::repeat(0).take(1 << 20)), length));
                }
            }
            for count in [1, 1 << 20, 1 << 24, 1 << 60, u64::MAX] {
                for kind in 0..14 {
                    for key in ["llama.block_count", "tokenizer.ggml.tokens", "unknown"] {
                        let (bytes, _) = header("llama").raw(key, 9, &list(kind, count)).file();
                        fault(read(bytes.chain(io::repeat(0).take(1 << 20)), length));
                    }
                }
            }
            let (bytes, _) = header("llama").raw("deep", 9, &nested).file();
            let message = fault(read(bytes.chain(io::repeat(0)), length));
            assert!(length == 200 || message.contains("nested deeper"), "{message}");
            for size in [1 << 16, 1 << 40, 1 << 62, u64::MAX] {
                let (bytes, _) = header("llama").raw("text", 8, &u64::to_le_bytes(size)).file();
                fault(read(bytes.chain(io::repeat(0).take(1 << 20)), length));
            }
        }
        assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
    }

    #[test]
    fn no_cut_and_no_changed_byte_makes_it_panic() {
        let full = llama()
            .list("llama.attention.sliding_window_pattern", &[1, 0])
            .whole("llama.attention.sliding_window", 512)
            .whole("llama.ssm.conv_kernel", 4)
            .whole("llama.attention.kv_lora_rank", 16)
            .whole("llama.attention.key_length_mla", 16)
            .whole("llama.full_attention_interval", 2)
            .tensor("v.one", &[8, 8]);
        let (bytes, length) = full.file();
        assert!(read(&bytes[..], length).is_ok());
        for cut in 0..bytes.len() {
            fault(read(&bytes[..cut], length));
            fault(read(&bytes[..cut], cut as u64));
        }
        for at in 0..bytes.len() {
            for change in [1, 2, 8, 0x20, 0x7f, 0x80, 0xff] {
                let mut changed = bytes.clone();
                changed[at] ^= change;
                if let Ok(found) = read(&changed[..], length) {
                    lines(&found);
                }
            }
        }
        let mut random = 1_u64;
        for _ in 0..20_000 {
            let mut changed = bytes.clone();
            for _ in 0..4 {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let at = usize::try_from(random >> 33).expect("31 bits") % changed.len();
                changed[at] = random.to_be_bytes()[4];
            }
            let _ = read(&changed[..], length);
        }
    }

    const SHOW: &str = r#"{"license":"long \"text\"","details":{"parameter_size":"8.0B","quantization_level":"Q4_K_M"},
        "model_info":{"general.architecture":"llama","general.parameter_count":8030261312,"llama.block_count":32,
        "llama.attention.head_count":32,"llama.attention.head_count_kv":8,"llama.embedding_length":4096,
        "llama.rope.freq_base":5e+05,"llama.feed_forward_length":14336,"llama.vocab_size":128256,
        "llama.context_length":131072,"tokenizer.ggml.tokens":[],"tokenizer.ggml.merges":null},
        "capabilities":["completion"]}"#;

    fn show(from: &str, to: &str) -> Result<Found, Error> {
        let json = SHOW.replace(from, to);
        read(json.as_bytes(), json.len() as u64)
    }

    #[test]
    fn an_answer_of_the_server_is_read() {
        let found = show("", "").expect("an answer");
        let network = found.network;
        assert_eq!(found.quantization.as_deref(), Some("Q4_K_M"));
        // llama3.1:8b is 4920738944 bytes.
        assert_eq!((found.size.in_mib(), found.estimated), (4686, true));
        assert_eq!((network.architecture, network.layers, network.vocabulary), ("llama", 32, 128_256));
        assert_eq!((network.kv_heads, network.head_dim, network.context, network.tied), (8, 128, 131_072, false));
        let rounded = show("\"general.parameter_count\":8030261312,", "").expect("an answer");
        assert_eq!(rounded.size.in_mib(), 4668);
        let experts = show("Q4_K_M", "MXFP4_MOE").expect("an answer");
        assert_eq!(experts.quantization.as_deref(), Some("MXFP4_MOE"));
        let tensors = r#""tensors":[{"name":"token_embd.weight","type":"Q6_K","shape":[4096,128000]},
            {"name":"blk.0.x","type":"F32","shape":[4096]}],"capabilities""#;
        let found = show("\"capabilities\"", tensors).expect("an answer");
        assert_eq!(found.size.0, 4096 * 128_000 / 256 * 210 + 4 * 4096);
        assert_eq!((found.network.vocabulary, found.network.tied), (128_000, true));
        let long = format!("[{}\"\\u0041\\\"]\"]", "\"a\\\"],\",".repeat(300_000));
        let found = show("[]", &long).expect("an answer");
        assert_eq!(found.network.layers, 32, "long lists are cut");
    }

    #[test]
    fn an_answer_that_does_not_say_enough_is_refused() {
        for (from, to, expected) in [
            (SHOW, "{}", "there is no \"model_info\"; give"),
            (SHOW, "{", "it is no answer of /api/show: EOF"),
            (SHOW, "{\"error\":\"model \\u001b not found\"}", "the server answered \"model \\u{1b} not found\"; ask"),
            (SHOW, "[1]", "neither a GGUF file nor JSON"),
            ("_kv\":8", "_kv\":null", "the answer leaves out \"llama.attention.head_count_kv\"; ask /api/show again"),
            ("_kv\":8", "_kv\":[]", "leaves out \"llama.attention.head_count_kv\""),
            ("\":32,", "\":-32,", "\"llama.block_count\" is a number below zero, not a whole number"),
            ("\":32,", "\":3.5,", "\"llama.block_count\" is a fraction, not a whole number"),
            ("\":32,", "\":1e999,", "it is no answer of /api/show: number out of range; give"),
            ("Q4_K_M", "Q9\\u001b", "the size of weights of type \"\" is not known; ask /api/show again"),
            ("8030261312", "0", ""),
            ("\"llama.vocab_size\"", "\"llama.block_count\"", "the key \"llama.block_count\" stands twice"),
        ] {
            let found = show(from, to);
            if expected.is_empty() {
                found.expect("the rounded count is there");
                continue;
            }
            let message = fault(found);
            assert!(message.contains(expected), "{message}");
        }
    }

    #[test]
    fn json_takes_no_more_memory_however_it_is_made() {
        for (begin, middle) in [
            ("{\"a\":\"", "x"),
            ("{\"a\":", "["),
            ("{\"a\":", "{\"a\":"),
            ("{\"a\":", "1"),
            ("{", "\"a\":1,"),
            ("{\"model_info\":{", "\"a.block_count\":[0,1,2],"),
            ("{\"tensors\":[", "{\"name\":\"a\",\"type\":\"F16\",\"shape\":[1,1]},"),
            ("   ", " "),
        ] {
            let text = begin.to_owned() + &middle.repeat((4 << 20) / middle.len());
            assert!(squeeze::squeezed(text.as_bytes()).map_or(0, |kept| kept.len()) <= 768 << 10);
            fault(read(text.as_bytes(), text.len() as u64));
        }
        for at in 0..SHOW.len() {
            fault(read(&SHOW.as_bytes()[..at], at as u64));
            for change in [1, 2, 0x20, 0x7f, 0x80] {
                let mut changed = SHOW.as_bytes().to_vec();
                changed[at] ^= change;
                let _ = read(&changed[..], SHOW.len() as u64);
            }
        }
    }
}
