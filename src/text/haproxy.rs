//! What is the proxy beside each server configured to do?

use minijinja::context;

use super::templates;
use crate::facts::OLLAMA_PORT;
use crate::plan::{AccessProxy, Plan};

/// Where things are in the proxy's container.
#[derive(Clone, Copy, Debug)]
pub struct Paths {
    /// The port that requests come to.
    pub port: u16,
    /// The port of its numbers.
    pub metrics: u16,
    /// The file with the keys.
    pub keys: &'static str,
}

/// The configuration of the proxy, for `HAProxy` from 2.6 on.
pub fn haproxy(plan: &Plan, proxy: &AccessProxy, paths: Paths) -> String {
    let of = |exact: bool| proxy.routes.iter().filter(move |route| route.exact == exact).map(|route| route.path);
    let below: Vec<_> = of(false).filter(|path| *path != "/").collect();
    let context = context! {
        connections => proxy.connections.value,
        drain => plan.times.drain.0,
        timeout => proxy.timeout.0,
        port => paths.port,
        metrics => paths.metrics,
        keys => proxy.keys.as_ref().map(|_| paths.keys),
        exact => of(true).collect::<Vec<_>>(),
        below,
        server => OLLAMA_PORT,
    };
    // HAProxy takes a last line without an end for a sign that the rest was lost.
    templates::fill("haproxy", context) + "\n"
}
