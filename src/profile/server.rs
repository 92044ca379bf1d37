//! What does a profile say of the server: one field for each of Ollama's settings.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize};

use super::{Auto, form};
use crate::names::{DnsName, EnvName};
use crate::units::{Bytes, Seconds};

/// Ollama's settings.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Server {
    /// The release, 0.30.0 or newer; the image is then Ollama's own.
    #[schemars(regex(pattern = r"^[-A-Za-z0-9_./:]+$"), example = crate::facts::OLLAMA_VERSION)]
    pub version: Option<String>,
    /// Another image, instead of `version`.
    pub image: Option<Image>,
    /// Tokens a request may use, prompt and answer together, 256 to 1048576.
    #[schemars(range(min = 256, max = 1_048_576))]
    pub context_length: u32,
    /// Requests that a model works on at once, 1 to 64; each has a context of its own.
    #[schemars(range(min = 1, max = 64))]
    pub parallel: u32,
    /// How long an idle model stays in memory.
    pub keep_alive: KeepAlive,
    /// Models in memory at once; `auto`: all of the profile.
    #[schemars(with = "Auto<std::num::NonZeroU32>")]
    pub max_loaded_models: Auto<u32>,
    /// Requests that may wait for a model to load.
    pub max_queue: u32,
    /// The type of the KV cache.
    pub kv_cache: CacheType,
    /// Flash attention.
    pub flash_attention: FlashAttention,
    /// How long a load may stand still; `auto`: from the size of the largest model.
    pub load_timeout: Auto<Seconds>,
    /// Host memory for finished prompts, per loaded model; `0Mi` turns it off.
    pub prompt_cache: Bytes,
    /// Copies of its state that a slot keeps to go back to, 0 to 32; only models with windows or recurrent layers.
    #[schemars(range(max = 32))]
    pub context_checkpoints: u32,
    /// How long a stopping pod waits for open connections, at most an hour.
    pub drain: Seconds,
    /// Web pages that may call the API from a browser.
    pub origins: Vec<String>,
    /// Variables that have no field.
    #[schemars(extend("propertyNames" = form::own_variables()))]
    pub env: BTreeMap<EnvName, String>,
    /// Variables from Secrets and `ConfigMaps`.
    pub env_from: Vec<EnvFrom>,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            version: None,
            image: None,
            context_length: 8192,
            parallel: 1,
            keep_alive: KeepAlive::For(Seconds(24 * 3600)),
            max_loaded_models: Auto::Auto,
            max_queue: 512,
            kv_cache: CacheType::F16,
            flash_attention: FlashAttention::Auto,
            load_timeout: Auto::Auto,
            prompt_cache: Bytes::mib(512),
            // One prompt makes one or two; llama-server's own 32 can take 10 GiB a slot.
            context_checkpoints: 4,
            drain: Seconds(120),
            origins: Vec::new(),
            env: BTreeMap::new(),
            env_from: Vec::new(),
        }
    }
}

/// An image other than Ollama's own.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Image {
    /// Registry and path, `ollama/ollama` where left out.
    #[schemars(regex(pattern = r"^[-A-Za-z0-9_./:]+$"), example = "registry.example.com/ollama/ollama")]
    pub repository: Option<String>,
    /// The tag; one of `tag` and `digest` is needed.
    #[schemars(regex(pattern = r"^[-A-Za-z0-9_./:]+$"), example = crate::facts::OLLAMA_VERSION)]
    pub tag: Option<String>,
    /// `sha256:` and 64 hexadecimal digits.
    #[schemars(regex(pattern = r"^[-A-Za-z0-9_./:]+$"))]
    pub digest: Option<String>,
    /// When nodes fetch it.
    pub pull_policy: Option<PullPolicy>,
    /// Secrets with credentials for its registry.
    pub pull_secrets: Vec<DnsName>,
}

/// When nodes fetch an image.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, Serialize)]
pub enum PullPolicy {
    /// At every start.
    Always,
    /// When the node does not have it.
    IfNotPresent,
    /// Never: it must be there.
    Never,
}

/// How long an idle model stays in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeepAlive {
    /// That long.
    For(Seconds),
    /// Until the pod ends.
    Forever,
}

impl<'de> Deserialize<'de> for KeepAlive {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TimeOrForever)
    }
}

struct TimeOrForever;

impl Visitor<'_> for TimeOrForever {
    type Value = KeepAlive;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time such as 24h, or forever")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<KeepAlive, E> {
        if text == "forever" {
            return Ok(KeepAlive::Forever);
        }
        text.parse().map(KeepAlive::For).map_err(|_: &str| E::invalid_value(de::Unexpected::Str(text), &self))
    }
}

/// Types of the KV cache. Source: ollama v0.32.15 `llm/llama_server.go` 393.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
pub enum CacheType {
    /// 2 bytes an element.
    #[serde(rename = "f16")]
    F16,
    /// 34 bytes for 32 elements.
    #[serde(rename = "q8_0")]
    Q8,
    /// 18 bytes for 32 elements.
    #[serde(rename = "q4_0")]
    Q4,
}

/// Flash attention.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum FlashAttention {
    /// Where the hardware has it.
    Auto,
    /// Always.
    On,
    /// Never.
    Off,
}

/// Where variables come from.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum EnvFrom {
    /// A Secret of the namespace.
    SecretRef(NameOf),
    /// A `ConfigMap` of the namespace.
    ConfigMapRef(NameOf),
}

/// `{name: NAME}`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NameOf {
    /// The object's name.
    pub name: DnsName,
}
