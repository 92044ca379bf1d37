//! What do pods, GPUs and claims hold, part by part?

use super::{ClaimAccount, GpuAccount, Part, PodAccount};
use crate::plan::{PULLER_CPU, PULLER_MEMORY, Plan, share_sum};
use crate::sizing::Sum;

fn parts(sum: &Sum) -> Vec<Part> {
    sum.parts().iter().map(|(bytes, what)| Part { what, bytes: bytes.0 }).collect()
}

pub(super) fn pods(plan: &Plan) -> Vec<PodAccount> {
    let size = &plan.size;
    let server = PodAccount {
        name: plan.release.name.clone(),
        replicas: plan.replicas(),
        millicores: size.cpu.value.0,
        memory: size.memory.value.0,
        used: size.memory_sum.total().0,
        parts: parts(&size.memory_sum),
        reason: size.memory.reason.clone(),
    };
    let puller = plan.has_puller().then(|| PodAccount {
        name: plan.release.puller(),
        replicas: 1,
        millicores: PULLER_CPU.0,
        memory: PULLER_MEMORY.0,
        used: PULLER_MEMORY.0,
        parts: vec![Part { what: "programs and page cache", bytes: PULLER_MEMORY.0 }],
        reason: "Ollama writes as it reads; the rest is page cache".to_owned(),
    });
    std::iter::once(server).chain(puller).collect()
}

pub(super) fn gpus(plan: &Plan) -> Vec<GpuAccount> {
    let Some(gpu) = &plan.gpu else { return Vec::new() };
    let account = |share| {
        let sum = share_sum(share);
        GpuAccount {
            name: gpu.card.row.map(|row| row.name),
            usable: gpu.card.usable.map(|usable| usable.0),
            used: sum.total().0,
            parts: parts(&sum),
        }
    };
    gpu.shares.iter().map(account).collect()
}

pub(super) fn claim(plan: &Plan) -> ClaimAccount {
    let claim = &plan.claim;
    ClaimAccount {
        name: plan.release.claim(),
        bytes: claim.size.value.0,
        used: claim.sum.total().0,
        parts: parts(&claim.sum),
        reason: claim.size.reason.clone(),
    }
}
