//! How large is the place of the models?

use super::{Because, ClassChoice, PlannedModel, Problem, Problems, StorageClass, class, models};
use crate::facts::Platform;
use crate::profile::{Auto, Profile, Topology as Asked};
use crate::sizing::Sum;
use crate::units::Bytes;

/// The claim that holds the models, or each of them.
#[derive(Clone, Debug)]
pub struct Claim {
    /// How much is asked for, or must be there.
    pub size: Because<Bytes>,
    /// What it is for.
    pub sum: Sum,
    /// Whether several nodes mount it.
    pub shared: bool,
    /// Which class.
    pub class: ClassChoice,
    /// Its name, where it is there already.
    pub existing: Option<String>,
}

/// A part of the node's disk.
#[derive(Clone, Debug)]
pub struct Disk {
    /// How much is reserved, and the limit.
    pub size: Because<Bytes>,
    /// What it is for.
    pub sum: Sum,
}

pub(super) fn claim(
    profile: &Profile,
    platform: &Platform,
    models: &[PlannedModel],
    problems: &mut Problems,
) -> (Claim, Option<StorageClass>) {
    let storage = &profile.storage;
    let shared = storage.topology == Asked::Shared;
    let existing = storage.existing_claim.as_ref().map(ToString::to_string);
    let (class, created) = class::class(profile, platform, problems);
    let least = created.as_ref().filter(|_| existing.is_none()).and_then(|class| class.least.as_ref());
    let (size, sum) = size(profile, content(profile, models), least, problems);
    (Claim { size, sum, shared, class, existing }, created)
}

pub(super) fn disk(profile: &Profile, models: &[PlannedModel], problems: &mut Problems) -> Disk {
    let (size, sum) = size(profile, content(profile, models), None, problems);
    Disk { size, sum }
}

/// All models; and, where they are updated in their place, the new version of the largest beside the old one, which
/// goes last.
fn content(profile: &Profile, planned: &[PlannedModel]) -> Sum {
    let (weights, largest) = (models::all_weights(planned), models::largest_weights(planned));
    let again = match profile.storage.topology {
        Asked::Single | Asked::Shared | Asked::PerReplica => largest,
        // A copy removes what is not wanted any more before it begins; what goes with its pod is never updated.
        Asked::Copy | Asked::Image | Asked::Ephemeral => Bytes(0),
    };
    // mke2fs 1.47 takes 1.6 % of 100 GiB for its tables and 0.5 GiB for its journal.
    let file_system = Bytes((weights + again).0 / 20);
    Sum::default()
        .plus(weights, "models")
        .plus(again, "the largest again for an update")
        .plus(file_system, "file system")
}

fn size(profile: &Profile, sum: Sum, least: Option<&Because<Bytes>>, problems: &mut Problems) -> (Because<Bytes>, Sum) {
    let needed = sum.total().round_up(Bytes::gib(if sum.total() < Bytes::gib(20) { 1 } else { 10 }));
    let weights = sum.parts().first().map(|(weights, _)| *weights).unwrap_or_default();
    let value = match profile.storage.size {
        Auto::Auto => match least.filter(|least| least.value > needed) {
            Some(least) => {
                let reason = format!("{}; {} GiB = {sum}", least.reason, sum.total().in_gib());
                return (Because::new(least.value, reason), sum);
            }
            None => needed,
        },
        Auto::Given(given) => {
            if let Some(least) = least.filter(|least| given < least.value) {
                problems.error(
                    Problem::new("storage.size", format!("{given} is not to be had: {}", least.reason))
                        .and("storage.createClass", "the class")
                        .help(format!("set size: {}, or leave it out", least.value)),
                );
            }
            let bare = weights + Bytes(weights.0 / 20);
            if given < bare {
                problems.error(
                    Problem::new(
                        "storage.size",
                        format!(
                            "{given} cannot hold the models: {} GiB = {} models + 5 % file system",
                            bare.in_gib(),
                            weights.in_gib()
                        ),
                    )
                    .label(format!("{needed} would do"))
                    .help("leave size out, or take smaller models"),
                );
            } else if given < sum.total() {
                problems.warning(
                    Problem::new(
                        "storage.size",
                        format!(
                            "{given} holds the models but not an update of the largest: {} GiB = {sum}",
                            sum.total().in_gib()
                        ),
                    )
                    .help(format!("set size: {needed}, or delete a model before its update")),
                );
            }
            given
        }
    };
    (Because::new(value, format!("{value} for {} GiB = {sum}", sum.total().in_gib())), sum)
}
