//! Which model goes on which GPU of a server, and do they fit there together?

use crate::facts::{self, GPUS};
use crate::units::Bytes;

use super::footprint::{Device, Footprint, Load, footprint, predicted};
use super::shape::Shape;

/// The driver's context of each process on each GPU: the most of what was published as the difference between what the
/// driver and Ollama show (RTX 4090: 200 and 400 MiB, H100: 602 and 655 MiB); Ollama itself assumes 457 MiB.
pub const GPU_CONTEXT: Bytes = Bytes::mib(655);
/// What llama-server leaves free on a GPU: with less, it moves layers to the CPU. Source: llama.cpp `--fit-target`,
/// 1024 MiB; with a projector Ollama sets the projector and 1 GiB instead (v0.34.2 `llm/llama_server.go` 86).
pub const FIT_MARGIN: Bytes = Bytes::gib(1);

/// What one GPU holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GpuShare {
    /// Of the models.
    pub models: Footprint,
    /// Contexts of the driver.
    pub driver: Bytes,
    /// What must stay free.
    pub margin: Bytes,
}

impl GpuShare {
    /// All of it.
    pub fn total(&self) -> Bytes {
        self.models.total() + self.driver + self.margin
    }

    fn add(&mut self, model: &Footprint) {
        let sum = &mut self.models;
        sum.weights = sum.weights + model.weights;
        sum.projector = sum.projector + model.projector;
        sum.kv_cache = sum.kv_cache + model.kv_cache;
        sum.recurrent = sum.recurrent + model.recurrent;
        sum.compute = sum.compute + model.compute;
        sum.output = sum.output + model.output;
        self.driver = self.driver + GPU_CONTEXT;
        self.margin = FIT_MARGIN;
    }
}

/// Where the models of a server go.
#[derive(Clone, Debug)]
pub struct Placed {
    /// What each GPU holds when all of these models are loaded.
    pub gpus: Vec<GpuShare>,
    /// Whether Ollama keeps them all, whichever is loaded last.
    pub stay: bool,
}

/// What of a model a GPU holds when it holds `part` of `parts` of its layers: the table of the embeddings and the
/// output of an embedding model stay on the host, and every GPU needs a compute buffer of its own.
fn on_gpu(shape: &Shape, whole: &Footprint, part: u64, parts: u64) -> Footprint {
    let of = |amount: Bytes| {
        let exact = u128::from(amount.0) * u128::from(part);
        Bytes(u64::try_from(exact.div_ceil(u128::from(parts))).unwrap_or(u64::MAX))
    };
    Footprint {
        weights: of(Bytes(whole.weights.0 - shape.host_table.0)),
        projector: whole.projector,
        kv_cache: of(whole.kv_cache),
        recurrent: of(whole.recurrent),
        compute: whole.compute,
        output: Bytes(0),
    }
}

/// Places models on `count` GPUs of a server, each with `usable` memory where that is known.
///
/// As Ollama does: a model goes on the emptiest GPU if its prediction is within 80 % of what is free there, and is
/// split by layers over all of them if not; loading one pushes others out if its prediction is above 80 % of what they
/// leave. Source: ollama v0.34.2 `server/sched.go` 544-575, 1055-1075.
pub fn place(models: &[&Shape], load: Load, count: u32, usable: Option<Bytes>) -> Placed {
    let mut gpus = vec![GpuShare::default(); count.max(1) as usize];
    let number = gpus.len() as u64;
    let free = |gpu: &GpuShare| usable.map(|usable| Bytes(usable.0.saturating_sub(gpu.total().0 - gpu.margin.0)));
    for shape in models {
        let whole = footprint(shape, load);
        let emptiest = (0..gpus.len()).min_by_key(|&at| gpus[at].total()).unwrap_or(0);
        let fits_one = free(&gpus[emptiest]).is_some_and(|free| predicted(shape, load) <= eighty_percent(free));
        if number == 1 || fits_one {
            gpus[emptiest].add(&on_gpu(shape, &whole, 1, 1));
        } else {
            // The output layer counts as one more; the first GPUs get the odd ones.
            let parts = shape.layers + 1;
            for gpu in &mut gpus {
                gpu.add(&on_gpu(shape, &whole, parts.div_ceil(number), parts));
            }
        }
    }
    let stay = usable.is_none_or(|usable| {
        let all = usable * number;
        let used: Bytes = gpus.iter().map(|gpu| Bytes(gpu.total().0 - gpu.margin.0)).sum();
        models.len() < 2
            || models.iter().all(|shape| {
                let own = footprint(shape, load).total();
                let others = Bytes(used.0.saturating_sub(own.0));
                predicted(shape, load) <= eighty_percent(Bytes(all.0.saturating_sub(others.0)))
            })
    });
    Placed { gpus, stay }
}

/// Whether these models fit on such GPUs together, and stay there.
pub fn fit_on(models: &[&Shape], load: Load, count: u32, usable: Bytes) -> bool {
    let load = Load { device: Device::Gpu(usable * u64::from(count)), ..load };
    let placed = place(models, load, count, Some(usable));
    placed.stay && placed.gpus.iter().all(|gpu| gpu.total() <= usable)
}

/// The card of the catalogue with the least memory of which one holds these models, of those that are to be had: one that
/// a cloud carries, if there is one.
pub fn smallest_card(
    models: &[&Shape],
    load: Load,
    is_there: impl Fn(&facts::Gpu) -> bool,
) -> Option<&'static facts::Gpu> {
    let smallest = |carried: bool| {
        let cards = GPUS.iter().filter(|card| is_there(card) && carried != card.machines.is_empty());
        cards.filter(|card| fit_on(models, load, 1, Bytes::mib(card.usable()))).min_by_key(|card| card.usable())
    };
    smallest(true).or_else(|| smallest(false))
}

fn eighty_percent(amount: Bytes) -> Bytes {
    Bytes(amount.0 / 100 * 80)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sizing::{CacheType, Device, known};

    fn load(usable: Bytes) -> Load {
        let device = Device::Gpu(usable);
        Load { context: 8192, parallel: 1, cache: CacheType::F16, flash_attention: true, device }
    }

    fn shape(name: &str) -> Shape {
        known(&name.parse().expect("a name")).expect("in the catalogue").shape
    }

    #[test]
    fn a_model_that_fits_one_gpu_stays_on_it_and_a_larger_one_is_split_by_layers() {
        let usable = Bytes::gib(44);
        let small = place(&[&shape("llama3.1:8b")], load(usable), 2, Some(usable));
        assert_eq!(small.gpus.iter().filter(|gpu| gpu.total() > Bytes(0)).count(), 1);
        let large = place(&[&shape("llama3.3:70b")], load(usable), 2, Some(usable));
        let total = footprint(&shape("llama3.3:70b"), load(usable)).weights;
        assert!(large.gpus.iter().all(|gpu| gpu.models.weights > Bytes(total.0 * 45 / 100)));
        assert!(large.gpus.iter().all(|gpu| gpu.total() <= usable));
    }

    #[test]
    fn two_models_of_which_one_is_predicted_above_80_percent_of_the_rest_push_each_other_out() {
        let (a, b) = (shape("llama3.1:8b"), shape("qwen2.5:14b"));
        assert!(place(&[&a, &b], load(Bytes::gib(44)), 1, Some(Bytes::gib(44))).stay);
        assert!(!place(&[&a, &b], load(Bytes::gib(17)), 1, Some(Bytes::gib(17))).stay);
    }
}
