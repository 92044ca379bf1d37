//! Which layers see the whole context, which a window of it, and which keep a state instead?

use super::Error;
use super::keys::Keys;

/// Kinds of layers, as `facts::Network` counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Pattern {
    /// Tokens that a sliding layer sees.
    pub window: u64,
    /// One layer in so many sees the whole context.
    pub every: u64,
    /// Layers that see the whole context, where `every` does not say it.
    pub attention_layers: u64,
    /// Recurrent layers, where they are not all without attention.
    pub recurrent_layers: u64,
}

/// An architecture with sliding layers whose files need not say which.
struct Fixed {
    architecture: &'static str,
    every: u64,
    /// The window, where the file does not say it.
    window: u64,
    /// Whether the first of `every` layers sees the whole context, not the last.
    first: bool,
}

const fn fixed(architecture: &'static str, every: u64, window: u64) -> Fixed {
    Fixed { architecture, every, window, first: false }
}

/// Source: `load_swa_pattern` and `n_swa` in llama.cpp's `src/models/*.cpp` (Python package llama-cpp-python 0.3.36);
/// `gptoss` and `olmo3`, Ollama's own names: ollama v0.34.2 `llama/compat`.
const FIXED: [Fixed; 19] = [
    fixed("afmoe", 4, 0),
    fixed("cohere2", 4, 0),
    Fixed { architecture: "cohere2moe", every: 4, window: 0, first: true },
    fixed("exaone-moe", 4, 128),
    fixed("gemma-embedding", 6, 0),
    fixed("gemma2", 2, 4096),
    fixed("gemma3", 6, 0),
    fixed("gemma3n", 5, 0),
    fixed("gpt-oss", 2, 0),
    fixed("gptoss", 2, 0),
    Fixed { architecture: "laguna", every: 4, window: 0, first: true },
    fixed("llama4", 4, 8192),
    fixed("mellum", 4, 0),
    Fixed { architecture: "modern-bert", every: 3, window: 0, first: true },
    fixed("muse-glimmer", 4, 0),
    fixed("olmo2", 4, 0),
    fixed("olmo3", 4, 0),
    fixed("plamo3", 8, 0),
    Fixed { architecture: "smallthinker", every: 4, window: 0, first: true },
];

/// Architectures with attention in one layer of so many, where the file does not say it. Source: as above.
const HYBRID: [(&str, u64); 4] = [("minimax-01", 8), ("qwen35", 4), ("qwen35moe", 4), ("qwen3next", 4)];

/// The kinds of layers of a network of which the last `shared` have no cache of their own.
pub(super) fn of(keys: &Keys, layers: u64, shared: u64) -> Result<Pattern, Error> {
    let own = layers.saturating_sub(shared);
    let mut pattern = sliding(keys, layers, own)?;
    if pattern.window == 0 {
        pattern = hybrid(keys, layers, own)?;
    }
    if pattern.every > 4097 {
        return Err(Error(format!("one layer in {} sees the whole context; the file is damaged", pattern.every)));
    }
    pattern.recurrent_layers = recurrent(keys, layers, pattern)?;
    Ok(pattern)
}

fn sliding(keys: &Keys, layers: u64, own: u64) -> Result<Pattern, Error> {
    let architecture = keys.architecture();
    let fixed = FIXED.iter().find(|row| row.architecture == architecture);
    // exaone4: its 32B alone slides. phi3: llama.cpp does not, whatever the file says.
    let exaone4 = Fixed { architecture: "exaone4", every: 4, window: 4096, first: false };
    let fixed = fixed.or((architecture == "exaone4" && layers == 64).then_some(&exaone4));
    let stated = "attention.sliding_window_pattern";
    if (fixed.is_none() && !keys.has(stated)) || architecture == "phi3" {
        return Ok(Pattern::default());
    }
    let (window, first) = fixed.map_or((0, false), |row| (row.window, row.first));
    let window = if keys.has("attention.sliding_window") { keys.number("attention.sliding_window")? } else { window };
    let (every, full) = if let Some(slides) = keys.list(stated)? {
        // Layers that the list does not reach see all, as in llama.cpp.
        let own = usize::try_from(own).unwrap_or(usize::MAX);
        let full = own - slides.iter().take(own).filter(|slides| **slides > 0).count();
        let begin = slides.iter().position(|slides| *slides == 0).unwrap_or(slides.len());
        (begin as u64 + 1, full as u64)
    } else {
        let every = if keys.has(stated) { keys.number(stated)? } else { fixed.map_or(0, |row| row.every) };
        let full = if first { own.checked_next_multiple_of(every).unwrap_or(own) } else { own };
        (every, full.checked_div(every).unwrap_or(0))
    };
    if window == 0 || full >= own {
        return Ok(Pattern::default());
    }
    let every = match full {
        // More than there are layers: none.
        0 => own + 1,
        _ if every > 1 => every,
        full => own.div_ceil(full).max(2),
    };
    let attention_layers = if own / every == full { 0 } else { full };
    Ok(Pattern { window, every, attention_layers, recurrent_layers: 0 })
}

fn hybrid(keys: &Keys, layers: u64, own: u64) -> Result<Pattern, Error> {
    let usual = HYBRID.iter().find(|(name, _)| *name == keys.architecture()).map_or(0, |(_, every)| *every);
    let stated = keys.number("full_attention_interval")?;
    let every = if stated > 0 { stated } else { usual };
    let take = usize::try_from(layers).unwrap_or(usize::MAX);
    let with = match keys.list("attention.head_count_kv")? {
        Some(heads) if heads.iter().take(take).any(|heads| *heads == 0) => {
            heads.iter().take(take).filter(|heads| **heads > 0).count() as u64
        }
        // Layers that look at the picture only.
        _ => match keys.count(&keys.of_architecture("attention.cross_attention_layers")) {
            0 => 0,
            crossed => layers.saturating_sub(crossed),
        },
    };
    let attention_layers = if own.checked_div(every) == Some(with) { 0 } else { with };
    Ok(Pattern { window: 0, every, attention_layers, recurrent_layers: 0 })
}

fn recurrent(keys: &Keys, layers: u64, pattern: Pattern) -> Result<u64, Error> {
    if keys.number("ssm.conv_kernel")? == 0 {
        return Ok(0);
    }
    let architecture = keys.architecture();
    if keys.number("attention.head_count")? == 0 || architecture == "falcon-h1" {
        return Ok(layers);
    }
    let (heads, widths) = (keys.list("attention.head_count_kv")?, keys.list("feed_forward_length")?);
    let (Some(heads), Some(widths), true) = (heads, widths, architecture.starts_with("nemotron_h")) else {
        return Ok(0);
    };
    // Layers with neither attention nor a feed-forward part. Source: llama.cpp `src/models/nemotron-h.cpp`.
    let take = usize::try_from(layers).unwrap_or(usize::MAX);
    let count =
        heads.iter().zip(widths).take(take).filter(|(heads, width)| **heads == 0 && **width == 0).count() as u64;
    Ok(if count == layers - pattern.attention_layers.min(layers) { 0 } else { count })
}
