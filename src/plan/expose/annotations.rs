//! By which annotations is each Ingress controller told, and by which objects besides?

use std::collections::BTreeMap;

use k8s_openapi::serde_json::json;

use super::controller::{Says, Told};
use super::ingress::Companion;
use crate::profile::{Auth, Paths};

/// A picture or two in JSON; nginx takes 1 MiB where nobody says it.
const NGINX_BODY: &str = "100m";

/// Keys below a prefix.
fn below(prefix: &str, pairs: Vec<(&str, String)>) -> BTreeMap<String, String> {
    pairs.into_iter().map(|(key, value)| (format!("{prefix}{key}"), value)).collect()
}

/// Source: ingress-nginx `docs/user-guide/nginx-configuration/annotations.md`; it would wait for 60 s, and take 1 MiB.
pub(super) fn nginx(told: &Told<'_>) -> Says {
    let asked = told.asked;
    let seconds = asked.timeout.0.to_string();
    let mut pairs = vec![
        ("proxy-read-timeout", seconds.clone()),
        ("proxy-send-timeout", seconds),
        ("proxy-buffering", "off".into()),
        ("proxy-request-buffering", "off".into()),
        ("proxy-http-version", "1.1".into()),
        ("proxy-body-size", if asked.paths == Paths::All { "0" } else { NGINX_BODY }.into()),
    ];
    if asked.tls.is_some() {
        pairs.push(("ssl-redirect", "true".into()));
    }
    let mut says = Says::default();
    match &asked.auth {
        Some(Auth::Basic(secret)) => {
            pairs.push(("auth-type", "basic".into()));
            pairs.push(("auth-secret", format!("{}/{secret}", told.profile.namespace)));
            pairs.push(("auth-realm", "Ollama".into()));
            says.secrets
                .push((secret.to_string(), "the key auth, with a line a user as `htpasswd -nB NAME` prints it"));
        }
        Some(Auth::Url(url)) => pairs.push(("auth-url", url.clone())),
        _ => {}
    }
    says.annotations = below("nginx.ingress.kubernetes.io/", pairs);
    says
}

/// Source: haproxytech/kubernetes-ingress 3.2 `documentation/annotations.md`; the server timeout would be 50 s, and plain
/// http would be sent to 8443, the port inside the controller's own pod.
pub(super) fn haproxy(told: &Told<'_>) -> Says {
    let asked = told.asked;
    let mut pairs = vec![("timeout-server", asked.timeout.to_string())];
    if asked.tls.is_some() {
        pairs.push(("ssl-redirect", "true".into()));
        pairs.push(("ssl-redirect-port", "443".into()));
    }
    let mut says = Says::default();
    if let Some(Auth::Basic(secret)) = &asked.auth {
        pairs.push(("auth-type", "basic-auth".into()));
        pairs.push(("auth-secret", format!("{}/{secret}", told.profile.namespace)));
        says.secrets
            .push((secret.to_string(), "a key for each user, its value the password as `openssl passwd -6` prints it"));
    }
    says.annotations = below("haproxy.org/", pairs);
    says
}

/// Source: Traefik `docs/content/reference/routing-configuration/kubernetes/ingress.md` and `middlewares/http`: answers
/// are neither bounded nor held back; whom a middleware asks stands in an object of its own.
pub(super) fn traefik(told: &Told<'_>) -> Says {
    let asked = told.asked;
    let point = if asked.tls.is_some() { "websecure" } else { "web" };
    let mut pairs = vec![("router.entrypoints", point.to_owned())];
    if asked.tls.is_some() {
        pairs.push(("router.tls", "true".into()));
    }
    let mut says = Says::default();
    let spec = match &asked.auth {
        Some(Auth::Basic(secret)) => {
            says.secrets
                .push((secret.to_string(), "the key users, with a line a user as `htpasswd -nB NAME` prints it"));
            Some(json!({ "basicAuth": { "secret": &**secret, "removeHeader": true } }))
        }
        Some(Auth::Url(url)) => Some(json!({ "forwardAuth": { "address": url } })),
        _ => None,
    };
    if let Some(spec) = spec {
        let chain = format!("{}-{}@kubernetescrd", told.profile.namespace, told.profile.name);
        pairs.push(("router.middlewares", chain));
        says.companion = Some(Companion::Middleware(spec));
    }
    says.annotations = below("traefik.ingress.kubernetes.io/", pairs);
    says
}

/// Source: aws-load-balancer-controller `docs/guide/ingress/annotations.md`; the idle timeout would be 60 s.
pub(super) fn alb(told: &Told<'_>) -> Says {
    let asked = told.asked;
    let listen = if asked.tls.is_some() { r#"[{"HTTPS":443}]"# } else { r#"[{"HTTP":80}]"# };
    let drain = told.profile.server.drain.0;
    let group = format!(
        "deregistration_delay.timeout_seconds={drain},load_balancing.algorithm.type=least_outstanding_requests"
    );
    let mut pairs = vec![
        ("scheme", "internal".to_owned()),
        ("target-type", "ip".into()),
        ("listen-ports", listen.into()),
        ("healthcheck-path", "/".into()),
        ("load-balancer-attributes", format!("idle_timeout.timeout_seconds={}", asked.timeout.0)),
        ("target-group-attributes", group),
    ];
    let mut says = Says::default();
    if let Some(Auth::Oidc(oidc)) = &asked.auth {
        let issuer = json!({
            "issuer": oidc.issuer,
            "authorizationEndpoint": oidc.authorization_endpoint,
            "tokenEndpoint": oidc.token_endpoint,
            "userInfoEndpoint": oidc.user_info_endpoint,
            "secretName": &*oidc.secret,
        });
        pairs.push(("auth-type", "oidc".into()));
        pairs.push(("auth-on-unauthenticated-request", "authenticate".into()));
        pairs.push(("auth-idp-oidc", issuer.to_string()));
        says.secrets.push((oidc.secret.to_string(), "clientID and clientSecret, as the issuer gave them"));
    }
    says.annotations = below("alb.ingress.kubernetes.io/", pairs);
    says
}

/// Source: GKE, "Configure Ingress using the default controller" and ingress-gce `pkg/apis/backendconfig/v1`; the
/// whole answer would be cut after 30 s.
pub(super) fn gce(told: &Told<'_>) -> Says {
    let asked = told.asked;
    let name = &told.profile.name;
    let mut says = Says {
        companion: Some(Companion::BackendConfig { timeout: asked.timeout, drain: told.profile.server.drain }),
        of_service: [
            ("cloud.google.com/neg".to_owned(), r#"{"ingress": true}"#.to_owned()),
            ("cloud.google.com/backend-config".to_owned(), json!({ "default": &**name }).to_string()),
        ]
        .into(),
        ..Says::default()
    };
    if asked.tls.is_some() {
        says.annotations.insert("kubernetes.io/ingress.allow-http".into(), "false".into());
    }
    says
}
