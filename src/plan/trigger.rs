//! What is counted, so that servers are added and taken away by it?

use super::autoscale::Decided;
use super::{Because, Problem, Problems};
use crate::profile::{self, Auto, OUR_METADATA, Profile};

/// What is counted.
#[derive(Clone, Debug)]
pub struct Trigger {
    /// The URL of Prometheus.
    pub server_address: String,
    /// One number for all servers together.
    pub query: Because<String>,
    /// How much of it each server is to have.
    pub threshold: Because<u64>,
    /// What else the trigger is told.
    pub metadata: Vec<(String, String)>,
    /// The `TriggerAuthentication` that has the password.
    pub authentication: Option<String>,
}

pub(super) fn trigger(
    profile: &Profile,
    asked: &profile::Autoscale,
    decided: &Decided<'_>,
    problems: &mut Problems,
) -> Trigger {
    let prometheus = &asked.prometheus;
    let address = prometheus.server_address.clone().unwrap_or_default();
    let field = "autoscale.prometheus.serverAddress";
    let example = "write it as in http://prometheus-operated.monitoring.svc:9090";
    if address.is_empty() {
        problems.error(Problem::new(field, "KEDA does not know where Prometheus is").help(example));
    } else if !["http://", "https://"].iter().any(|scheme| address.starts_with(scheme))
        || address.contains(char::is_whitespace)
    {
        problems.error(Problem::new(field, format!("\"{address}\" is not a URL")).help(example));
    } else if address.contains('@') {
        problems.error(
            Problem::new(field, "a password would stand in the ScaledObject for all to read")
                .help("put it into a TriggerAuthentication, and name that with authenticationRef"),
        );
    }
    for key in prometheus.metadata.keys().filter(|key| OUR_METADATA.contains(&key.as_str())) {
        let help = match key.as_str() {
            "ignoreNullValues" => "leave it out: a count that is lost must not look like no requests".to_owned(),
            key => format!("set autoscale.prometheus.{key} instead"),
        };
        let field = format!("autoscale.prometheus.metadata.{key}");
        problems.error(Problem::new(field, format!("`{key}` is not to be set here")).help(help));
    }
    Trigger {
        server_address: address,
        query: query(profile, asked, problems),
        threshold: threshold(profile, prometheus, decided, problems),
        metadata: prometheus.metadata.clone().into_iter().collect(),
        authentication: prometheus.authentication_ref.as_ref().map(ToString::to_string),
    }
}

/// What Prometheus is asked: the profile's own query, or what the proxies of the bundle count.
fn query(profile: &Profile, asked: &profile::Autoscale, problems: &mut Problems) -> Because<String> {
    let field = "autoscale.prometheus.query";
    let example = "count them in front of the servers, as in Envoy: sum(envoy_cluster_upstream_rq_active{envoy_cluster_name=\"ollama\"})";
    match asked.prometheus.query.as_deref().map(str::trim) {
        Some(query) if !query.is_empty() => {
            return Because::new(query.to_owned(), "the requests that all servers together have in work: one number");
        }
        _ if asked.min > 0 && profile.expose.proxy.as_ref().is_some_and(|proxy| proxy.metrics.is_some()) => {
            let query = format!(
                "sum(haproxy_backend_current_sessions{{namespace=\"{}\", pod=~\"{}-.*\", proxy=\"ollama\"}})",
                profile.namespace, profile.name
            );
            return Because::new(query, "the requests in work, as the proxies beside the servers count them");
        }
        _ if asked.min == 0 => problems.error(
            Problem::new(
                "autoscale.min",
                "without servers nothing beside them counts requests, so none would ever come",
            )
            .and(field, "must count where no server is needed")
            .help(format!("{example}; or set autoscale.min: 1")),
        ),
        _ => problems.error(
            Problem::new(field, "nothing says how many requests are in work, and no use of CPU or GPU tells it").help(
                format!(
                    "expose.proxy: {{metrics: {{namespace: monitoring}}}} counts them beside the servers; or {example}"
                ),
            ),
        ),
    }
    Because::new(String::new(), String::new())
}

fn threshold(
    profile: &Profile,
    prometheus: &profile::Prometheus,
    decided: &Decided<'_>,
    problems: &mut Problems,
) -> Because<u64> {
    let field = "autoscale.prometheus.threshold";
    let at_once = decided.models.iter().map(|model| decided.load.slots(&model.shape)).min().unwrap_or(1);
    let queue = u64::from(profile.server.max_queue);
    let beyond = format!("while a model loads {queue} more may wait (OLLAMA_MAX_QUEUE), the next one is answered 503");
    let works = format!("a server works on {at_once} at once (OLLAMA_NUM_PARALLEL)");
    let Auto::Given(given) = prometheus.threshold else {
        return Because::new(at_once, format!("{works}, what is more waits inside it; {beyond}"));
    };
    let given = u64::from(given);
    let most = at_once.saturating_add(queue);
    if given == 0 {
        problems.error(
            Problem::new(field, "no number of servers has 0 requests each")
                .help(format!("1 to {most}, or auto for {at_once}")),
        );
    } else if given > most {
        problems.error(
            Problem::new(field, format!("{given} is more than the {most} = {at_once} + {queue} that a server takes while it loads a model: it answers 503 before another one is wanted"))
                .and("server.parallel", "works on so many at once")
                .and("server.maxQueue", "so many wait for a model to load")
                .help(format!("leave threshold out, for {at_once}")),
        );
    }
    let waiting = given.saturating_sub(at_once);
    Because::new(given, format!("as the profile says. Of them, {waiting} wait: {works}; {beyond}"))
}
