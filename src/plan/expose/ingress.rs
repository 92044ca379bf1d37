//! What does the Ingress say, and what belongs to it?

use std::collections::BTreeMap;

use k8s_openapi::serde_json::Value;

use super::auth::Guarded;
use super::controller::{self, Told};
use super::{Route, routes};
use crate::plan::{Problem, Problems};
use crate::profile::{self, Auth, IngressController, Profile};
use crate::units::Seconds;

/// The way in from outside.
#[derive(Clone, Debug)]
pub struct Ingress {
    /// Whose pods or addresses the requests come from.
    pub kind: IngressKind,
    /// The class.
    pub class: Class,
    /// The host name.
    pub host: String,
    /// The certificate; none: plain http.
    pub tls: Option<Tls>,
    /// What the controller is told.
    pub annotations: BTreeMap<String, String>,
    /// What it is told by annotations of the Service.
    pub(super) of_service: BTreeMap<String, String>,
    /// What it is told by an object of its own.
    pub companion: Option<Companion>,
    /// How long an answer may stay silent; at GCE, how long it may take.
    pub timeout: Seconds,
    /// The most that the controller takes for that; none: whatever is asked for.
    pub longest: Option<Seconds>,
    /// What may be asked.
    pub routes: &'static [Route],
    /// Whether somebody is asked for a name and a password.
    pub asks_for_passwords: bool,
    /// Why nobody is asked who they are, where that is so.
    pub open_because: Option<String>,
    /// Secrets that must exist, each with what it holds.
    pub secrets: Vec<(String, &'static str)>,
}

/// The class of an Ingress.
#[derive(Clone, Debug)]
pub struct Class {
    /// Its name.
    pub name: String,
    /// Whether the controller reads it from the annotation `kubernetes.io/ingress.class` alone.
    pub by_annotation: bool,
}

/// An object that a controller reads besides the Ingress.
#[derive(Clone, Debug)]
pub enum Companion {
    /// Traefik's middleware that asks who it is: its `spec`.
    Middleware(Value),
    /// How Google's load balancer treats the Service.
    BackendConfig {
        /// How long an answer may take.
        timeout: Seconds,
        /// How long open answers of a server that goes are waited for.
        drain: Seconds,
    },
}

/// Whose pods or addresses the requests come from.
#[derive(Clone, Debug, PartialEq)]
pub enum IngressKind {
    /// Pods of a controller, in a namespace.
    Pods {
        /// That namespace.
        namespace: String,
    },
    /// A load balancer outside the cluster.
    LoadBalancer {
        /// Ranges from which it asks whether a server is well.
        checks: &'static [&'static str],
        /// Whether its requests come from there as well.
        is_of_checks: bool,
    },
}

/// The certificate.
#[derive(Clone, Debug)]
pub struct Tls {
    /// The Secret; none: the controller finds it by the host name.
    pub secret: Option<String>,
}

pub(super) fn plan(profile: &Profile, problems: &mut Problems) -> Option<Ingress> {
    let asked = profile.expose.ingress.as_ref()?;
    let controller = controller::of(asked.controller);
    let told = Told { profile, asked };
    let guarded = Guarded {
        field: "expose.ingress",
        auth: asked.auth.as_ref(),
        asks: controller.asks,
        who: controller.who,
        encrypted: asked.tls.is_some(),
        kept_by: None,
    };
    guarded.check(profile, problems);
    check(asked, &controller, problems);
    let mut says = controller.says(&told);
    let issuer = asked.tls.as_ref().and_then(|tls| tls.cluster_issuer.as_ref());
    if let Some(issuer) = issuer {
        says.annotations.insert("cert-manager.io/cluster-issuer".into(), issuer.to_string());
    }
    let class = controller.class(&told);
    if class.by_annotation {
        says.annotations.insert("kubernetes.io/ingress.class".into(), class.name.clone());
    }
    says.annotations.extend(asked.annotations.iter().map(|(key, value)| (key.to_string(), value.clone())));
    let tls = asked.tls.as_ref().map(|tls| Tls {
        secret: match (&tls.secret, issuer) {
            (Some(secret), _) => Some(secret.to_string()),
            (None, Some(_)) => Some(format!("{}-tls", profile.name)),
            (None, None) => None,
        },
    });
    if let (Some(Tls { secret: Some(secret) }), None) = (&tls, issuer) {
        says.secrets.push((secret.clone(), "the certificate, type kubernetes.io/tls"));
    }
    Some(Ingress {
        kind: controller.kind(&told),
        class,
        host: asked.host.to_string(),
        tls,
        annotations: says.annotations,
        of_service: says.of_service,
        companion: says.companion,
        timeout: asked.timeout,
        longest: controller.longest,
        routes: routes::of(asked.paths),
        asks_for_passwords: matches!(asked.auth, Some(Auth::Basic(_))),
        open_because: match &asked.auth {
            Some(Auth::None(reason)) => Some(reason.clone()),
            _ => None,
        },
        secrets: says.secrets,
    })
}

fn check(asked: &profile::Ingress, controller: &controller::Controller, problems: &mut Problems) {
    if asked.controller == IngressController::Nginx {
        problems.warning(
            Problem::new(
                "expose.ingress.controller",
                "ingress-nginx is retired: no fixes since March 2026, also none for security",
            )
            .help("haproxy, traefik, or expose.gateway; Traefik reads most of these annotations as well"),
        );
    }
    if let Some(tls) = &asked.tls
        && tls.secret.is_none()
        && tls.cluster_issuer.is_none()
        && !controller.finds_certificates
    {
        problems
            .error(Problem::new("expose.ingress.tls", "no certificate is named").help("add secret or clusterIssuer"));
    }
    if let Some(longest) = controller.longest
        && asked.timeout > longest
    {
        problems.error(
            Problem::new("expose.ingress.timeout", format!("{} waits at most {longest}", controller.who))
                .help(format!("timeout: {longest}")),
        );
    }
    if asked.timeout == Seconds(0) {
        problems.error(
            Problem::new("expose.ingress.timeout", "no answer comes in no time")
                .help("1h, the longest that it may take"),
        );
    }
    if let Some(namespace) = asked.controller_namespace.as_ref().filter(|_| controller.namespace.is_none()) {
        problems.error(
            Problem::new(
                "expose.ingress.controllerNamespace",
                format!("{} has no pods in `{namespace}` that requests come from", controller.who),
            )
            .help("leave it out; network.allowFrom has the ranges of a load balancer"),
        );
    }
}
