//! How do the words of a container become programs?

use super::container::Seat;
use super::probe::{hooks, probes};
use super::program::{Moment, Program, Shell};
use super::shell::{Script, Statement};
use super::{About, Item, Scope, Workload};
use crate::k8s::{ConfigMap, ExecAction};

/// The programs of all workloads that have to do with Ollama.
pub(super) fn programs<'a>(scope: &Scope<'a>) -> Vec<Program<'a>> {
    let mut found = Vec::new();
    for (number, workload) in scope.all_workloads().iter().enumerate() {
        let is_foreign = workload.about == About::Other;
        if is_foreign && !workload.pod.volumes.iter().flatten().any(|volume| volume.config_map.is_some()) {
            continue;
        }
        for (at, seat) in workload.seats.iter().enumerate() {
            let reader = Reader { scope, workload, seat, place: (number, at) };
            let start = found.len();
            reader.main(&mut found);
            if is_foreign {
                if found.last().is_some_and(|program| found.len() > start && !pulls_by_file(workload, program)) {
                    found.truncate(start);
                }
                continue;
            }
            let container = seat.container;
            for (name, hook) in hooks(container) {
                let moment = if name == "postStart" { Moment::PostStart } else { Moment::PreStop };
                reader.exec(hook.exec.as_ref(), &format!("lifecycle.{name}"), moment, &mut found);
            }
            for (name, probe) in probes(container) {
                reader.exec(probe.exec.as_ref(), name, Moment::Probe, &mut found);
            }
        }
    }
    found
}

/// Whether a program is a file among the manifests that asks Ollama for a model.
fn pulls_by_file(workload: &Workload<'_>, program: &Program<'_>) -> bool {
    let pulls = |statement: &Statement<'_>| statement.simple.brings() || statement.simple.posts_pull();
    program.item.number != workload.item.number && program.script.statements().iter().any(pulls)
}

struct Reader<'s, 'a> {
    scope: &'s Scope<'a>,
    workload: &'s Workload<'a>,
    seat: &'s Seat<'a>,
    place: (usize, usize),
}

impl<'a> Reader<'_, 'a> {
    fn main(&self, found: &mut Vec<Program<'a>>) {
        let container = self.seat.container;
        let command = container.command.as_deref().unwrap_or_default();
        let args = container.args.as_deref().unwrap_or_default();
        let path = &self.seat.path;
        let written =
            |name: &'static str| move |(at, word): (usize, &'a String)| (word.as_str(), format!("{path}.{name}[{at}]"));
        let mut words: Vec<(&'a str, String)> = command.iter().enumerate().map(written("command")).collect();
        if command.is_empty() {
            if !self.seat.image().is_official() {
                return;
            }
            words.push(("ollama", format!("{path}.image")));
        }
        words.extend(args.iter().enumerate().map(written("args")));
        if command.is_empty() && args.is_empty() {
            words.push(("serve", format!("{path}.image")));
        }
        found.extend(self.read(&words, Moment::Main));
    }

    fn exec(&self, exec: Option<&'a ExecAction>, name: &str, moment: Moment, found: &mut Vec<Program<'a>>) {
        let Some(command) = exec.and_then(|exec| exec.command.as_ref()) else { return };
        let path = &self.seat.path;
        let words = command.iter().enumerate();
        let words: Vec<(&'a str, String)> =
            words.map(|(at, word)| (word.as_str(), format!("{path}.{name}.exec.command[{at}]"))).collect();
        found.extend(self.read(&words, moment));
    }

    fn read(&self, words: &[(&'a str, String)], moment: Moment) -> Option<Program<'a>> {
        let (workload, seat) = self.place;
        let is_written = words.iter().any(|(_, path)| path.strip_suffix(".image").is_none());
        let base = |word: &'a str| word.rsplit('/').next().unwrap_or_default();
        let shell = match base(words.first()?.0) {
            "bash" => Shell::Bash,
            "sh" | "dash" if self.seat.image().is_official() => Shell::Dash,
            "sh" | "dash" | "ash" | "zsh" => Shell::Other,
            _ => Shell::None,
        };
        let item = self.workload.item;
        if shell == Shell::None {
            let (first, path) = words.first()?;
            if let Some((item, path, text)) = self.file(first) {
                let errexit = first_line(text).contains(" -e");
                let shell = match first_line(text).rsplit(['/', ' ']).find(|word| !word.starts_with('-'))? {
                    "bash" => Shell::Bash,
                    "sh" | "" if self.seat.image().is_official() => Shell::Dash,
                    "sh" | "dash" | "ash" | "zsh" | "" => Shell::Other,
                    _ => return None,
                };
                let script = Script::read(text)?;
                let (words, words_path) = (Vec::new(), String::new());
                return Some(Program {
                    workload,
                    seat,
                    moment,
                    shell,
                    script,
                    errexit,
                    item,
                    path,
                    words,
                    words_path,
                    is_written,
                });
            }
            let script = Script::of_words(words.iter().map(|(word, _)| *word));
            let path = words.get(1).map_or(path, |(_, path)| path).clone();
            let words_path = path.clone();
            let words = words.iter().map(|(word, _)| *word).collect();
            return Some(Program {
                workload,
                seat,
                moment,
                shell,
                script,
                errexit: false,
                item,
                path,
                words,
                words_path,
                is_written,
            });
        }
        let mut errexit = false;
        let mut is_text = false;
        let mut at = 1;
        while let Some((word, _)) = words.get(at).filter(|(word, _)| word.starts_with(['-', '+'])) {
            let letters = word.trim_start_matches('-');
            if !word.starts_with("--") {
                is_text |= letters.contains('c');
                errexit |= word.starts_with('-') && letters.contains('e');
                if letters.contains('o') {
                    at += 1;
                    errexit |= words.get(at).is_some_and(|(word, _)| *word == "errexit");
                }
            }
            at += 1;
        }
        let (text, path) = words.get(at)?;
        let (item, path, text) = if is_text { (item, path.clone(), *text) } else { self.file(text)? };
        let rest = words.get(at + 1..).unwrap_or_default();
        let words_path = rest.first().map(|(_, path)| path.clone()).unwrap_or_default();
        let words = rest.iter().map(|(word, _)| *word).collect();
        let script = Script::read(text)?;
        Some(Program { workload, seat, moment, shell, script, errexit, item, path, words, words_path, is_written })
    }

    /// A file in the container that is a key of a `ConfigMap` among the manifests.
    fn file(&self, path: &str) -> Option<(Item<'a>, String, &'a str)> {
        let (mount, volume) = self.workload.mount_of(self.seat, path)?;
        let source = volume?.config_map.as_ref()?;
        let inside = match &mount.sub_path {
            Some(key) if mount.mount_path == path => key,
            Some(_) => return None,
            None => path.strip_prefix(mount.mount_path.trim_end_matches('/'))?.trim_start_matches('/'),
        };
        let renamed = source.items.iter().flatten().find(|entry| entry.path == inside);
        let key = renamed.map_or(inside, |entry| &entry.key);
        let (item, map) = self.scope.find::<ConfigMap>(self.workload.item, &source.name)?;
        let text = map.data.as_ref()?.get(key)?;
        Some((item, format!("data.{key}"), text))
    }
}

/// The line that says who reads a file; empty where there is none.
fn first_line(text: &str) -> &str {
    text.lines().next().filter(|line| line.starts_with("#!")).unwrap_or_default().trim_end()
}
