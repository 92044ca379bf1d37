//! Which variables does a container have, and what does its own script do with them?

use std::collections::BTreeSet;

use super::{Item, Scope, Seat, Workload, is_unknown};
use crate::k8s::{ConfigMap, Service};

/// A variable of a container, and where it is written.
#[derive(Clone, Debug)]
pub struct Variable<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its value, where the manifests say it.
    pub value: Option<&'a str>,
    /// The object in which the value stands.
    pub item: Item<'a>,
    /// Whether the object is a `ConfigMap` all of whose keys are variables.
    pub is_from_map: bool,
    place: Place<'a>,
}

/// Where the value of a variable stands in its object.
#[derive(Clone, Copy, Debug)]
enum Place<'a> {
    /// Among the variables of a container.
    Env(usize),
    /// Under a key of a `ConfigMap`.
    Key(&'a str),
}

impl Variable<'_> {
    /// The way to the value, of a variable of this container.
    pub fn path(&self, seat: &Seat<'_>) -> String {
        match self.place {
            Place::Env(at) => format!("{}.env[{at}].value", seat.path),
            Place::Key(key) => format!("data.{key}"),
        }
    }
}

impl<'a> Seat<'a> {
    /// All words that the container runs: command, arguments, hooks and probes.
    pub fn words(&self) -> impl Iterator<Item = &'a str> {
        let container = self.container;
        let probes = [&container.readiness_probe, &container.liveness_probe, &container.startup_probe];
        let probes = probes.into_iter().flatten().filter_map(|probe| probe.exec.as_ref());
        let lifecycle = container.lifecycle.as_ref();
        let hooks = [
            lifecycle.and_then(|hooks| hooks.post_start.as_ref()),
            lifecycle.and_then(|hooks| hooks.pre_stop.as_ref()),
        ];
        let hooks = hooks.into_iter().flatten().filter_map(|hook| hook.exec.as_ref());
        let execs = probes.chain(hooks).filter_map(|exec| exec.command.as_ref()).flatten();
        container.command.iter().flatten().chain(container.args.iter().flatten()).chain(execs).map(String::as_str)
    }

    /// Whether what it runs, or may run, makes use of a text: also where a script is a file that is not seen here.
    pub fn may_use(&self, text: &str) -> bool {
        self.words().any(|word| {
            let is_file = [".sh", ".py"].iter().any(|end| word.trim_end().ends_with(end)) || word.contains(".sh ");
            is_file || word.contains("/scripts/") || word.contains(text)
        })
    }
}

impl<'a> Scope<'a> {
    /// The variables of a container whose values are among the manifests; of those of one name the last one.
    pub fn variables(&self, workload: &Workload<'a>, seat: &Seat<'a>) -> Vec<Variable<'a>> {
        let mut found: Vec<Variable<'a>> = Vec::new();
        for source in seat.container.env_from.iter().flatten().filter(|source| source.prefix.is_none()) {
            let map = source.config_map_ref.as_ref().and_then(|map| self.find::<ConfigMap>(workload.item, &map.name));
            let Some((item, map)) = map else { continue };
            for (name, value) in map.data.iter().flatten() {
                let value = Some(value.as_str()).filter(|value| !is_unknown(value));
                found.push(Variable { name, value, item, place: Place::Key(name), is_from_map: true });
            }
        }
        for (at, variable) in seat.container.env.iter().flatten().enumerate() {
            let name = variable.name.as_str();
            let here = |value| Variable { name, value, item: workload.item, place: Place::Env(at), is_from_map: false };
            let source = variable.value_from.as_ref();
            let key = source.and_then(|source| source.config_map_key_ref.as_ref());
            let map = key.and_then(|key| Some((key, self.find::<ConfigMap>(workload.item, &key.name)?)));
            found.push(match (&variable.value, map) {
                (Some(value), _) => here(Some(value.as_str()).filter(|value| !is_unknown(value))),
                (None, Some((key, (item, map)))) => {
                    let value = map.data.as_ref().and_then(|data| data.get(&key.key)).map(String::as_str);
                    let value = value.filter(|value| !is_unknown(value));
                    Variable { name, value, item, place: Place::Key(&key.key), is_from_map: false }
                }
                (None, None) => here(source.is_none().then_some("")),
            });
        }
        let mut later = BTreeSet::new();
        found.reverse();
        found.retain(|variable| later.insert(variable.name));
        found.reverse();
        found
    }

    /// The servers that a workload calls by the name of a Service, in a variable or in a script.
    pub fn called_by(&self, workload: &Workload<'a>) -> Vec<&Workload<'a>> {
        let mut called: Vec<&Workload<'a>> = Vec::new();
        for seat in &workload.seats {
            let values = seat.container.env.iter().flatten().filter_map(|variable| {
                let value = variable.value.as_deref()?;
                (value.contains("://") || variable.name == "OLLAMA_HOST").then_some(value)
            });
            for text in seat.words().chain(values) {
                for host in hosts(text) {
                    let mut labels = host.split('.');
                    let name = labels.next().unwrap_or_default();
                    let namespace = labels.next();
                    let Some((item, service)) = self.find::<Service>(workload.item, name) else { continue };
                    let is_there = namespace.is_none_or(|wanted| item.namespace().is_none_or(|own| own == wanted));
                    let selector = service.spec.as_ref().and_then(|spec| spec.selector.as_ref());
                    if let Some(selector) = selector.filter(|selector| is_there && !selector.is_empty()) {
                        let servers = self
                            .selected(item, selector)
                            .into_iter()
                            .filter(|chosen| chosen.about == super::About::Server);
                        called.extend(servers.filter(|server| server.item.number != workload.item.number));
                    }
                }
            }
        }
        called.sort_by_key(|server| server.item.number);
        called.dedup_by_key(|server| server.item.number);
        called
    }
}

/// The hosts of the addresses in a text; of a text that is no script, what stands before its port.
fn hosts(text: &str) -> impl Iterator<Item = &str> {
    let is_end = |c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '.');
    let bare = (!text.contains("://") && !text.contains(char::is_whitespace)).then_some(text);
    let addresses = text.match_indices("://").map(|(at, sign)| &text[at + sign.len()..]);
    bare.into_iter()
        .chain(addresses)
        .map(move |rest| rest.split(is_end).next().unwrap_or_default())
        .filter(|host| !host.is_empty())
}
