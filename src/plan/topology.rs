//! Where are the models for the servers, who brings them there, and how many servers are there?
//!
//! What cannot work together is refused here: after it, every combination of the three makes sense.

use super::storage::{Claim, Disk};
use super::{Delivery, Origin, PlannedModel, Problem, Problems, Spread, StorageClass, delivery, hardware, storage};
use crate::facts::Platform;
use crate::profile::{Auto, Profile, Topology as Asked};
use crate::units::Bytes;

/// Where the models are, as a server finds them.
#[derive(Clone, Debug)]
pub enum Store {
    /// In one claim for all, whose volume one node mounts, or many.
    Claim(Claim),
    /// In a claim that each server has of its own, and finds again.
    ClaimEach(Claim),
    /// On the node's disk, gone with the pod.
    NodeDisk(Disk),
    /// In an image that nodes fetch.
    Image(String),
}

/// The servers.
#[derive(Clone, Copy, Debug)]
pub struct Servers {
    /// How many; at most, where their number changes.
    pub replicas: u32,
    /// How they keep apart, when there are several.
    pub spread: Option<Spread>,
}

impl Store {
    /// The claim of all, or of each.
    pub fn claim(&self) -> Option<&Claim> {
        match self {
            Self::Claim(claim) | Self::ClaimEach(claim) => Some(claim),
            Self::NodeDisk(_) | Self::Image(_) => None,
        }
    }

    /// Whether one node alone can mount it, so that the old pod must go before the new one comes.
    pub fn is_of_one_node(&self) -> bool {
        matches!(self, Self::Claim(claim) if !claim.shared)
    }
}

/// Everything that has to do with where models are.
pub(super) struct Topology {
    pub store: Store,
    pub delivery: Delivery,
    pub servers: Servers,
    pub class: Option<StorageClass>,
}

pub(super) fn plan(
    profile: &Profile,
    platform: &Platform,
    models: &[PlannedModel],
    problems: &mut Problems,
) -> Topology {
    let asked = profile.storage.topology;
    let servers = servers(profile, problems);
    existing_claim(profile, problems);
    let origin = delivery::origin(profile, problems);
    let delivery = delivery::plan(profile, origin.clone(), models, problems);
    let has_class = profile.storage.class.is_some() || profile.storage.create_class.is_some();
    let of_all = matches!(asked, Asked::Single | Asked::Shared);
    let of_each = asked == Asked::PerReplica || asked == Asked::Copy && has_class;
    let (store, class) = if of_all || of_each {
        let (claim, class) = storage::claim(profile, platform, models, problems);
        (if of_all { Store::Claim(claim) } else { Store::ClaimEach(claim) }, class)
    } else if asked == Asked::Image {
        let reference = match origin {
            Some(Origin::Image(reference)) => reference,
            _ => String::new(),
        };
        (Store::Image(reference), None)
    } else {
        let disk = storage::disk(profile, models, problems);
        on_node(profile, platform, disk.size.value, problems);
        (Store::NodeDisk(disk), None)
    };
    if asked == Asked::Image && profile.storage.size != Auto::Auto {
        problems.warning(
            Problem::new("storage.size", "an image is as large as it is, so this does nothing").help("leave it out"),
        );
    }
    if has_class && class.is_none() && store.claim().is_none() {
        problems.error(
            Problem::new("storage.class", "there is no claim that could have a class")
                .and("storage.topology", "needs none")
                .help("leave class and createClass out"),
        );
    }
    Topology { store, delivery, servers, class }
}

/// Whether a pod may have so much of the node's disk; a GiB more is for its home and its logs.
fn on_node(profile: &Profile, platform: &Platform, size: Bytes, problems: &mut Problems) {
    let most = Bytes(platform.scratch);
    if most > Bytes(0) && profile.hardware.gpu.is_none() && size + Bytes::gib(1) > most {
        let message =
            format!("{size} of models are more than a pod of {} may have of the node's disk: {most}", platform.name);
        problems.error(
            Problem::new("storage.topology", message)
                .and("platform", "this one")
                .help("set storage.topology: single for a claim, or perReplica for a claim each"),
        );
    }
}

fn servers(profile: &Profile, problems: &mut Problems) -> Servers {
    let (field, asked) = profile.most_servers();
    let mut replicas = asked.clamp(1, 100);
    if replicas != asked {
        problems.error(Problem::new(field, format!("{asked} servers cannot be run")).help("1 to 100"));
    }
    if profile.storage.topology == Asked::Single && replicas > 1 {
        problems.error(
            Problem::new(field, format!("{replicas} servers cannot mount one ReadWriteOnce volume on different nodes"))
                .label("several servers")
                .and("storage.topology", "one volume, one node")
                .help(format!(
                    "set storage.topology: perReplica for a volume each, or shared with a class that several nodes can mount, or {field}: 1"
                )),
        );
        replicas = 1;
    }
    Servers { replicas, spread: hardware::spread(profile).filter(|_| replicas > 1) }
}

fn existing_claim(profile: &Profile, problems: &mut Problems) {
    let storage = &profile.storage;
    if storage.existing_claim.is_none() {
        return;
    }
    let field = "storage.existingClaim";
    let help = match storage.topology {
        Asked::Single | Asked::Shared => {
            let other = if storage.class.is_some() { "storage.class" } else { "storage.createClass" };
            if storage.class.is_some() || storage.create_class.is_some() {
                problems.error(
                    Problem::new(field, "a claim that is there already has its class")
                        .and(other, "this one would do nothing")
                        .help("keep one of them"),
                );
            }
            return;
        }
        Asked::Copy => "set source: {claim: NAME} to copy from it",
        Asked::PerReplica => "leave it out: each server has a claim of its own, made from a template",
        Asked::Image | Asked::Ephemeral => "set topology: single for one server, or shared for several",
    };
    problems.error(
        Problem::new(field, "no pod would mount this claim").and("storage.topology", "has no claim for all").help(help),
    );
}
