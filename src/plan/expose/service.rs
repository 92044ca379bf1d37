//! What does the Service say: who can reach it, and at which port?

use std::collections::BTreeMap;

use super::auth::Guarded;
use crate::facts;
use crate::plan::{Problem, Problems};
use crate::profile::{Auth, Profile, ServiceType};

/// The Service.
#[derive(Clone, Debug)]
pub struct Service {
    /// Who can reach it.
    pub kind: ServiceKind,
    /// Its port.
    pub port: u16,
    /// The platform's annotations, and the user's.
    pub annotations: BTreeMap<String, String>,
    /// Why nobody is asked who they are at the cluster's edge, where that is so.
    pub open_because: Option<String>,
}

/// Who can reach the Service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServiceKind {
    /// The cluster alone.
    ClusterIp,
    /// Whoever reaches a node, from these ranges.
    NodePort(Vec<String>),
    /// Whoever reaches a load balancer, from these ranges.
    LoadBalancer(Vec<String>),
}

impl ServiceKind {
    /// As in `spec.type`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::ClusterIp => "ClusterIP",
            Self::NodePort(_) => "NodePort",
            Self::LoadBalancer(_) => "LoadBalancer",
        }
    }

    /// The ranges from which it may be reached at the cluster's edge.
    pub fn ranges(&self) -> &[String] {
        match self {
            Self::ClusterIp => &[],
            Self::NodePort(ranges) | Self::LoadBalancer(ranges) => ranges,
        }
    }
}

impl Service {
    /// With annotations of somebody else's, over which the user's win.
    pub(super) fn annotate(&mut self, pairs: &BTreeMap<String, String>) {
        for (key, value) in pairs {
            self.annotations.entry(key.clone()).or_insert_with(|| value.clone());
        }
    }
}

const FIELD: &str = "expose.service";

pub(super) fn plan(profile: &Profile, platform: &facts::Platform, problems: &mut Problems) -> Service {
    let asked = &profile.expose.service;
    let ranges: Vec<String> = asked.source_ranges.iter().map(ToString::to_string).collect();
    let is_inside = asked.r#type == ServiceType::ClusterIP;
    if is_inside && !ranges.is_empty() {
        problems.error(
            Problem::new("expose.service.sourceRanges", "nobody reaches a Service of type ClusterIP from outside")
                .help("leave it out, or set expose.service.type: LoadBalancer"),
        );
    }
    if is_inside && asked.auth.is_some() {
        problems.error(
            Problem::new("expose.service.auth", "nothing can ask at a Service of type ClusterIP")
                .help("expose.proxy: {keys: SECRET} asks everybody for an API key"),
        );
    }
    if !is_inside {
        at_the_edge(profile, &ranges, problems);
    }
    let mut service = Service {
        kind: match asked.r#type {
            ServiceType::ClusterIP => ServiceKind::ClusterIp,
            ServiceType::NodePort => ServiceKind::NodePort(ranges),
            ServiceType::LoadBalancer => ServiceKind::LoadBalancer(ranges),
        },
        port: asked.port,
        annotations: asked.annotations.iter().map(|(key, value)| (key.to_string(), value.clone())).collect(),
        open_because: match &asked.auth {
            Some(Auth::None(reason)) if !is_inside => Some(reason.clone()),
            _ => None,
        },
    };
    if asked.r#type == ServiceType::LoadBalancer && asked.internal {
        let pairs = facts::pairs(platform.internal_load_balancer);
        service.annotate(&pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect());
    }
    service
}

fn at_the_edge(profile: &Profile, ranges: &[String], problems: &mut Problems) {
    let asked = &profile.expose.service;
    if ranges.is_empty() {
        let message = "whoever reaches its address might ask: Kubernetes lets in everybody where no range is given";
        problems.error(
            Problem::new("expose.service.sourceRanges", message)
                .and("expose.service.type", "reached from outside of the cluster")
                .help("sourceRanges: [10.0.0.0/8], the ranges of those who may"),
        );
    }
    let is_everybody = ranges.is_empty() || ranges.iter().any(|range| matches!(range.as_str(), "0.0.0.0/0" | "::/0"));
    let guarded = Guarded {
        field: FIELD,
        auth: asked.auth.as_ref(),
        asks: &[],
        who: "a Service by itself",
        // Plain http between the client and the pods, which is said below.
        encrypted: true,
        kept_by: (!is_everybody).then_some("the list of ranges"),
    };
    guarded.check(profile, problems);
    problems.warning(
        Problem::new("expose.service.type", "prompts, answers and keys cross the network in clear")
            .help("an Ingress or a Gateway has TLS; keep to networks that you trust"),
    );
}
