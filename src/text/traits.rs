//! Of which kinds is a bundle, by the names that templates and symptoms use?

use std::collections::BTreeMap;

use crate::plan::{Claim, ClassChoice, Delivery, Origin, Plan, Store};
use crate::profile::SpreadOver;

type Holds = fn(&Plan) -> bool;

/// Each kind, and whether a bundle is of it.
const TRAITS: &[(&str, Holds)] = &[
    ("any_claim", |plan| plan.store.claim().is_some()),
    ("apart_by_host", |plan| keeps_apart(plan, SpreadOver::Host)),
    ("apart_by_zone", |plan| keeps_apart(plan, SpreadOver::Zone)),
    ("budget", |plan| plan.max_unavailable.is_some()),
    ("claim_each", |plan| matches!(plan.store, Store::ClaimEach(_))),
    ("copy", |plan| matches!(plan.delivery, Delivery::Copy(_))),
    ("copy_of_claim", |plan| matches!(plan.delivery, Delivery::Copy(Origin::Claim(_)))),
    ("cpu", |plan| plan.gpu.is_none()),
    ("default_class", default_class),
    ("deployment", |plan| !matches!(plan.store, Store::ClaimEach(_))),
    ("disk_of_a_node", |plan| plan.store.claim().is_some_and(|claim| !claim.shared)),
    ("gateway", |plan| plan.gateway.is_some()),
    ("gpu", |plan| plan.gpu.is_some()),
    ("ingress", |plan| plan.ingress.is_some()),
    ("init", |plan| plan.delivery == Delivery::Init),
    ("job", |plan| plan.delivery == Delivery::Job),
    ("keys", |plan| plan.proxy.as_ref().is_some_and(|proxy| proxy.keys.is_some())),
    ("made", |plan| plan.made().next().is_some()),
    ("namespace", |plan| plan.release.creates_namespace),
    ("nobody", |plan| plan.delivery == Delivery::Nobody),
    ("node_disk", |plan| matches!(plan.store, Store::NodeDisk(_))),
    ("of_image", of_image),
    ("own_claim", |plan| plan.store.claim().is_some_and(|claim| claim.existing.is_none())),
    ("passwords", |plan| plan.ingress.as_ref().is_some_and(|way| way.asks_for_passwords)),
    ("picks_nodes", picks_nodes),
    ("proxy", |plan| plan.proxy.is_some()),
    ("quota", |plan| plan.quota.is_some()),
    ("retains", |plan| plan.class.as_ref().is_some_and(|class| class.retain)),
    ("scaled", |plan| plan.autoscale.is_some()),
    ("several", |plan| plan.servers.replicas > 1),
    ("shared", |plan| plan.store.claim().is_some_and(|claim| claim.shared)),
    ("stateful_set", |plan| matches!(plan.store, Store::ClaimEach(_))),
    ("swaps", |plan| plan.loaded < plan.models.len()),
];

/// What a bundle is, and is not.
pub(super) fn of(plan: &Plan) -> BTreeMap<&'static str, bool> {
    TRAITS.iter().map(|(name, holds)| (*name, holds(plan))).collect()
}

fn keeps_apart(plan: &Plan, over: SpreadOver) -> bool {
    plan.servers.spread.is_some_and(|spread| spread.over == over && spread.required)
}

fn default_class(plan: &Plan) -> bool {
    let is_default = |claim: &Claim| claim.existing.is_none() && claim.class == ClassChoice::ClusterDefault;
    plan.store.claim().is_some_and(is_default)
}

fn of_image(plan: &Plan) -> bool {
    matches!((&plan.delivery, &plan.store), (Delivery::Copy(Origin::Image(_)), _) | (_, Store::Image(_)))
}

fn picks_nodes(plan: &Plan) -> bool {
    let placement = &plan.placement;
    !placement.gpu_nodes.is_empty() || !placement.node_selector.is_empty()
}
