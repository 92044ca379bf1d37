//! With which settings does the server run? Each with its reason.

use super::{Because, Delivery, PlannedModel, Problem, Problems, ServerSize, Times};
use crate::facts;
use crate::profile::{Auto, EnvFrom, FlashAttention, KeepAlive, Profile};
use crate::sizing::{CacheType, Device, Load, Shape};
use crate::units::{Bytes, Seconds};

/// A variable of the server.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Its name.
    pub name: &'static str,
    /// Its value, and why.
    pub value: Because<String>,
}

/// Where more variables come from.
#[derive(Clone, Debug)]
pub enum EnvSource {
    /// A Secret of the namespace.
    Secret(String),
    /// A `ConfigMap` of the namespace.
    ConfigMap(String),
}

pub(super) fn settings(
    profile: &Profile,
    loaded: &[&PlannedModel],
    load: Load,
    size: &ServerSize,
    times: &Times,
    delivery: &Delivery,
    problems: &mut Problems,
) -> Vec<Setting> {
    let server = &profile.server;
    if profile.server.max_loaded_models == Auto::Given(0) {
        problems.error(
            Problem::new(
                "server.maxLoadedModels",
                "0 would let Ollama load three models a GPU, whatever memory there is",
            )
            .help("1 or more, or auto"),
        );
    }
    if server.context_checkpoints > 32 {
        let message = format!("{} checkpoints a slot are more than llama-server keeps", server.context_checkpoints);
        problems.error(Problem::new("server.contextCheckpoints", message).help("0 to 32"));
    }
    if !server.prompt_cache.0.is_multiple_of(1 << 20) {
        problems.error(
            Problem::new(
                "server.promptCache",
                format!("{} is not a whole number of MiB, the unit that the server takes", server.prompt_cache),
            )
            .help("512Mi, or 0Mi to turn it off"),
        );
    }
    let mut settings = Vec::new();
    let mut set =
        |name, value: String, reason: &str| settings.push(Setting { name, value: Because::new(value, reason) });
    set(
        "OLLAMA_CONTEXT_LENGTH",
        server.context_length.to_string(),
        "tokens a request may use; the server's own choice depends on the GPU, up to 262144",
    );
    set(
        "OLLAMA_NUM_PARALLEL",
        server.parallel.to_string(),
        "requests a model works on at once, each with a context of its own",
    );
    let fits = match server.max_loaded_models {
        Auto::Auto if loaded.len() < profile.models.len() => "as many of the models as fit at once",
        _ => "what the memory is sized for",
    };
    set("OLLAMA_MAX_LOADED_MODELS", loaded.len().to_string(), fits);
    let keep_alive = match server.keep_alive {
        KeepAlive::Forever => "-1".into(),
        KeepAlive::For(time) => time.to_string(),
    };
    set("OLLAMA_KEEP_ALIVE", keep_alive, "how long an idle model stays loaded");
    set("OLLAMA_MAX_QUEUE", server.max_queue.to_string(), "requests that may wait for a model to load, then 503");
    set("OLLAMA_LOAD_TIMEOUT", times.load.value.to_string(), &times.load.reason);
    if load.cache != CacheType::F16 {
        set("OLLAMA_KV_CACHE_TYPE", load.cache.name().into(), "smaller keys and values, at some cost in quality");
    }
    if server.flash_attention != FlashAttention::Auto {
        let value = if server.flash_attention == FlashAttention::On { "1" } else { "0" };
        set("OLLAMA_FLASH_ATTENTION", value.into(), "as the profile says");
    }
    if !server.origins.is_empty() {
        set("OLLAMA_ORIGINS", server.origins.join(","), "web pages that may call the API from a browser");
    }
    set("OLLAMA_NO_CLOUD", "1".into(), "nothing is asked of or sent to ollama.com");
    if *delivery != Delivery::Init {
        set("OLLAMA_NOPRUNE", "1".into(), "a server must not clean a store that others fill");
    }
    let (cache, reason) = prompt_cache(server.prompt_cache, loaded, load);
    set("LLAMA_ARG_CACHE_RAM", cache, &reason);
    let widest = loaded.iter().map(|model| model.shape.checkpoint()).max().unwrap_or_default();
    if widest > Bytes(0) {
        let reason = format!("copies of {} MiB that a slot keeps to go back to; the default is 32", widest.in_mib());
        set("LLAMA_ARG_CTX_CHECKPOINTS", server.context_checkpoints.to_string(), &reason);
    }
    if load.device == Device::Cpu {
        set(
            "LLAMA_ARG_THREADS",
            size.cpu.value.whole_cores().to_string(),
            "the cores of the limit; all of the node's would be 45 times slower",
        );
    }
    settings
}

/// The limit in MiB, which is all that the server takes. A prompt that is larger is not kept (measured, 0.34.2).
fn prompt_cache(limit: Bytes, models: &[&PlannedModel], load: Load) -> (String, String) {
    let mib = limit.in_mib().to_string();
    let kept = models.iter().map(|model| &model.shape).filter(|shape| shape.kv_per_token() > Bytes(0));
    // The model whose prompts are the largest; what a prompt of one token takes already is gone for all others.
    let tokens = |shape: &Shape| limit.0.saturating_sub((shape.checkpoint() * 2).0) / shape.kv_per_token().0;
    let Some(worst) = kept.min_by_key(|shape| tokens(shape)) else {
        return (mib, "MiB; these models keep no prompts".into());
    };
    let tokens = tokens(worst).min(load.context_of(worst));
    if tokens == 0 {
        return (mib, "no finished prompt is kept".into());
    }
    (mib, format!("MiB of finished prompts a loaded model keeps, each of up to {tokens} tokens; the default is 8192"))
}

pub(super) fn env(profile: &Profile, problems: &mut Problems) -> (Vec<(String, String)>, Vec<EnvSource>) {
    let server = &profile.server;
    for name in server.env.keys() {
        let Some(setting) = facts::setting(name) else { continue };
        let help = if setting.field.is_empty() {
            format!("leave it out: {}", setting.source)
        } else {
            format!("set {} instead", setting.field)
        };
        problems
            .error(Problem::new(format!("server.env.{name}"), format!("`{name}` is not to be set by hand")).help(help));
    }
    if server.drain > Seconds(3600) {
        problems.error(
            Problem::new("server.drain", "a pod that stops for more than an hour blocks every drain of its node")
                .help("at most 1h"),
        );
    }
    let env = server.env.iter().map(|(name, value)| (name.to_string(), value.clone())).collect();
    let env_from = server.env_from.iter().map(|source| match source {
        EnvFrom::SecretRef(secret) => EnvSource::Secret(secret.name.to_string()),
        EnvFrom::ConfigMapRef(map) => EnvSource::ConfigMap(map.name.to_string()),
    });
    (env, env_from.collect())
}
