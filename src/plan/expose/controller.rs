//! What does each Ingress controller have to be told, for answers that take minutes?

use std::collections::BTreeMap;

use super::annotations::{alb, gce, haproxy, nginx, traefik};
use super::ingress::{Class, Companion, IngressKind};
use crate::profile::{Ingress, IngressController, Profile};
use crate::units::Seconds;

/// What is particular to a controller.
pub(super) struct Controller {
    /// Its class, where the profile names none.
    pub class: &'static str,
    /// The namespace of its pods, where the profile names none; nothing for what is outside of the cluster.
    pub namespace: Option<&'static str>,
    /// What it can ask: `basic`, `url`, `oidc`.
    pub asks: &'static [&'static str],
    /// What it is called in a message.
    pub who: &'static str,
    /// Whether it finds a certificate by the host name.
    pub finds_certificates: bool,
    /// The longest that it waits; none: whatever is asked for.
    pub longest: Option<Seconds>,
    /// What it is told.
    tell: fn(&Told<'_>) -> Says,
}

/// What a controller is told about.
pub(super) struct Told<'a> {
    pub profile: &'a Profile,
    pub asked: &'a Ingress,
}

/// What it is told by.
#[derive(Default)]
pub(super) struct Says {
    /// Annotations of the Ingress.
    pub annotations: BTreeMap<String, String>,
    /// Annotations of the Service.
    pub of_service: BTreeMap<String, String>,
    /// Secrets that must exist, each with what it holds.
    pub secrets: Vec<(String, &'static str)>,
    /// An object of its own.
    pub companion: Option<Companion>,
}

/// The longest that an ALB waits. Source: Elastic Load Balancing API, `idle_timeout.timeout_seconds`.
const ALB_LONGEST: Seconds = Seconds(4000);

pub(super) fn of(controller: IngressController) -> Controller {
    match controller {
        IngressController::Nginx => Controller {
            class: "nginx",
            namespace: Some("ingress-nginx"),
            asks: &["basic", "url"],
            who: "ingress-nginx",
            finds_certificates: false,
            longest: None,
            tell: nginx,
        },
        IngressController::Haproxy => Controller {
            class: "haproxy",
            namespace: Some("haproxy-controller"),
            asks: &["basic"],
            who: "this controller",
            finds_certificates: false,
            longest: None,
            tell: haproxy,
        },
        IngressController::Traefik => Controller {
            class: "traefik",
            namespace: Some("traefik"),
            asks: &["basic", "url"],
            who: "Traefik",
            finds_certificates: true,
            longest: None,
            tell: traefik,
        },
        IngressController::Alb => Controller {
            class: "alb",
            namespace: None,
            asks: &["oidc"],
            who: "an ALB",
            finds_certificates: true,
            longest: Some(ALB_LONGEST),
            tell: alb,
        },
        IngressController::Gce => Controller {
            class: "gce-internal",
            namespace: None,
            asks: &[],
            who: "a load balancer of Google's",
            finds_certificates: false,
            longest: None,
            tell: gce,
        },
    }
}

impl Controller {
    pub(super) fn says(&self, told: &Told<'_>) -> Says {
        (self.tell)(told)
    }

    /// How an Ingress names its class.
    pub(super) fn class(&self, told: &Told<'_>) -> Class {
        let name = told.asked.class_name.as_deref().unwrap_or(self.class).to_owned();
        // GKE knows its classes by the annotation alone. Source: GKE, "Ingress for Application Load Balancers".
        let by_annotation = told.asked.controller == IngressController::Gce;
        Class { name, by_annotation }
    }

    /// Whose pods or addresses the requests come from.
    pub(super) fn kind(&self, told: &Told<'_>) -> IngressKind {
        match self.namespace {
            Some(usual) => {
                let namespace = told.asked.controller_namespace.as_deref().unwrap_or(usual).to_owned();
                IngressKind::Pods { namespace }
            }
            None if told.asked.controller == IngressController::Gce => {
                IngressKind::LoadBalancer { checks: &GOOGLE_CHECKS, is_of_checks: self.class(told).name == "gce" }
            }
            None => IngressKind::LoadBalancer { checks: &[], is_of_checks: false },
        }
    }
}

/// Where Google's health checks and its external load balancers come from. Source: Google Cloud, "Firewall rules" of
/// Application Load Balancers, 2026-11.
const GOOGLE_CHECKS: [&str; 2] = ["130.211.0.0/22", "35.191.0.0/16"];
