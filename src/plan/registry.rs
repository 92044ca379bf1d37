//! How does whoever pulls reach the registry: by which ports, through which proxy, trusting whom, as whom?

use super::{Delivery, PlannedModel, Problem, Problems};
use crate::model_name::ModelName;
use crate::profile::{self, Profile};

/// How whoever pulls reaches the registry.
#[derive(Clone, Debug)]
pub struct Registry {
    /// Whether models are pulled by plain http.
    pub insecure: bool,
    /// Who is trusted besides the public authorities.
    pub authorities: Option<Authorities>,
    /// A way there.
    pub proxy: Option<Proxy>,
    /// The Secret with the key of an Ollama account.
    pub key: Option<String>,
    /// What must not be blocked.
    pub egress: Egress,
}

/// A `ConfigMap` with certificates of authorities.
#[derive(Clone, Debug)]
pub struct Authorities {
    /// Its name.
    pub config_map: String,
    /// The key.
    pub key: String,
}

/// A proxy for `https`.
#[derive(Clone, Debug)]
pub struct Proxy {
    /// Its URL.
    pub https: String,
    /// As in `NO_PROXY`.
    pub no_proxy: String,
}

/// Where a pull connects to.
#[derive(Clone, Debug, PartialEq)]
pub struct Egress {
    /// The ports of the registries, or of the proxy.
    pub ports: Vec<u16>,
    /// Whether it may be inside: otherwise private addresses are out of reach.
    pub may_be_private: bool,
}

pub(super) fn plan(
    profile: &Profile,
    models: &[PlannedModel],
    delivery: &Delivery,
    problems: &mut Problems,
) -> Option<Registry> {
    let pull = &profile.pull;
    if !matches!(delivery, Delivery::Init | Delivery::Job) {
        for (field, is_given) in [
            ("pull.from", pull.from.is_some()),
            ("pull.insecure", pull.insecure),
            ("pull.caBundle", pull.ca_bundle.is_some()),
            ("pull.proxy", pull.proxy.is_some()),
            ("pull.key", pull.key.is_some()),
        ] {
            if is_given {
                problems.warning(Problem::new(field, "nothing is pulled, so this does nothing").help("leave it out"));
            }
        }
        return None;
    }
    if let Some(bundle) = &pull.ca_bundle
        && (bundle.key.is_empty() || !bundle.key.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)))
    {
        let message = format!("\"{}\" is not a key of a ConfigMap", bundle.key.escape_debug());
        problems.error(Problem::new("pull.caBundle.key", message).help("letters, digits, `-`, `_` and `.`: ca.crt"));
    }
    if let (true, Some(_)) = (pull.insecure, &pull.proxy) {
        problems.error(
            Problem::new("pull.proxy", "plain http does not go through a proxy for https")
                .and("pull.insecure", "plain http")
                .help("keep one of them"),
        );
    }
    let at_proxy = pull.proxy.as_ref().and_then(|proxy| match port(&proxy.https) {
        Ok(port) => Some(port),
        Err(why) => {
            problems.error(Problem::new("pull.proxy.https", why).help("as in http://proxy.example.com:3128"));
            None
        }
    });
    Some(Registry {
        insecure: pull.insecure,
        authorities: pull
            .ca_bundle
            .as_ref()
            .map(|bundle| Authorities { config_map: bundle.config_map.to_string(), key: bundle.key.clone() }),
        proxy: pull.proxy.as_ref().map(no_proxy),
        key: pull.key.as_ref().map(ToString::to_string),
        egress: egress(profile, models, at_proxy),
    })
}

fn no_proxy(proxy: &profile::Proxy) -> Proxy {
    Proxy { https: proxy.https.clone(), no_proxy: proxy.no_proxy.join(",") }
}

/// The port of a proxy's URL.
fn port(url: &str) -> Result<u16, String> {
    let shown = url.escape_debug();
    let (scheme, rest) = url.split_once("://").ok_or(format!("\"{shown}\" is not a URL"))?;
    let usual = match scheme {
        "http" => 80,
        "https" => 443,
        _ => return Err(format!("a proxy is reached by http or https, not by {}", scheme.escape_debug())),
    };
    let host = rest.trim_end_matches('/');
    if host.contains('@') {
        return Err("a password in a URL would stand in the manifests for all to read".to_owned());
    }
    let is_host =
        |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.[]:".contains(&b));
    match host.rsplit_once(':') {
        Some((name, number)) if is_host(name) && !number.ends_with(']') => {
            number.parse().map_err(|_| format!("\"{shown}\" has no port"))
        }
        _ if is_host(host) => Ok(usual),
        _ => Err(format!("\"{shown}\" is not the URL of a proxy")),
    }
}

fn egress(profile: &Profile, models: &[PlannedModel], at_proxy: Option<u16>) -> Egress {
    let usual = if profile.pull.insecure { 80 } else { 443 };
    let sources = models.iter().map(|model| &model.pull.source);
    let port =
        |source: &ModelName| source.host.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).unwrap_or(usual);
    // Hosts without proxy are reached by their own ports.
    let direct = profile.pull.proxy.as_ref().is_none_or(|proxy| !proxy.no_proxy.is_empty());
    let mut ports: Vec<u16> = sources.clone().map(port).filter(|_| direct).chain(at_proxy).collect();
    ports.sort_unstable();
    ports.dedup();
    Egress { ports, may_be_private: at_proxy.is_some() || sources.into_iter().any(ModelName::has_host) }
}
