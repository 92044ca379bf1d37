//! What is known of the server's releases: the variables they read, their cache types and their vulnerabilities.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use super::{MISTAKES, VARIABLES, VULNERABILITIES};

/// A release of Ollama, as in `0.34.2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Release([u32; 3]);

impl Release {
    /// The first one that serves every model by llama-server: 0.30.0, 2026-06-01 (ollama, commit 9db4bdbad).
    pub const LLAMA_SERVER: Self = Self([0, 30, 0]);

    /// A release by its three numbers.
    pub const fn of(major: u32, minor: u32, patch: u32) -> Self {
        Self([major, minor, patch])
    }
}

impl FromStr for Release {
    type Err = String;

    /// Reads the tag of an image: `v` before the three numbers and `-rocm` or `-rc1` behind them do not count.
    fn from_str(tag: &str) -> Result<Self, String> {
        let numbers = tag.strip_prefix('v').unwrap_or(tag).split(['-', '+']).next().unwrap_or_default();
        let mut parts = numbers.split('.').map(str::parse);
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(Ok(major)), Some(Ok(minor)), Some(Ok(patch)), None) => Ok(Self([major, minor, patch])),
            _ => Err(format!("\"{tag}\" names no release")),
        }
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.0;
        write!(f, "{major}.{minor}.{patch}")
    }
}

/// How a variable is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum VariableKind {
    /// `1`, `t`, `true`, `0`, `f`, `false` in any usual case; anything else counts as true.
    Bool,
    /// A number that is not negative; anything else counts as the default, with a warning.
    Uint,
    /// As in `5m` or `1h30m`, or seconds; anything else counts as the default, without a word.
    Duration,
    /// An address.
    Url,
    /// A path.
    Path,
    /// Anything.
    Text,
    /// Parts with commas between them.
    List,
}

impl VariableKind {
    /// Whether the server reads a value as what it says. Surrounding spaces and quotes do not count.
    pub fn reads(self, value: &str) -> bool {
        let value = value.trim().trim_matches(['"', '\'']);
        if value.is_empty() {
            return true;
        }
        match self {
            Self::Bool => {
                const WORDS: [&str; 12] =
                    ["1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"];
                WORDS.contains(&value)
            }
            Self::Uint => value.bytes().all(|b| b.is_ascii_digit()) && value.parse::<u64>().is_ok(),
            Self::Duration => value.parse::<i64>().is_ok() || is_duration(value),
            Self::Url | Self::Path | Self::Text | Self::List => true,
        }
    }
}

/// Whether Go's `time.ParseDuration` reads it: numbers, each with a unit. Source: go `time/format.go`.
fn is_duration(text: &str) -> bool {
    const UNITS: [&str; 8] = ["ns", "us", "\u{b5}s", "\u{3bc}s", "ms", "s", "m", "h"];
    let mut rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    while !rest.is_empty() {
        let unit = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let number = &rest[..rest.len() - unit.len()];
        let end = unit.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(unit.len());
        let is_number = number.bytes().any(|b| b.is_ascii_digit()) && number.matches('.').count() < 2;
        if !is_number || !UNITS.contains(&&unit[..end]) {
            return false;
        }
        rest = &unit[end..];
    }
    !text.is_empty()
}

/// An environment variable that the server reads, or once read.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// How it is read.
    pub kind: VariableKind,
    /// What it is where it is not set, as text; empty: nothing, or decided at run time.
    pub default: &'static str,
    /// Whether only the command line, a client or the desktop app reads it.
    pub client: bool,
    /// A release that does not read it any more; empty: the newest one does.
    pub removed: &'static str,
    /// The variable that does today what it did; empty: none.
    pub instead: &'static str,
    /// Where this is from.
    pub source: &'static str,
    /// When it was looked up.
    pub checked: &'static str,
}

impl Variable {
    /// Whether a release is known not to read it any more.
    pub fn is_gone_from(&self, release: Release) -> bool {
        self.removed.parse::<Release>().is_ok_and(|removed| release >= removed)
    }
}

/// A variable that people set and that the server never read.
#[derive(Debug)]
pub struct Mistake {
    /// Its name.
    pub name: &'static str,
    /// The variable that does it; empty: there is none.
    pub instead: &'static str,
    /// Where there is none: how it is done else; empty: not known.
    pub hint: &'static str,
    /// Whether other programs, or the start script of the pod, may read it.
    pub other: bool,
    /// Where this is from.
    pub source: &'static str,
    /// When it was looked up.
    pub checked: &'static str,
}

/// How bad a vulnerability is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Risk {
    /// Hardly.
    Low,
    /// Somewhat, or hard to use.
    Medium,
    /// Ends the server, or changes what it holds.
    High,
    /// Gives away what it holds.
    Critical,
}

/// A known vulnerability of the server.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Vulnerability {
    /// Its CVE number.
    pub id: &'static str,
    /// What other databases call it.
    pub aliases: &'static [&'static str],
    /// The first release with the fix; empty: none is named.
    pub fixed: &'static str,
    /// How bad it is.
    pub risk: Risk,
    /// What can happen, in a sentence.
    pub summary: &'static str,
    /// The last release that the report names, where no fixed one is; empty: unknown.
    pub last: &'static str,
    /// Where this is from.
    pub source: &'static str,
    /// When it was looked up.
    pub checked: &'static str,
}

/// Types of the KV cache that llama-server takes, and whether they need flash attention, as a quantised cache of values
/// does. Source: llama.cpp `common/arg.cpp` `kv_cache_types`, `src/llama-context.cpp`.
pub const KV_CACHE_TYPES: [(&str, bool); 9] = [
    ("f32", false),
    ("f16", false),
    ("bf16", false),
    ("q8_0", true),
    ("q4_0", true),
    ("q4_1", true),
    ("iq4_nl", true),
    ("q5_0", true),
    ("q5_1", true),
];

/// Whether a type of the KV cache needs flash attention, whatever its letter case; none: there is no such type.
pub fn needs_flash_attention(cache_type: &str) -> Option<bool> {
    KV_CACHE_TYPES.iter().find(|(name, _)| name.eq_ignore_ascii_case(cache_type)).map(|(_, needs)| *needs)
}

/// The row of a variable.
pub fn variable(name: &str) -> Option<&'static Variable> {
    VARIABLES.binary_search_by(|row| row.name.cmp(name)).ok().map(|at| &VARIABLES[at])
}

/// The row of a variable that the server never read.
pub fn mistake(name: &str) -> Option<&'static Mistake> {
    MISTAKES.binary_search_by(|row| row.name.cmp(name)).ok().map(|at| &MISTAKES[at])
}

/// Vulnerabilities of a release that a newer one does not have, the worst first.
pub fn vulnerabilities_of(release: Release) -> Vec<&'static Vulnerability> {
    let is_newer = |fixed: &str| fixed.parse::<Release>().is_ok_and(|fixed| release < fixed);
    let mut found: Vec<_> = VULNERABILITIES.iter().filter(|row| is_newer(row.fixed)).collect();
    found.sort_by_key(|row| std::cmp::Reverse(row.risk));
    found
}
