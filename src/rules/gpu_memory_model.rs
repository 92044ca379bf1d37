//! `gpu-memory-model`: a model does not fit the memory of the GPUs.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Scope, Wanted};
use crate::sizing::known;
use crate::units::Bytes;

pub(super) const RULE: Rule = Rule {
    id: "gpu-memory-model",
    severity: Severity::Error,
    summary: "a model does not fit the memory of the GPUs",
    versions: Versions::All,
    docs: include_str!("gpu_memory_model.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers().filter(|workload| !workload.may_have_hidden_devices()) {
        let models = scope.models().of_server(workload);
        if models.is_empty() {
            continue;
        }
        for seat in workload.servers().filter(|seat| seat.variable("NVIDIA_VISIBLE_DEVICES").is_none()) {
            let Some(cards) = workload.cards(seat) else { continue };
            let has = Bytes::mib(cards.gpu.memory.saturating_mul(cards.count));
            let Some((wanted, weights)) = largest(models).filter(|(_, weights)| *weights > has) else { continue };
            let kind = cards.gpu.name.to_ascii_uppercase();
            let cards_said = if cards.count == 1 { format!("one {kind}") } else { format!("{} {kind}", cards.count) };
            let needed = weights.0.div_ceil(Bytes::mib(cards.gpu.usable()).0.max(1)) + 1;
            let finding = findings.add(
                workload.item,
                cards.path,
                format!(
                    "the weights of `{}` take {} GiB, and the pod has {} GiB on {cards_said}: the rest is computed on the CPU, many times slower",
                    wanted.name,
                    weights.in_gib(),
                    has.in_gib()
                ),
                format!("choose nodes with larger GPUs, or with {needed} of these for the pod, or pull a smaller model"),
            );
            if let Some(item) = scope.items().get(wanted.number) {
                finding.also(*item, &wanted.path, "this model");
            }
        }
    }
}

/// The model with most weights on a GPU, of those that are certainly pulled.
fn largest(models: &[Wanted]) -> Option<(&Wanted, Bytes)> {
    let sure = models.iter().filter(|wanted| !wanted.is_in_the_cloud() && !wanted.maybe);
    let known = sure.filter_map(|wanted| {
        let shape = known(&wanted.name)?.shape;
        let on_gpu = (shape.weights + shape.projector).0.saturating_sub(shape.host_table.0);
        Some((wanted, Bytes(on_gpu)))
    });
    known.max_by_key(|(_, weights)| *weights)
}
