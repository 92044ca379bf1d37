//! What do the tensors of a file say that its metadata does not?

use super::{Error, quoted};

/// What the list of tensors says.
#[derive(Debug, Default)]
pub(super) struct Tensors {
    /// How many; 0 where the list was not given.
    pub count: u64,
    /// Whether the output has weights of its own.
    pub output: bool,
    /// Whether a layer has a feed-forward part besides its experts.
    pub dense: bool,
    /// Whether it ends in the layers that make an embedding.
    pub embeds: bool,
    /// Rows of the token embeddings.
    pub tokens: u64,
    /// Width of an expert.
    pub expert: u64,
    /// Bytes of what turns pictures and sounds into tokens.
    pub vision: u64,
    /// Bytes of all of known types.
    pub bytes: u64,
    /// How many are of a type that is not known.
    pub unknown: u64,
    /// Where the last one ends, after the beginning of the first.
    pub end: u64,
}

/// A type of numbers: name in `/api/show`, number in a file, and how many weights share how many bytes.
/// Source: `GGML_QUANT_SIZES` in `gguf/constants.py` of the Python package gguf 0.19.0.
const TYPES: [(&str, u32, u64, u64); 33] = [
    ("F32", 0, 1, 4),
    ("F16", 1, 1, 2),
    ("Q4_0", 2, 32, 18),
    ("Q4_1", 3, 32, 20),
    ("Q5_0", 6, 32, 22),
    ("Q5_1", 7, 32, 24),
    ("Q8_0", 8, 32, 34),
    ("Q8_1", 9, 32, 40),
    ("Q2_K", 10, 256, 84),
    ("Q3_K", 11, 256, 110),
    ("Q4_K", 12, 256, 144),
    ("Q5_K", 13, 256, 176),
    ("Q6_K", 14, 256, 210),
    ("Q8_K", 15, 256, 292),
    ("IQ2_XXS", 16, 256, 66),
    ("IQ2_XS", 17, 256, 74),
    ("IQ3_XXS", 18, 256, 98),
    ("IQ1_S", 19, 256, 50),
    ("IQ4_NL", 20, 32, 18),
    ("IQ3_S", 21, 256, 110),
    ("IQ2_S", 22, 256, 82),
    ("IQ4_XS", 23, 256, 136),
    ("I8", 24, 1, 1),
    ("I16", 25, 1, 2),
    ("I32", 26, 1, 4),
    ("I64", 27, 1, 8),
    ("F64", 28, 1, 8),
    ("IQ1_M", 29, 256, 56),
    ("BF16", 30, 1, 2),
    ("TQ1_0", 34, 256, 54),
    ("TQ2_0", 35, 256, 66),
    ("MXFP4", 39, 32, 17),
    ("NVFP4", 40, 64, 36),
];

/// Weights that share bytes, and how many, of a type by its number.
pub(super) fn numbered(number: u32) -> Option<(u64, u64)> {
    TYPES.iter().find(|(_, known, ..)| *known == number).map(|(_, _, block, bytes)| (*block, *bytes))
}

/// Weights that share bytes, and how many, of a type by its name.
pub(super) fn named(name: &str) -> Option<(u64, u64)> {
    TYPES.iter().find(|(known, ..)| known.eq_ignore_ascii_case(name)).map(|(_, _, block, bytes)| (*block, *bytes))
}

/// What a file calls the types of its weights, `general.file_type`. Source: `enum llama_ftype` of llama.cpp's `llama.h`
/// in the Python package llama-cpp-python 0.3.36; the names are those that Ollama 0.34.2 shows, `fs/gguf/file_type.go`.
const FILE_TYPES: [&str; 42] = [
    "F32",
    "F16",
    "Q4_0",
    "Q4_1",
    "",
    "",
    "",
    "Q8_0",
    "Q5_0",
    "Q5_1",
    "Q2_K",
    "Q3_K_S",
    "Q3_K_M",
    "Q3_K_L",
    "Q4_K_S",
    "Q4_K_M",
    "Q5_K_S",
    "Q5_K_M",
    "Q6_K",
    "IQ2_XXS",
    "IQ2_XS",
    "Q2_K_S",
    "IQ3_XS",
    "IQ3_XXS",
    "IQ1_S",
    "IQ4_NL",
    "IQ3_S",
    "IQ3_M",
    "IQ2_S",
    "IQ2_M",
    "IQ4_XS",
    "IQ1_M",
    "BF16",
    "",
    "",
    "",
    "TQ1_0",
    "TQ2_0",
    "MXFP4_MOE",
    "NVFP4",
    "Q1_0",
    "Q2_0",
];

/// The name of a `general.file_type`.
pub(super) fn file_type(number: u64) -> Option<&'static str> {
    usize::try_from(number).ok().and_then(|at| FILE_TYPES.get(at)).copied().filter(|name| !name.is_empty())
}

impl Tensors {
    /// Adds a tensor of those dimensions, the innermost first, that begins `offset` bytes after the first.
    pub fn add(&mut self, name: &str, shape: &[u64], kind: Option<(u64, u64)>, offset: u64) -> Result<(), Error> {
        self.count += 1;
        let bytes = kind.map(|(block, bytes)| {
            let weights = shape.iter().fold(1_u64, |product, n| product.saturating_mul(*n));
            weights.div_ceil(block).saturating_mul(bytes)
        });
        self.unknown += u64::from(bytes.is_none());
        self.bytes = self.bytes.saturating_add(bytes.unwrap_or_default());
        self.end = self.end.max(offset.saturating_add(bytes.unwrap_or_default()));
        let width = shape.get(1).copied().unwrap_or_default();
        match name {
            "output.weight" => self.output = true,
            "token_embd.weight" => self.tokens = width,
            "dense.0.weight" | "dense_2.weight" => self.embeds = true,
            _ if name.ends_with(".ffn_gate_exps.weight") || name.ends_with(".ffn_up_exps.weight") => {
                self.expert = self.expert.max(width);
            }
            _ if name.ends_with(".ffn_up.weight") || name.ends_with(".ffn_down.weight") => self.dense = true,
            _ if ["v.", "mm.", "a."].iter().any(|part| name.starts_with(part)) => {
                let wrong = || {
                    Error(format!(
                        "the type of the tensor {} is not known; it may be newer than this tool",
                        quoted(name)
                    ))
                };
                self.vision = self.vision.saturating_add(bytes.ok_or_else(wrong)?);
            }
            _ => {}
        }
        Ok(())
    }
}
