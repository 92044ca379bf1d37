//! Of which class of storage are the claims, and can its volumes do what is asked of them?

use std::collections::BTreeMap;

use super::{Because, Problem, Problems};
use crate::facts::{self, Platform};
use crate::names::DnsName;
use crate::profile::{CreateClass, Profile, ReclaimPolicy, Security, Topology as Asked};
use crate::units::Bytes;

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
    /// The least size of a volume, and why.
    pub least: Option<Because<Bytes>>,
}

pub(super) fn class(
    profile: &Profile,
    platform: &Platform,
    problems: &mut Problems,
) -> (ClassChoice, Option<StorageClass>) {
    let storage = &profile.storage;
    let shared = storage.topology == Asked::Shared;
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
    if shared && storage.existing_claim.is_none() && class == ClassChoice::ClusterDefault {
        problems.error(
            Problem::new("storage.topology", "the cluster's default class can rarely be mounted on several nodes")
                .label("needs ReadWriteMany")
                .help(match platform.files {
                    "" => "name one that can with storage.class, or bring one with storage.createClass".to_owned(),
                    files => format!(
                        "name one that can with storage.class, or set storage.createClass: {{provisioner: {files}}}"
                    ),
                }),
        );
    }
    if let (ClassChoice::Named(name), None) = (&class, &storage.existing_claim) {
        named(name, platform, shared, problems);
    }
    if class == ClassChoice::ClusterDefault && !shared && storage.existing_claim.is_none() && platform.no_default {
        let message = format!(
            "a new cluster of {} has no default class: the claim waits until somebody makes one",
            platform.name
        );
        problems.warning(Problem::new("storage.class", message).and("platform", "this one").help(format!(
            "set storage.createClass: {{provisioner: {}}}, or name the class of the cluster",
            platform.disk
        )));
    }
    let created = storage.create_class.as_ref().map(|class| created(profile, platform, class, shared, problems));
    (class, created)
}

/// What is known of a class by its name alone.
fn named(name: &str, platform: &Platform, shared: bool, problems: &mut Problems) {
    let Some(row) = facts::storage_class(name) else { return };
    if shared && row.is_always(|row| row.block) {
        problems.error(
            Problem::new("storage.class", format!("volumes of {name} can be mounted on one node only"))
                .and("storage.topology", "needs several nodes")
                .help(format!("with storage.createClass: {}; or set storage.topology: single", sharing(platform))),
        );
    }
    if platform.no_host_path && row.is_always(|row| row.host_path) {
        problems.error(no_host_path("storage.class", platform));
    }
}

fn created(
    profile: &Profile,
    platform: &Platform,
    class: &CreateClass,
    shared: bool,
    problems: &mut Problems,
) -> StorageClass {
    let known = facts::provisioner(&class.provisioner);
    if shared && known.is_some_and(|row| !row.shared) {
        problems.error(
            Problem::new(
                "storage.createClass.provisioner",
                format!("volumes of {} can be mounted on one node only", class.provisioner),
            )
            .and("storage.topology", "needs several nodes")
            .help(format!("{}; or set storage.topology: single", sharing(platform))),
        );
    }
    if platform.no_host_path && known.is_some_and(|row| row.host_path) {
        problems.error(no_host_path("storage.createClass.provisioner", platform));
    }
    let mut parameters = class.parameters.clone();
    let sets_owner = known.is_some_and(|row| row.sets_owner);
    if let Some(row) = known {
        for (key, value) in facts::pairs(row.defaults) {
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
    nfs_of_azure(&parameters, problems);
    let pods_have_one = profile.security.run_as_user.is_some() || !platform.gives_user;
    if sets_owner && pods_have_one {
        let user = profile.security.run_as_user.unwrap_or(Security::USER).to_string();
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
    let least = least(&class.provisioner, &parameters);
    StorageClass {
        provisioner: class.provisioner.clone(),
        parameters,
        mount_options: class.mount_options.clone(),
        retain: class.reclaim_policy == ReclaimPolicy::Retain,
        is_default: class.default,
        sets_owner,
        least,
    }
}

/// Who makes volumes for several nodes: on this platform, or at all.
fn sharing(platform: &Platform) -> String {
    if !platform.files.is_empty() {
        return format!("set provisioner: {}, which {} has for that", platform.files, platform.name);
    }
    let can: Vec<&str> = facts::PROVISIONERS.iter().filter(|row| row.shared).map(|row| row.name).collect();
    format!("these can: {}", can.join(", "))
}

fn no_host_path(field: &str, platform: &Platform) -> Problem {
    Problem::new(field, format!("its volumes are folders of a node, which {} refuses to mount", platform.name))
        .and("platform", "this one")
        .help(format!("{} makes disks there", platform.disk))
}

/// The least size that such a class makes, whatever a claim asks for.
fn least(provisioner: &str, parameters: &BTreeMap<String, String>) -> Option<Because<Bytes>> {
    let parameters: Vec<(&str, &str)> = parameters.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let row = facts::minimum(provisioner, &parameters)?;
    let of = if row.value.is_empty() {
        format!("without {}", row.parameter)
    } else {
        format!("with {} {}", row.parameter, row.value)
    };
    let least = Bytes(row.bytes);
    Some(Because::new(least, format!("{provisioner} makes no volume below {least} {of}")))
}

/// NFS of Azure Files is there with premium disks only. Source: azurefile-csi-driver docs/driver-parameters.md.
fn nfs_of_azure(parameters: &BTreeMap<String, String>, problems: &mut Problems) {
    let is =
        |key: &str, begin: &str| parameters.get(key).is_some_and(|value| value.to_ascii_lowercase().starts_with(begin));
    if is("protocol", "nfs") && is("skuName", "standard") {
        problems.error(
            Problem::new("storage.createClass.parameters.skuName", "Azure Files has NFS with premium storage only")
                .help("set skuName: Premium_LRS, or protocol: smb"),
        );
    }
}
