//! Which models do the manifests bring, for which server, and where do they say so?

use std::collections::HashMap;

use super::asked::servers;
use super::commands::{Command, commands};
use super::{Env, Item, Scope, Seat, Workload};
use crate::model_name::ModelName;

/// A model that the manifests name.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Which.
    pub name: ModelName,
    /// In which object, by its number.
    pub number: usize,
    /// The way to the text that says so.
    pub path: String,
    /// Whether it is downloaded, not only asked for.
    pub pulled: bool,
    /// Whether that happens only in some cases.
    pub maybe: bool,
}

impl Wanted {
    /// Whether it runs in Ollama's cloud: nothing is downloaded.
    pub fn is_in_the_cloud(&self) -> bool {
        self.name.tag == "cloud" || self.name.tag.ends_with("-cloud")
    }
}

/// All models that the manifests name.
#[derive(Debug, Default)]
pub struct Models {
    /// For workloads, by the number of their objects.
    servers: HashMap<usize, Vec<Wanted>>,
    /// For servers that are not among the manifests, or not to be found out.
    others: Vec<Wanted>,
    /// By the number of the Job that names them, each once.
    named: HashMap<usize, Vec<Wanted>>,
}

impl Models {
    pub(super) fn of(scope: &Scope<'_>) -> Self {
        let mut models = Self::default();
        for workload in scope.workloads() {
            for seat in &workload.seats {
                for (wanted, host) in wanted(scope, workload, seat) {
                    if workload.job().is_some() {
                        models.named.entry(wanted.number).or_default().push(wanted.clone());
                    }
                    let servers = servers(scope, workload, seat, host.as_deref());
                    if servers.is_empty() {
                        models.others.push(wanted);
                        continue;
                    }
                    for number in servers {
                        models.servers.entry(number).or_default().push(wanted.clone());
                    }
                }
            }
        }
        models
    }

    /// The models for a server.
    pub fn of_server(&self, workload: &Workload<'_>) -> &[Wanted] {
        self.servers.get(&workload.item.number).map_or(&[], Vec::as_slice)
    }

    /// The models that a Job names.
    pub fn of_job(&self, item: Item<'_>) -> &[Wanted] {
        self.named.get(&item.number).map_or(&[], Vec::as_slice)
    }

    /// All models, once for each server.
    pub fn all(&self) -> impl Iterator<Item = &Wanted> {
        let mut numbers: Vec<&usize> = self.servers.keys().collect();
        numbers.sort_unstable();
        numbers.into_iter().flat_map(|number| &self.servers[number]).chain(&self.others)
    }
}

impl Scope<'_> {
    /// The models that the manifests pull or ask for.
    pub fn models(&self) -> &Models {
        self.models.get_or_init(|| Models::of(self))
    }
}

/// What a container pulls or asks for, each with the host that it asks.
fn wanted<'a>(scope: &Scope<'a>, workload: &Workload<'a>, seat: &Seat<'a>) -> Vec<(Wanted, Option<String>)> {
    let container = seat.container;
    let hook = container.lifecycle.as_ref().and_then(|lifecycle| lifecycle.post_start.as_ref()?.exec.as_ref());
    let hook = hook.and_then(|exec| exec.command.as_deref()).unwrap_or_default();
    let command = container.command.as_deref().unwrap_or_default();
    let args = container.args.as_deref().unwrap_or_default();
    let own: Vec<(String, &str)> = ways(&seat.path, "command", command).chain(ways(&seat.path, "args", args)).collect();
    let hook = ways(&seat.path, "lifecycle.postStart.exec.command", hook).collect();
    let by_image = command.is_empty() && seat.image().is_ollama();
    let variable = |name: &str| match scope.env(workload, seat, name) {
        Env::Text(text) if !text.contains("${") => Some(text.to_owned()),
        _ => None,
    };
    let mut found = Vec::new();
    for (words, by_image) in [(own, by_image), (hook, false)] {
        let (path, commands) = run(&words, by_image, &variable);
        for command in &commands {
            let (pulled, names, host) = asked(command);
            let host = host.or_else(|| variable("OLLAMA_HOST"));
            for name in names.iter().filter_map(|name| name.parse::<ModelName>().ok()) {
                let path = path.to_owned();
                found.push((
                    Wanted { name, number: workload.item.number, path, pulled, maybe: command.maybe },
                    host.clone(),
                ));
            }
        }
    }
    found
}

fn ways<'a>(path: &str, field: &str, words: &'a [String]) -> impl Iterator<Item = (String, &'a str)> {
    words.iter().enumerate().map(move |(at, word)| (format!("{path}.{field}[{at}]"), word.as_str()))
}

/// The commands that a container runs: its script, or the words themselves; with the way to them.
fn run<'w>(
    words: &'w [(String, &str)],
    by_image: bool,
    variable: &impl Fn(&str) -> Option<String>,
) -> (&'w str, Vec<Command>) {
    let Some((path, first)) = words.first() else { return ("", Vec::new()) };
    let program = first.rsplit('/').next().unwrap_or_default();
    if matches!(program, "sh" | "bash" | "ash" | "dash") {
        let flag = words.iter().position(|(_, word)| word.starts_with('-') && word.ends_with('c'));
        let script = flag.and_then(|at| words.get(at + 1));
        return script.map_or(("", Vec::new()), |(path, script)| (path, commands(script, variable)));
    }
    let whole = |(_, word): &(String, &str)| {
        let name = word.strip_prefix("$(").and_then(|rest| rest.strip_suffix(')'));
        name.map_or(Some(vec![(*word).to_owned()]), |name| variable(name).map(|value| vec![value]))
    };
    let image = by_image.then(|| Some(vec!["ollama".to_owned()]));
    let mut command =
        Command { words: image.into_iter().chain(words.iter().map(whole)).collect(), ..Command::default() };
    command.strip();
    (path, vec![command])
}

/// The models that a command downloads or asks for, and the host that it names.
fn asked(command: &Command) -> (bool, Vec<String>, Option<String>) {
    let program = command.text(0).and_then(|word| word.rsplit('/').next()).unwrap_or_default();
    match (program, command.text(1)) {
        ("ollama", Some("pull" | "run")) => {
            let mut words = command.words[2..].iter();
            let mut name = None;
            while let Some(word) = words.next() {
                match word.as_deref() {
                    Some([flag]) if matches!(flag.as_str(), "--keepalive" | "--format") => drop(words.next()),
                    Some([flag, ..]) if flag.starts_with('-') => {}
                    _ => {
                        name = Some(word);
                        break;
                    }
                }
            }
            (true, name.cloned().flatten().unwrap_or_default(), None)
        }
        ("curl" | "wget", _) => {
            let all = || command.words.iter().flatten();
            let address = all().flatten().find(|word| word.contains("/api/"));
            let pulled = address.is_some_and(|address| address.contains("/api/pull"));
            let asks = address
                .is_some_and(|a| a.contains("/api/generate") || a.contains("/api/chat") || a.contains("/api/embed"));
            if !pulled && !asks {
                return (false, Vec::new(), None);
            }
            let names = all().flatten().filter_map(|word| in_body(word)).map(str::to_owned).collect();
            (pulled, names, address.cloned())
        }
        _ => (false, Vec::new(), None),
    }
}

/// The model that the JSON of a request names.
fn in_body(word: &str) -> Option<&str> {
    let body = &word[word.find('{')?..];
    let after = ["\"model\"", "\"name\""].iter().find_map(|key| Some(&body[body.find(key)? + key.len()..]))?;
    let value = after.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    value.split('"').next()
}

#[cfg(test)]
mod tests {
    use crate::scope::tests::scope_of;

    #[test]
    fn models_belong_to_the_server_that_is_asked_for_them() {
        let text = "apiVersion: v1\nkind: Service\nmetadata: {name: llm, namespace: ai}\nspec: {selector: {app: a}, ports: [{port: 1}]}\n\
            ---\napiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: ai, labels: {app: a}}\nspec:\n  containers:\n  - {name: a, \
            image: ollama/ollama, lifecycle: {postStart: {exec: {command: [/bin/sh, -c, \"ollama pull one\"]}}}}\n\
            ---\napiVersion: batch/v1\nkind: Job\nmetadata: {name: b}\nspec: {template: {spec: {containers: [{name: b, image: curl, \
            env: [{name: M, value: two}], command: [sh, -c, 'curl http://llm.ai.svc:11434/api/pull -d \"{\\\"model\\\": \\\"$M\\\"}\"']}]}}}\n\
            ---\napiVersion: batch/v1\nkind: Job\nmetadata: {name: c}\nspec: {template: {spec: {containers: [{name: c, \
            image: ollama/ollama, args: [pull, three], env: [{name: OLLAMA_HOST, value: \"http://other:11434\"}]}]}}}\n";
        scope_of(text, |scope| {
            let server = scope.servers().next().expect("a server");
            let names =
                |wanted: &[super::Wanted]| wanted.iter().map(|w| w.name.model.clone()).collect::<Vec<_>>().join(" ");
            assert_eq!(names(scope.models().of_server(server)), "one two");
            assert_eq!(scope.models().all().count(), 3);
        });
    }
}
