//! How are the servers reached: the Service's port, and what an Ingress must say to each controller?

use std::collections::BTreeMap;

use super::{Problem, Problems};
use crate::profile::{self, IngressAuth, IngressController, IngressPaths, Profile};
use crate::units::Seconds;

/// The address inside the cluster.
#[derive(Clone, Debug)]
pub struct ServicePort {
    /// The Service's port.
    pub port: u16,
    /// The user's annotations.
    pub annotations: BTreeMap<String, String>,
}

/// The way in from outside.
#[derive(Clone, Debug)]
pub struct Ingress {
    /// Whose pods or addresses the requests come from.
    pub kind: IngressKind,
    /// The class.
    pub class_name: String,
    /// The host name.
    pub host: String,
    /// The certificate; none: plain http.
    pub tls: Option<Tls>,
    /// What the controller is told.
    pub annotations: BTreeMap<String, String>,
    /// How long an answer may stay silent.
    pub timeout: Seconds,
    /// The most that the controller takes for that; none: whatever is asked for.
    pub longest: Option<Seconds>,
    /// What may be asked: a path, and whether it is meant exactly.
    pub paths: &'static [(&'static str, bool)],
    /// Why nobody is asked who they are, where that is so.
    pub open_because: Option<String>,
    /// Secrets that must exist, each with what it holds.
    pub secrets: Vec<(String, &'static str)>,
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
    LoadBalancer,
}

/// The certificate.
#[derive(Clone, Debug)]
pub struct Tls {
    /// The Secret; none: the load balancer finds it by the host name.
    pub secret: Option<String>,
}

/// Answers, and the list of models; nothing that pulls, pushes, creates or deletes. Source: ollama v0.32.15
/// `server/routes.go`.
const INFERENCE: &[(&str, bool)] = &[
    ("/api/chat", true),
    ("/api/generate", true),
    ("/api/embed", true),
    ("/api/embeddings", true),
    ("/api/tags", true),
    ("/api/version", true),
    ("/v1", false),
];
const ALL: &[(&str, bool)] = &[("/", false)];
/// The longest that an ALB waits. Source: Elastic Load Balancing API, `idle_timeout.timeout_seconds`.
const ALB_LONGEST: Seconds = Seconds(4000);

pub(super) fn service(profile: &Profile) -> ServicePort {
    let service = &profile.expose.service;
    let profile::ServiceType::ClusterIP = service.r#type;
    ServicePort {
        port: service.port,
        annotations: service.annotations.iter().map(|(key, value)| (key.to_string(), value.clone())).collect(),
    }
}

pub(super) fn ingress(profile: &Profile, problems: &mut Problems) -> Option<Ingress> {
    let asked = profile.expose.ingress.as_ref()?;
    check(asked, problems);
    let mut annotations = BTreeMap::new();
    let mut secrets = Vec::new();
    let (kind, class, longest) = match asked.controller {
        IngressController::Haproxy => {
            haproxy(profile, asked, &mut annotations, &mut secrets);
            let namespace = asked.controller_namespace.as_deref().unwrap_or("haproxy-controller").to_owned();
            (IngressKind::Pods { namespace }, "haproxy", None)
        }
        IngressController::Alb => {
            alb(profile, asked, &mut annotations);
            (IngressKind::LoadBalancer, "alb", Some(ALB_LONGEST))
        }
    };
    let issuer = asked.tls.as_ref().and_then(|tls| tls.cluster_issuer.as_ref());
    if let Some(issuer) = issuer {
        annotations.insert("cert-manager.io/cluster-issuer".into(), issuer.to_string());
    }
    annotations.extend(asked.annotations.iter().map(|(key, value)| (key.to_string(), value.clone())));
    let tls = asked.tls.as_ref().map(|tls| Tls {
        secret: match (&tls.secret, issuer) {
            (Some(secret), _) => Some(secret.to_string()),
            (None, Some(_)) => Some(format!("{}-tls", profile.name)),
            (None, None) => None,
        },
    });
    if let (Some(Tls { secret: Some(secret) }), None) = (&tls, issuer) {
        secrets.push((secret.clone(), "the certificate, type kubernetes.io/tls"));
    }
    Some(Ingress {
        kind,
        class_name: asked.class_name.as_deref().unwrap_or(class).to_owned(),
        host: asked.host.to_string(),
        tls,
        annotations,
        timeout: asked.timeout,
        longest,
        paths: match asked.paths {
            IngressPaths::Inference => INFERENCE,
            IngressPaths::All => ALL,
        },
        open_because: match &asked.auth {
            Some(IngressAuth::None(reason)) => Some(reason.clone()),
            _ => None,
        },
        secrets,
    })
}

fn check(asked: &profile::Ingress, problems: &mut Problems) {
    match (&asked.auth, asked.controller) {
        (None, _) => problems.error(
            Problem::new(
                "expose.ingress",
                "Ollama asks nobody who they are: this would be open to whoever reaches the host",
            )
            .help("add auth: {basic: SECRET}, or auth: {none: \"why that is safe here\"}"),
        ),
        (Some(IngressAuth::Basic(_)), IngressController::Alb) => problems.error(
            Problem::new("expose.ingress.auth", "an ALB knows no passwords")
                .and("expose.ingress.controller", "this one")
                .help("keep the load balancer internal and say so: auth: {none: \"why that is safe here\"}"),
        ),
        (Some(IngressAuth::Basic(_)), _) if asked.tls.is_none() => problems.error(
            Problem::new("expose.ingress.auth", "the passwords would cross the network in clear")
                .help("add tls: {secret: NAME} or tls: {clusterIssuer: NAME}"),
        ),
        (Some(IngressAuth::None(reason)), _) if reason.trim().is_empty() => problems.error(
            Problem::new("expose.ingress.auth", "no reason is given for letting everybody in")
                .help("say why that is safe here"),
        ),
        _ if asked.tls.is_none() => problems
            .warning(Problem::new("expose.ingress", "prompts and answers cross the network in clear").help("add tls")),
        _ => {}
    }
    if let (Some(tls), IngressController::Haproxy) = (&asked.tls, asked.controller)
        && tls.secret.is_none()
        && tls.cluster_issuer.is_none()
    {
        problems
            .error(Problem::new("expose.ingress.tls", "no certificate is named").help("add secret or clusterIssuer"));
    }
    if asked.controller == IngressController::Alb && asked.timeout > ALB_LONGEST {
        problems.error(
            Problem::new("expose.ingress.timeout", format!("an ALB waits at most {ALB_LONGEST}"))
                .help(format!("timeout: {ALB_LONGEST}")),
        );
    }
}

/// Source: haproxytech/kubernetes-ingress 3.2 `documentation/annotations.md`; the server timeout would be 50 s.
fn haproxy(
    profile: &Profile,
    asked: &profile::Ingress,
    annotations: &mut BTreeMap<String, String>,
    secrets: &mut Vec<(String, &'static str)>,
) {
    let mut say = |key: &str, value: String| annotations.insert(format!("haproxy.org/{key}"), value);
    say("timeout-server", asked.timeout.to_string());
    if asked.tls.is_some() {
        say("ssl-redirect", "true".into());
    }
    if let Some(IngressAuth::Basic(secret)) = &asked.auth {
        say("auth-type", "basic-auth".into());
        say("auth-secret", format!("{}/{secret}", profile.namespace));
        secrets
            .push((secret.to_string(), "a key for each user, its value the password as `openssl passwd -6` prints it"));
    }
}

/// Source: aws-load-balancer-controller `docs/guide/ingress/annotations.md`; the idle timeout would be 60 s.
fn alb(profile: &Profile, asked: &profile::Ingress, annotations: &mut BTreeMap<String, String>) {
    let mut say = |key: &str, value: String| annotations.insert(format!("alb.ingress.kubernetes.io/{key}"), value);
    let listen = if asked.tls.is_some() { r#"[{"HTTPS":443}]"# } else { r#"[{"HTTP":80}]"# };
    say("scheme", "internal".into());
    say("target-type", "ip".into());
    say("listen-ports", listen.into());
    say("healthcheck-path", "/".into());
    say("load-balancer-attributes", format!("idle_timeout.timeout_seconds={}", asked.timeout.0));
    let drain = profile.server.drain.0;
    say(
        "target-group-attributes",
        format!(
            "deregistration_delay.timeout_seconds={drain},load_balancing.algorithm.type=least_outstanding_requests"
        ),
    );
}
