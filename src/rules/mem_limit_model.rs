//! `mem-limit-model`: the memory limit is below what a model needs.

use super::{Findings, Rule, Severity, Versions};
use crate::facts::Release;
use crate::k8s::Quantity;
use crate::scope::{Env, Scope, Seat, Wanted, Workload, size};
use crate::sizing::{CacheType, Device, Load, Shape, Sum, footprint, known};
use crate::units::Bytes;

pub(super) const RULE: Rule = Rule {
    id: "mem-limit-model",
    severity: Severity::Error,
    summary: "the memory limit is below what a model needs",
    versions: Versions::All,
    docs: include_str!("mem_limit_model.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        let models = scope.models().of_server(workload);
        if models.is_empty() {
            continue;
        }
        for seat in workload.servers().filter(|seat| scope.is_on_cpu(workload, seat)) {
            let Some(limit) = limit(seat).and_then(size) else { continue };
            let load = load(scope, workload, seat);
            // The weights were pages of a file then, which the limit does not count in full.
            let older = seat.image().release().is_some_and(|release| release < Release::LLAMA_SERVER);
            let Some((wanted, sum)) = largest(models, load, older).filter(|(_, sum)| sum.total() > limit) else {
                continue;
            };
            let needed = (sum.total() + Bytes::gib(1)).round_up(Bytes::gib(1));
            let finding = findings.add(
                workload.item,
                format!("{}.resources.limits.memory", seat.path),
                format!("`{}` needs {} GiB = {sum}, and the limit is {limit}", wanted.name, sum.total().in_gib()),
                format!(
                    "set limits.memory: {needed} and the variable LLAMA_ARG_CACHE_RAM: \"512\", or pull a smaller model"
                ),
            );
            if let Some(item) = scope.items().get(wanted.number) {
                finding.also(*item, &wanted.path, "this model");
            }
        }
    }
}

fn limit<'a>(seat: &Seat<'a>) -> Option<&'a Quantity> {
    seat.container.resources.as_ref()?.limits.as_ref()?.get("memory")
}

/// The model that needs most, and for what: the least that it takes, without caches that may grow.
fn largest(models: &[Wanted], load: Load, weights_only: bool) -> Option<(&Wanted, Sum)> {
    let sum = |shape: &Shape| {
        let parts = footprint(shape, load);
        let weights = Sum::default().plus(parts.weights + parts.projector, "weights");
        if weights_only {
            return weights;
        }
        weights.plus(parts.kv_cache, "KV cache").plus(parts.recurrent, "recurrent state").plus(parts.compute, "compute")
    };
    // One of several that stand for one another may be another one.
    let sure = models.iter().filter(|wanted| !wanted.is_in_the_cloud() && !wanted.maybe);
    let known = sure.filter_map(|wanted| {
        let known = known(&wanted.name)?;
        Some((wanted, sum(&known.shape)))
    });
    known.max_by_key(|(_, sum)| sum.total())
}

/// The settings of a server without a GPU; the least where they are not known.
fn load(scope: &Scope<'_>, workload: &Workload<'_>, seat: &Seat<'_>) -> Load {
    let of = |name: &str, least: u64, default: u64| match scope.env(workload, seat, name) {
        Env::Text(text) => text.trim().parse().ok().filter(|number| (1..=1 << 24).contains(number)).unwrap_or(default),
        Env::Unknown => least,
        Env::Absent => default,
    };
    let text = |name: &str| scope.env(workload, seat, name).text().unwrap_or_default();
    let cache = match text("OLLAMA_KV_CACHE_TYPE") {
        "" | "f16" => CacheType::F16,
        "q8_0" => CacheType::Q8,
        _ => CacheType::Q4,
    };
    Load {
        context: of("OLLAMA_CONTEXT_LENGTH", 2048, 4096),
        parallel: of("OLLAMA_NUM_PARALLEL", 1, 1),
        cache,
        // A quantised cache does not start without it: `cache-type-attention` says so.
        flash_attention: !matches!(text("OLLAMA_FLASH_ATTENTION"), "0" | "false") || cache != CacheType::F16,
        device: Device::Cpu,
    }
}
