//! Which API versions are not served any more, and what do ingress controllers read from annotations?

use super::{APIS, INGRESS_CONTROLLERS, Version};

/// A kind of object in a version that is not served any more.
#[derive(Debug)]
pub struct RemovedApi {
    /// `group/version`.
    pub api: &'static str,
    /// The kind; `*`: all of them.
    pub kind: &'static str,
    /// Whose release is counted: `Kubernetes`, `Flux` and others.
    pub software: &'static str,
    /// A release without it; of Kubernetes the first one.
    pub removed: &'static str,
    /// The `group/version` of today; empty: there is no such kind any more.
    pub replacement: &'static str,
    /// Where this is from.
    pub source: &'static str,
    /// When it was looked up.
    pub checked: &'static str,
}

impl RemovedApi {
    /// The first release of Kubernetes without it; none: it belongs to other software.
    pub fn gone_from(&self) -> Option<Version> {
        let minor = (self.software == "Kubernetes").then(|| self.removed.strip_prefix("1."))??;
        minor.parse().ok().map(Version::minor)
    }
}

/// The row of an API version that is not served any more.
pub fn removed_api(api: &str, kind: &str) -> Option<&'static RemovedApi> {
    APIS.iter().find(|row| row.api == api && (row.kind == kind || row.kind == "*"))
}

/// What an ingress controller reads, for answers that take minutes.
#[derive(Debug)]
pub struct IngressKeys {
    /// The controller.
    pub name: &'static str,
    /// The usual names of its `IngressClass`; two controllers may share one.
    pub classes: &'static [&'static str],
    /// `spec.controller` of the class.
    pub controller: &'static str,
    /// How its annotations begin.
    pub prefix: &'static str,
    /// Annotations for how long an answer may stay silent.
    pub timeouts: &'static [&'static str],
    /// That time where no annotation says it, seconds; 0: not bounded.
    pub seconds: u64,
    /// Annotations for whether answers and requests are collected before they are passed on.
    pub buffering: &'static [&'static str],
    /// Annotations for the longest request.
    pub body: &'static [&'static str],
    /// The longest request where no annotation says it, bytes; 0: not bounded.
    pub body_bytes: u64,
    /// Annotations any of which may mean that somebody is asked for a password.
    pub auth: &'static [&'static str],
    /// Annotations of the Service that decide instead.
    pub service: &'static [&'static str],
    /// Whether it gets no fixes any more.
    pub retired: bool,
    /// Where this is from.
    pub source: &'static str,
    /// When it was looked up.
    pub checked: &'static str,
}

/// Controllers that a class of this name may belong to.
pub fn ingress_controllers_of(class: &str) -> impl Iterator<Item = &'static IngressKeys> {
    INGRESS_CONTROLLERS.iter().filter(move |row| row.classes.contains(&class))
}

/// The controller that an annotation is for.
pub fn ingress_controller_of_annotation(key: &str) -> Option<&'static IngressKeys> {
    INGRESS_CONTROLLERS.iter().find(|row| key.starts_with(row.prefix))
}
