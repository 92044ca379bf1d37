//! What do pods, GPUs and claims hold, part by part?

use super::{ClaimAccount, GpuAccount, Part, PodAccount};
use crate::plan::{Because, Delivery, PULLER_CPU, PULLER_MEMORY, Plan, Store, share_sum};
use crate::sizing::Sum;
use crate::units::Bytes;

fn parts(sum: &Sum) -> Vec<Part> {
    sum.parts().iter().map(|(bytes, what)| Part { what, bytes: bytes.0 }).collect()
}

pub(super) fn pods(plan: &Plan) -> Vec<PodAccount> {
    let size = &plan.size;
    let server = PodAccount {
        name: plan.release.name.clone(),
        replicas: plan.servers.replicas,
        min_replicas: plan.autoscale.as_ref().map(|autoscale| autoscale.min.value),
        millicores: size.cpu.value.0,
        memory: size.memory.value.0,
        used: size.memory_sum.total().0,
        parts: parts(&size.memory_sum),
        reason: size.memory.reason.clone(),
    };
    let puller = (plan.delivery == Delivery::Job).then(|| PodAccount {
        name: plan.release.puller(),
        replicas: 1,
        min_replicas: None,
        millicores: PULLER_CPU.0,
        memory: PULLER_MEMORY.0,
        used: PULLER_MEMORY.0,
        parts: vec![Part { what: "programs and page cache", bytes: PULLER_MEMORY.0 }],
        reason: "Ollama writes as it reads; the rest is page cache".to_owned(),
    });
    let proxy = plan.proxy.as_ref().map(|proxy| PodAccount {
        name: format!("{} (proxy)", plan.release.name),
        replicas: plan.servers.replicas,
        min_replicas: plan.autoscale.as_ref().map(|autoscale| autoscale.min.value),
        millicores: proxy.cpu.0,
        memory: proxy.memory.value.0,
        used: proxy.memory.value.0,
        parts: vec![Part { what: "process and connections", bytes: proxy.memory.value.0 }],
        reason: proxy.memory.reason.clone(),
    });
    std::iter::once(server).chain(proxy).chain(puller).collect()
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

pub(super) fn claims(plan: &Plan) -> Vec<ClaimAccount> {
    let account = |name: Option<String>, count: u32, size: &Because<Bytes>, sum: &Sum| ClaimAccount {
        name,
        count,
        bytes: size.value.0,
        used: sum.total().0,
        parts: parts(sum),
        reason: size.reason.clone(),
    };
    let servers = plan.servers.replicas;
    match &plan.store {
        Store::Claim(claim) => vec![account(Some(plan.claim_name(claim)), 1, &claim.size, &claim.sum)],
        Store::ClaimEach(claim) => {
            let name = format!("models-{}", plan.release.name);
            vec![account(Some(name), servers, &claim.size, &claim.sum)]
        }
        Store::NodeDisk(disk) => vec![account(None, servers, &disk.size, &disk.sum)],
        Store::Image(_) => Vec::new(),
    }
}
