//! How large is the place of the models, and of which class of storage?

use std::collections::BTreeMap;

use super::{Because, PlannedModel, Problem, Problems, models};
use crate::facts;
use crate::names::DnsName;
use crate::profile::{Auto, CreateClass, Profile, ReclaimPolicy, Topology as Asked};
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

/// Which class a claim names.
#[derive(Clone, Debug, PartialEq)]
pub enum ClassChoice {
    /// None: the cluster's default is filled in.
    ClusterDefault,
    /// That one; empty: no class, a volume that is there already.
    Named(String),
    /// The bundle's own.
    Own,
}

/// The class that the bundle brings.
#[derive(Clone, Debug)]
pub struct StorageClass {
    /// Who makes the volumes.
    pub provisioner: String,
    /// What it is told, and why where we say it.
    pub parameters: BTreeMap<String, String>,
    /// How nodes mount the volumes.
    pub mount_options: Vec<String>,
    /// Whether a volume outlives its claim.
    pub retain: bool,
    /// Whether claims of others without a class get this one.
    pub is_default: bool,
    /// Whether the class decides who owns the files, so that fsGroup has no effect.
    pub sets_owner: bool,
}

pub(super) fn claim(
    profile: &Profile,
    models: &[PlannedModel],
    problems: &mut Problems,
) -> (Claim, Option<StorageClass>) {
    let storage = &profile.storage;
    let shared = storage.topology == Asked::Shared;
    let existing = storage.existing_claim.as_ref().map(ToString::to_string);
    let class = match (&storage.class, &storage.create_class) {
        (Some(_), Some(_)) => {
            problems.error(
                Problem::new("storage.class", "both a class and a new class are given")
                    .and("storage.createClass", "the other one")
                    .help("keep one of them"),
            );
            ClassChoice::Own
        }
        (Some(name), None) => {
            if !name.is_empty() && name.parse::<DnsName>().is_err() {
                problems.error(Problem::new("storage.class", format!("\"{name}\" is not the name of a class")));
            }
            ClassChoice::Named(name.clone())
        }
        (None, Some(_)) => ClassChoice::Own,
        (None, None) => ClassChoice::ClusterDefault,
    };
    if shared && existing.is_none() && class == ClassChoice::ClusterDefault {
        problems.error(
            Problem::new("storage.topology", "the cluster's default class can rarely be mounted on several nodes")
                .label("needs ReadWriteMany")
                .help("name one that can with storage.class, or bring one with storage.createClass"),
        );
    }
    let created = storage.create_class.as_ref().map(|class| created(profile, class, shared, problems));
    let (size, sum) = size(profile, content(profile, models), problems);
    (Claim { size, sum, shared, class, existing }, created)
}

pub(super) fn disk(profile: &Profile, models: &[PlannedModel], problems: &mut Problems) -> Disk {
    let (size, sum) = size(profile, content(profile, models), problems);
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

fn size(profile: &Profile, sum: Sum, problems: &mut Problems) -> (Because<Bytes>, Sum) {
    let needed = sum.total().round_up(Bytes::gib(if sum.total() < Bytes::gib(20) { 1 } else { 10 }));
    let weights = sum.parts().first().map(|(weights, _)| *weights).unwrap_or_default();
    let value = match profile.storage.size {
        Auto::Auto => needed,
        Auto::Given(given) => {
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

fn created(profile: &Profile, class: &CreateClass, shared: bool, problems: &mut Problems) -> StorageClass {
    let known = facts::provisioner(&class.provisioner);
    if shared && known.is_some_and(|row| !row.shared) {
        let can: Vec<&str> = facts::PROVISIONERS.iter().filter(|row| row.shared).map(|row| row.name).collect();
        problems.error(
            Problem::new(
                "storage.createClass.provisioner",
                format!("volumes of {} can be mounted on one node only", class.provisioner),
            )
            .and("storage.topology", "needs several nodes")
            .help(format!("these can: {}; or set storage.topology: single", can.join(", "))),
        );
    }
    let mut parameters = class.parameters.clone();
    let sets_owner = known.is_some_and(|row| row.sets_owner);
    if let Some(row) = known {
        for (key, value) in row.defaults.iter().filter_map(|default| default.split_once('=')) {
            parameters.entry(key.to_owned()).or_insert_with(|| value.to_owned());
        }
        for key in row.required.iter().filter(|key| !parameters.contains_key(**key)) {
            problems.error(
                Problem::new(
                    "storage.createClass.parameters",
                    format!("{} makes no volume without `{key}`", class.provisioner),
                )
                .help(format!("add {key} to the parameters")),
            );
        }
    }
    if sets_owner {
        let user = profile.security.run_as_user.to_string();
        for key in ["uid", "gid"] {
            let given = parameters.entry(key.to_owned()).or_insert_with(|| user.clone());
            if *given != user {
                problems.error(
                    Problem::new(
                        format!("storage.createClass.parameters.{key}"),
                        format!("the files would belong to {given}, and the pods run as {user}"),
                    )
                    .and("security.runAsUser", "the pods' user")
                    .help("leave uid and gid out: they follow runAsUser"),
                );
            }
        }
    }
    StorageClass {
        provisioner: class.provisioner.clone(),
        parameters,
        mount_options: class.mount_options.clone(),
        retain: class.reclaim_policy == ReclaimPolicy::Retain,
        is_default: class.default,
        sets_owner,
    }
}
