//! Whose failure does nobody see?
//!
//! A command that brings a model fails: does the script fail as well? Followed outwards from the command, through
//! `&&`, `||`, blocks, loops and functions; where that is not certain, the failure counts as seen.

use std::collections::HashMap;
use std::mem;

use super::status::{Rescue, asks_status, checks, leaves, only_shows, rescue};
use super::{Chain, Command, Join, Pipeline, Simple};

/// A command whose failure is lost.
#[derive(Clone, Debug)]
pub struct Lost<'s> {
    /// The command.
    pub simple: &'s Simple,
    /// What loses it.
    pub loss: Loss,
}

/// What loses the failure of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// The script goes on, and a later command says how it ends.
    GoesOn,
    /// A harmless command behind `||`: nothing is said, or only said.
    Or {
        /// Whether a text is printed.
        told: bool,
    },
    /// Nobody waits for it.
    Background,
    /// A later round of its loop says how the loop ends.
    Round,
    /// A later command of its pipeline says how that ends.
    Pipe,
    /// The program itself ends well: `curl` when the server says in its answer that it failed.
    Answer,
}

/// A failure on its way out.
#[derive(Clone, Copy)]
struct Failure<'s> {
    simple: &'s Simple,
    /// Whether `set -e` does not heed it: something behind `&&` was left out.
    exempt: bool,
}

struct Flow<'s> {
    errexit: bool,
    pipefail: bool,
    /// Whether some `wait` asks for the status of one process.
    waits: bool,
    functions: HashMap<&'s str, Vec<Failure<'s>>>,
    lost: Vec<Lost<'s>>,
}

pub(super) fn lost(list: &[Chain], errexit: bool) -> Vec<Lost<'_>> {
    let mut statements = Vec::new();
    super::flatten(list, super::Inside::default(), &mut statements);
    let waits = statements.iter().any(|statement| statement.simple.runs("wait") && statement.simple.words.len() > 1);
    let mut flow = Flow { errexit, pipefail: false, waits, functions: HashMap::new(), lost: Vec::new() };
    flow.list(list);
    let mut found = flow.lost;
    let checked = statements
        .iter()
        .filter(|statement| checks(statement.simple))
        .map(|statement| statement.simple.at().start)
        .max();
    found.retain(|lost| checked.is_none_or(|checked| checked <= lost.simple.at().start));
    found.sort_by_key(|lost| lost.simple.at().start);
    found.dedup_by_key(|lost| lost.simple.at().start);
    found
}

impl<'s> Flow<'s> {
    fn lose(&mut self, failures: impl IntoIterator<Item = Failure<'s>>, loss: Loss) {
        self.lost.extend(failures.into_iter().map(|failure| Lost { simple: failure.simple, loss }));
    }

    fn list(&mut self, list: &'s [Chain]) -> Vec<Failure<'s>> {
        let mut open = Vec::new();
        for (at, chain) in list.iter().enumerate() {
            let mut failures = self.chain(chain);
            let is_last = at + 1 == list.len();
            if self.errexit {
                failures.retain(|failure| failure.exempt);
            }
            if is_last {
                open = failures;
            } else if !list.get(at + 1).is_some_and(asks_status) {
                self.lose(failures, Loss::GoesOn);
            }
        }
        open
    }

    fn chain(&mut self, chain: &'s Chain) -> Vec<Failure<'s>> {
        let mut open: Vec<Failure<'s>> = Vec::new();
        for (at, (join, pipeline)) in chain.links.iter().enumerate() {
            if *join == Join::Or && !open.is_empty() {
                match rescue(pipeline) {
                    Rescue::Harmless { told } => {
                        let failures = mem::take(&mut open);
                        self.lose(failures, Loss::Or { told });
                    }
                    Rescue::Raises | Rescue::Other => open.clear(),
                    Rescue::Fails => {}
                }
            }
            let is_last = at + 1 == chain.links.len();
            let leaves = chain.links.get(at + 1).is_some_and(|(join, next)| *join == Join::And && leaves(next));
            let own = self.pipeline(pipeline);
            if !leaves {
                open.extend(own.into_iter().map(|failure| Failure { exempt: failure.exempt || !is_last, ..failure }));
            }
        }
        if chain.background {
            if !self.waits {
                self.lose(mem::take(&mut open), Loss::Background);
            }
            open.clear();
        }
        open
    }

    fn pipeline(&mut self, pipeline: &'s Pipeline) -> Vec<Failure<'s>> {
        let mut open = Vec::new();
        for (at, command) in pipeline.commands.iter().enumerate() {
            let before = self.lost.len();
            let own = self.command(command);
            let shown = pipeline.commands.iter().skip(at + 1).all(only_shows);
            if at + 1 == pipeline.commands.len() || self.pipefail && shown {
                open.extend(own);
            } else if shown {
                self.lose(own, Loss::Pipe);
            } else {
                self.lost.truncate(before);
            }
        }
        if pipeline.negated { Vec::new() } else { open }
    }

    fn command(&mut self, command: &'s Command) -> Vec<Failure<'s>> {
        match command {
            Command::Simple(simple) => self.simple(simple),
            Command::Group { list, .. } => self.list(list),
            Command::If { branches, otherwise } => {
                let mut open = Vec::new();
                for (condition, body) in branches {
                    self.condition(condition);
                    open.extend(self.list(body));
                }
                open.extend(self.list(otherwise));
                open
            }
            Command::Loop { condition, words, body, .. } => {
                self.condition(condition);
                let open = self.list(body);
                let several = words.as_ref().is_some_and(|words| words.len() > 1);
                if several && !self.errexit {
                    self.lose(open, Loss::Round);
                    return Vec::new();
                }
                open
            }
            Command::Case(arms) => arms.iter().flat_map(|arm| self.list(arm)).collect(),
            Command::Function { name, body } => {
                let open = self.command(body);
                self.functions.insert(name, open);
                Vec::new()
            }
        }
    }

    /// What a condition does is seen by it; what it loses before its end is not.
    fn condition(&mut self, condition: &'s [Chain]) {
        let errexit = mem::replace(&mut self.errexit, false);
        self.list(condition);
        self.errexit = errexit;
    }

    fn simple(&mut self, simple: &'s Simple) -> Vec<Failure<'s>> {
        let Some((program, words)) = simple.program() else { return Vec::new() };
        if program == "set" {
            self.set(words.iter().map(|word| word.text.as_str()));
        }
        if simple.posts_pull() {
            let fails = simple.runs("wget") || simple.option("fail", 'f') || simple.has("--fail");
            let waits = simple.has("\"stream\":false") || simple.has("\"stream\": false");
            let unknown = simple.words.iter().any(|word| word.text.starts_with(['@', '$']) && !word.text.contains('/'));
            let kept = simple.option("output", 'o') && !simple.has("/dev/null");
            if !(fails && (waits || unknown) || kept) {
                self.lose([Failure { simple, exempt: false }], Loss::Answer);
                return Vec::new();
            }
            return vec![Failure { simple, exempt: false }];
        }
        if simple.brings() {
            return vec![Failure { simple, exempt: false }];
        }
        self.functions.get(program).cloned().unwrap_or_default()
    }

    fn set<'w>(&mut self, words: impl Iterator<Item = &'w str>) {
        let mut on = true;
        for word in words {
            match word {
                "errexit" => self.errexit = on,
                "pipefail" => self.pipefail = on,
                _ => {
                    on = !word.starts_with('+');
                    if word.starts_with(['-', '+']) && word.contains('e') {
                        self.errexit = on;
                    }
                }
            }
        }
    }
}
