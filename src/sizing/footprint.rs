//! How much memory does a loaded model take, by part?

use crate::units::Bytes;

use super::shape::{Makes, Shape};

/// The type of the KV cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheType {
    /// Two bytes a number.
    F16,
    /// 34 bytes for 32 numbers.
    Q8,
    /// 18 bytes for 32 numbers.
    Q4,
}

impl CacheType {
    /// Bytes that 32 numbers take.
    const fn of_32(self) -> u64 {
        match self {
            Self::F16 => 64,
            Self::Q8 => 34,
            Self::Q4 => 18,
        }
    }

    /// As Ollama writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::F16 => "f16",
            Self::Q8 => "q8_0",
            Self::Q4 => "q4_0",
        }
    }

    fn bytes(self, numbers: u64) -> Bytes {
        Bytes(u64::try_from(u128::from(numbers) * u128::from(self.of_32()) / 32).unwrap_or(u64::MAX))
    }
}

/// The settings that decide memory.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Tokens of context a request.
    pub context: u64,
    /// Requests at once.
    pub parallel: u64,
    /// The type of the cache.
    pub cache: CacheType,
    /// Whether attention is computed without its whole matrix.
    pub flash_attention: bool,
    /// Where the model runs.
    pub device: Device,
}

/// Where a model runs, as far as that decides how much is computed at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Device {
    /// On the CPU.
    Cpu,
    /// On GPUs with so much memory together that a program sees; zero where nobody said.
    Gpu(Bytes),
}

impl Load {
    /// Requests that the model really works on at once.
    pub fn slots(self, shape: &Shape) -> u64 {
        if shape.one_at_a_time { 1 } else { self.parallel }
    }

    /// Tokens of context that a request really gets: no more than the model was trained for.
    pub fn context_of(self, shape: &Shape) -> u64 {
        let asked = shape.own_context.unwrap_or(self.context);
        shape.context.map_or(asked, |longest| asked.min(longest))
    }

    /// Cells of the cache that a slot gets: llama-server rounds up to 256.
    fn cells(self, shape: &Shape) -> u64 {
        if shape.makes == Makes::Encodings { 0 } else { self.context_of(shape).div_ceil(256) * 256 }
    }

    /// Cells that the layers with a window get in a slot.
    fn window_cells(self, shape: &Shape, batch: u64) -> u64 {
        if shape.sliding.layers == 0 {
            return 0;
        }
        (shape.window + batch).min(self.cells(shape)).div_ceil(256) * 256
    }

    /// Tokens that are computed together. Source: ollama v0.34.2 `server/sched.go` 801-915.
    pub fn micro_batch(self, shape: &Shape) -> u64 {
        let context = self.context_of(shape);
        if shape.makes != Makes::Text {
            return context.min(2048);
        }
        if let (Device::Gpu(memory), false) = (self.device, self.flash_attention) {
            let small = memory > Bytes(0) && memory <= Bytes::gib(8) && context * self.slots(shape) > 4096;
            return if small { 256 } else { 512 };
        }
        let wished: u64 = match context * self.slots(shape) {
            0..=4096 => 512,
            4097..=32_768 => 1024,
            _ => 2048,
        };
        match self.device {
            Device::Gpu(memory) if memory > Bytes(0) => {
                let predicted = predicted(shape, self);
                [2048, 1024]
                    .into_iter()
                    .find(|&batch| batch <= wished && has_room(batch, predicted, memory))
                    .unwrap_or(512)
            }
            _ => wished,
        }
    }
}

/// Whether Ollama takes a micro-batch of that size on a GPU. Source: ollama v0.34.2 `server/sched.go` 875-915.
fn has_room(batch: u64, predicted: Bytes, memory: Bytes) -> bool {
    let (share, surcharge) = if batch == 2048 { (60, Bytes::gib(2)) } else { (75, Bytes::mib(768)) };
    let percent = |percent: u64| Bytes(memory.0 / 100 * percent);
    predicted <= percent(share) && predicted + surcharge <= percent(80)
}

/// What Ollama believes before it loads a model: the file, and a cache of all layers in f16, blind to windows.
/// Source: ollama v0.34.2 `llm/llama_server.go` 2701.
pub fn predicted(shape: &Shape, load: Load) -> Bytes {
    shape.weights + shape.predicted_per_token * load.context_of(shape) * load.slots(shape)
}

/// The memory of one loaded model, by part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Footprint {
    /// The weights.
    pub weights: Bytes,
    /// What turns pictures into tokens.
    pub projector: Bytes,
    /// Keys and values of all slots.
    pub kv_cache: Bytes,
    /// State of the recurrent layers, all slots.
    pub recurrent: Bytes,
    /// What one micro-batch needs.
    pub compute: Bytes,
    /// The results: of an embedding model, for as many tokens as it may be sent at once.
    pub output: Bytes,
}

impl Footprint {
    /// Everything that one loaded model takes where it runs.
    pub fn total(&self) -> Bytes {
        self.weights + self.projector + self.kv_cache + self.recurrent + self.compute + self.output
    }
}

/// What a model takes under these settings.
pub fn footprint(shape: &Shape, load: Load) -> Footprint {
    footprint_of_batch(shape, load, load.micro_batch(shape))
}

/// The same, with so many tokens computed together, whatever Ollama would choose.
pub fn footprint_of_batch(shape: &Shape, load: Load, batch: u64) -> Footprint {
    let (slots, cells, window) = (load.slots(shape), load.cells(shape), load.window_cells(shape, batch));
    // Without flash attention the values of every layer are as wide as the widest (measured: gemma4).
    let values = |own: u64| if load.flash_attention { own } else { shape.full.values.max(shape.sliding.values) };
    let of = |layers: u64, keys: u64, values: u64, cells: u64| {
        load.cache.bytes(layers.saturating_mul(keys.saturating_add(values)).saturating_mul(cells)) * slots
    };
    let (full, sliding) = (shape.full, shape.sliding);
    let kv_cache = of(full.layers, full.keys, if full.layers > 0 { values(full.values) } else { 0 }, cells)
        + of(sliding.layers, sliding.keys, if sliding.layers > 0 { values(sliding.values) } else { 0 }, window);
    Footprint {
        weights: shape.weights,
        projector: shape.projector,
        kv_cache,
        recurrent: shape.state * slots,
        compute: compute(shape, load, batch, cells, window) + shape.picture,
        output: Bytes(4) * output_rows(shape, load, batch) * output_width(shape),
    }
}

/// The compute buffer: the widest point of the graph, and the mask of the cells.
fn compute(shape: &Shape, load: Load, batch: u64, cells: u64, window: u64) -> Bytes {
    // An encoder has no cache: its tokens attend to one another.
    let seen = if shape.makes == Makes::Encodings { batch } else { cells + window };
    let graph = shape.graph;
    if !load.flash_attention {
        let matrix = graph.heads.saturating_mul(cells).saturating_add(seen);
        return Bytes(4) * batch * matrix.saturating_add(graph.unfused);
    }
    let (width, once) = match load.cache {
        CacheType::F16 => (graph.fused, 0),
        CacheType::Q8 | CacheType::Q4 => (graph.quantised, graph.rotation),
    };
    Bytes(4) * batch * width + Bytes(2) * batch * seen + Bytes(once)
}

/// The mask of the cells, which is made on the host: two bytes for each token of the micro-batch and each cell.
/// Source: llama.cpp pull request 23764, 2026-05; on GPUs not measured.
pub fn mask(shape: &Shape, load: Load) -> Bytes {
    let batch = load.micro_batch(shape);
    Bytes(2) * batch * (load.cells(shape) + load.window_cells(shape, batch))
}

/// Rows of the output buffer: one a slot, but an embedding model's grows to all tokens sent at once (measured 2026-11,
/// in no log).
fn output_rows(shape: &Shape, load: Load, batch: u64) -> u64 {
    if shape.makes == Makes::Text { load.slots(shape) } else { batch }
}

fn output_width(shape: &Shape) -> u64 {
    shape.vocabulary + if shape.makes == Makes::Text { 0 } else { shape.embedding }
}
