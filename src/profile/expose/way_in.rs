//! What does a profile say of a way in from outside: an Ingress, a route of the Gateway API?

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::names::{DnsLabel, DnsName, LabelKey};
use crate::units::Seconds;

/// The way in by an Ingress.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ingress {
    /// Which controller serves it: annotations differ.
    pub controller: IngressController,
    /// The controller's class; none: the controller's usual one.
    pub class_name: Option<DnsName>,
    /// The namespace of the controller's pods; none: the usual one.
    pub controller_namespace: Option<DnsLabel>,
    /// The host name.
    pub host: DnsName,
    /// The certificate.
    pub tls: Option<Tls>,
    /// Who may come in; wanted unless the proxy asks for keys.
    pub auth: Option<Auth>,
    /// How long an answer may take.
    #[serde(default = "one_hour")]
    pub timeout: Seconds,
    /// What may be asked.
    #[serde(default)]
    pub paths: Paths,
    /// For the Ingress alone; they win over ours.
    #[serde(default)]
    pub annotations: BTreeMap<LabelKey, String>,
}

/// The way in by an `HTTPRoute` of the Gateway API.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Gateway {
    /// The Gateway, which must let routes of this namespace attach.
    pub parent: Parent,
    /// The host names; none: all that the Gateway listens for.
    #[serde(default)]
    pub hostnames: Vec<DnsName>,
    /// The namespace of the pods from which the requests come; none: the Gateway's.
    pub controller_namespace: Option<DnsLabel>,
    /// Who may come in; wanted unless the proxy asks for keys.
    pub auth: Option<Auth>,
    /// How long an answer may take, as a whole.
    #[serde(default = "one_hour")]
    pub timeout: Seconds,
    /// What may be asked.
    #[serde(default)]
    pub paths: Paths,
    /// For the route alone.
    #[serde(default)]
    pub annotations: BTreeMap<LabelKey, String>,
}

/// A Gateway.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Parent {
    /// Its name.
    pub name: DnsName,
    /// Its namespace; none: the release's own.
    pub namespace: Option<DnsLabel>,
    /// One of its listeners; none: all of them.
    pub section: Option<DnsName>,
}

fn one_hour() -> Seconds {
    Seconds(3600)
}

/// Ingress controllers whose annotations are known.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum IngressController {
    /// The community's ingress-nginx, which gets no fixes since March 2026.
    Nginx,
    /// `HAProxy` Technologies' `kubernetes-ingress`.
    Haproxy,
    /// Traefik.
    Traefik,
    /// AWS Load Balancer Controller.
    Alb,
    /// Google's, of GKE.
    Gce,
}

/// Where the certificate comes from.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Tls {
    /// A Secret of type `kubernetes.io/tls`; with `clusterIssuer` it is made.
    pub secret: Option<DnsName>,
    /// cert-manager's `ClusterIssuer`.
    pub cluster_issuer: Option<DnsName>,
}

/// Who may come in.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Auth {
    /// Names and passwords in a Secret of the namespace.
    Basic(DnsName),
    /// Whoever a service at this address lets in: it answers 2xx.
    Url(
        #[schemars(
            regex(pattern = r"^https?://[-A-Za-z0-9._~:/?#@!$&'()*+,;=%\[\]]+$"),
            example = "http://auth.auth.svc/verify"
        )]
        String,
    ),
    /// Whoever signs in with a browser, at an ALB.
    Oidc(Oidc),
    /// Anybody who gets this far, for the reason given.
    None(String),
}

/// An issuer of identities, `OpenID` Connect.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Oidc {
    /// The issuer.
    pub issuer: String,
    /// Where people sign in.
    pub authorization_endpoint: String,
    /// Where tokens are given out.
    pub token_endpoint: String,
    /// Where names are told.
    pub user_info_endpoint: String,
    /// A Secret with `clientID` and `clientSecret`.
    pub secret: DnsName,
}

/// What may be asked.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Paths {
    /// Answers, and the list of models.
    #[default]
    Inference,
    /// Everything, also pulling and deleting models.
    All,
}
