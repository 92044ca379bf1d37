//! Which keys of a model's metadata are kept, and what do they say?

use super::{Error, quoted};

/// A value, as far as it is of use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// A whole number, not below zero; `true` is 1.
    Number(u64),
    /// As many as there may be layers.
    Numbers(Vec<u64>),
    /// A name.
    Text(String),
    /// A list that was only counted.
    Counted(u64),
    /// The answer leaves it out.
    LeftOut,
    /// Something that no kept key should be.
    Other(&'static str),
}

/// Keys with a text.
const TEXTS: [&str; 2] = ["general.architecture", "general.name"];
/// Keys with a number, or a list.
const GENERAL: [&str; 5] =
    ["general.alignment", "general.file_type", "general.parameter_count", "split.count", "tokenizer.ggml.tokens"];
/// Keys that follow the name of the architecture. Source: `gguf/constants.py` of the Python package gguf 0.19.0.
const OF_ARCHITECTURE: [&str; 30] = [
    "attention.cross_attention_layers",
    "attention.head_count",
    "attention.head_count_kv",
    "attention.key_length",
    "attention.key_length_mla",
    "attention.key_length_swa",
    "attention.kv_lora_rank",
    "attention.shared_kv_layers",
    "attention.sliding_window",
    "attention.sliding_window_pattern",
    "attention.value_length",
    "attention.value_length_mla",
    "attention.value_length_swa",
    "block_count",
    "context_length",
    "embedding_length",
    "embedding_length_per_layer_input",
    "expert_count",
    "expert_feed_forward_length",
    "expert_used_count",
    "feed_forward_length",
    "full_attention_interval",
    "nextn_predict_layers",
    "pooling_type",
    "rope.dimension_count",
    "ssm.conv_kernel",
    "ssm.group_count",
    "ssm.inner_size",
    "ssm.state_size",
    "vocab_size",
];

/// Numbers of a list that are kept: more than any network has layers.
pub(super) const LONGEST_LIST: u64 = 4096;
/// Bytes of a name at most.
pub(super) const LONGEST_NAME: u64 = 64 << 10;
/// Entries and bytes that are kept: many times what a model has, and less than 1 MiB.
const MOST_ENTRIES: usize = 256;
const MOST_BYTES: usize = 768 << 10;

/// What is made of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Its text is kept.
    Text,
    /// Its number or list is kept.
    Number,
    /// Nothing.
    Nothing,
}

/// The keys that are kept.
#[derive(Debug, Default)]
pub(super) struct Keys {
    entries: Vec<(String, Value, u64)>,
    bytes: usize,
    /// Whether they are from JSON: without places, and maybe with lists left out.
    pub json: bool,
}

impl Keys {
    /// What to make of a key.
    pub fn wanted(&self, key: &str) -> Wanted {
        if TEXTS.contains(&key) {
            return Wanted::Text;
        }
        if GENERAL.contains(&key) {
            return Wanted::Number;
        }
        // The architecture comes first in all files but those of an odd writer: until then keep those of all.
        let known = self.architecture();
        match key.split_once('.') {
            Some((architecture, rest)) if known.is_empty() || known == architecture => {
                if OF_ARCHITECTURE.contains(&rest) { Wanted::Number } else { Wanted::Nothing }
            }
            _ => Wanted::Nothing,
        }
    }

    /// Keeps a key that stands at byte `at`; says what is wrong with it.
    pub fn insert(&mut self, key: String, value: Value, at: u64) -> Result<(), String> {
        if self.find(&key).is_some() {
            return Err(format!("the key {} stands twice; the file is damaged", quoted(&key)));
        }
        self.bytes += key.len()
            + match &value {
                Value::Numbers(numbers) => 8 * numbers.len(),
                Value::Text(text) => text.len(),
                _ => 0,
            };
        if self.entries.len() == MOST_ENTRIES || self.bytes > MOST_BYTES {
            return Err("there are more keys than any model has; the file is damaged".to_owned());
        }
        self.entries.push((key, value, at));
        Ok(())
    }

    fn find(&self, key: &str) -> Option<&(String, Value, u64)> {
        self.entries.iter().find(|(known, ..)| known == key)
    }

    /// A text; empty where there is none.
    pub fn text(&self, key: &str) -> &str {
        match self.find(key) {
            Some((_, Value::Text(text), _)) => text,
            _ => "",
        }
    }

    /// `general.architecture`; empty where it is not known.
    pub fn architecture(&self) -> &str {
        self.text("general.architecture")
    }

    /// A key whose name begins with that of the architecture.
    pub fn of_architecture(&self, key: &str) -> String {
        format!("{}.{key}", self.architecture())
    }

    /// A number of the architecture, or the largest of a list; 0 where there is none.
    pub fn number(&self, key: &str) -> Result<u64, Error> {
        self.whole(&self.of_architecture(key))
    }

    /// Whether there is such a key of the architecture.
    pub fn has(&self, key: &str) -> bool {
        self.states(&self.of_architecture(key))
    }

    /// Whether there is such a key.
    pub fn states(&self, key: &str) -> bool {
        self.find(key).is_some()
    }

    /// A number, or the largest of a list; 0 where there is none.
    pub fn whole(&self, key: &str) -> Result<u64, Error> {
        Ok(match self.find(key) {
            None => 0,
            Some((_, Value::Number(number), _)) => *number,
            Some((_, Value::Numbers(numbers), _)) if !numbers.is_empty() => {
                numbers.iter().copied().max().unwrap_or_default()
            }
            Some(entry) => return Err(self.wrong(entry)),
        })
    }

    /// A list of numbers of the architecture, one a layer; nothing where there is none, or one number for all.
    pub fn list(&self, key: &str) -> Result<Option<&[u64]>, Error> {
        match self.find(&self.of_architecture(key)) {
            None | Some((_, Value::Number(_), _)) => Ok(None),
            Some((_, Value::Numbers(numbers), _)) if !numbers.is_empty() => Ok(Some(numbers)),
            Some(entry) => Err(self.wrong(entry)),
        }
    }

    /// How long a list is; 0 where there is none, or it was left out, wholly or in part.
    pub fn count(&self, key: &str) -> u64 {
        match self.find(key) {
            Some((_, Value::Counted(count), _)) if !self.json || *count <= LONGEST_LIST => *count,
            Some((_, Value::Numbers(numbers), _)) => numbers.len() as u64,
            _ => 0,
        }
    }

    fn wrong(&self, (key, value, at): &(String, Value, u64)) -> Error {
        let key = quoted(key);
        let place = if self.json { String::new() } else { format!(" (byte {at})") };
        Error(match value {
            Value::LeftOut | Value::Numbers(_) if self.json => {
                format!("the answer leaves out {key}; ask /api/show again with \"verbose\": true")
            }
            Value::LeftOut | Value::Numbers(_) => format!("the list {key} is empty{place}; the file is damaged"),
            Value::Counted(count) => {
                format!("{key} is a list of {count}, not one of at most {LONGEST_LIST} whole numbers{place}")
            }
            Value::Text(_) => format!("{key} is a text, not a whole number{place}"),
            Value::Other(what) => format!("{key} is {what}, not a whole number{place}"),
            Value::Number(number) => format!("{key} is {number}, not a text{place}"),
        })
    }
}
