//! What does a shell script do, one command after the other?
//!
//! A small reading of `sh` and `bash`: words without quotes, operators, blocks, functions; here-documents, comments and
//! redirections are left out, `$(…)` and `$name` stay text. What is not understood is not read at all: rules say
//! nothing of it.

mod cursor;
mod flow;
mod lex;
mod parse;
mod quote;
mod simple;
mod status;
mod unended;
mod wait;

use std::ops::Range;

pub use flow::{Loss, Lost};
pub use simple::Simple;
pub use unended::unended;
pub use wait::Wait;

/// A word of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Without its quotes; what the shell replaces stays as it is written.
    pub text: String,
    /// Whether some of it was quoted.
    pub quoted: bool,
    /// Whether a `$` in it stands in single quotes, where the shell leaves it as it is.
    pub keeps_dollar: bool,
    /// Which bytes of the script.
    pub at: Range<usize>,
}

/// A script.
#[derive(Clone, Debug, PartialEq)]
pub struct Script {
    list: List,
}

type List = Vec<Chain>;

/// Pipelines with `&&` and `||` between.
#[derive(Clone, Debug, PartialEq)]
struct Chain {
    /// Each with what stands before it; the first with `Join::Next`.
    links: Vec<(Join, Pipeline)>,
    /// Whether a `&` stands behind.
    background: bool,
}

/// Commands with `|` between.
#[derive(Clone, Debug, PartialEq)]
struct Pipeline {
    /// Whether a `!` stands before it.
    negated: bool,
    commands: Vec<Command>,
}

#[derive(Clone, Debug, PartialEq)]
enum Command {
    Simple(Simple),
    /// `{ …; }`, or `( … )`.
    Group {
        list: List,
        subshell: bool,
    },
    If {
        branches: Vec<(List, List)>,
        otherwise: List,
    },
    /// `while`, or `until`; without condition: `for`, with its words where it has an `in`.
    Loop {
        until: bool,
        condition: List,
        words: Option<Vec<Word>>,
        body: List,
    },
    Case(Vec<List>),
    Function {
        name: String,
        body: Box<Command>,
    },
}

/// What stands between two commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Join {
    /// A line, `;` or `&`, or nothing.
    Next,
    /// `&&`.
    And,
    /// `||`.
    Or,
}

/// A command among the others of a script.
#[derive(Clone, Debug)]
pub struct Statement<'s> {
    /// What it is.
    pub simple: &'s Simple,
    /// What stands before the pipeline that it is in.
    pub before: Join,
    /// What stands behind that pipeline.
    pub behind: Join,
    /// Where it stands.
    pub inside: Inside,
}

/// What a command is in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "a command may be in all of them")]
pub struct Inside {
    /// Nobody waits for it: a `&` stands behind it, or behind a block that it is in.
    pub background: bool,
    /// The condition of an `if` or of a loop.
    pub condition: bool,
    /// A loop that tries until something is so: `while`, `until`, or a `for` with a pause or a way out.
    pub repeated: bool,
    /// A branch of an `if` or of a `case`: it may never run.
    pub branch: bool,
    /// A function: it runs where that is called.
    pub function: bool,
    /// A pipeline of several commands.
    pub pipe: bool,
    /// A `( … )` for which the shell waits: what goes on in its background is not the shell's own.
    pub subshell: bool,
}

impl Script {
    /// Reads a script; nothing where it is not understood.
    pub fn read(text: &str) -> Option<Self> {
        let list = parse::list(lex::tokens(text)?)?;
        Some(Self { list })
    }

    /// One command that no shell reads.
    pub fn of_words<'w>(words: impl Iterator<Item = &'w str>) -> Self {
        let words = words
            .map(|text| Word { text: text.to_owned(), quoted: true, keeps_dollar: false, at: 0..text.len() })
            .collect();
        let simple = Simple::of_words(words);
        let pipeline = Pipeline { negated: false, commands: vec![Command::Simple(simple)] };
        Self { list: vec![Chain { links: vec![(Join::Next, pipeline)], background: false }] }
    }

    /// All commands in the order in which they are written.
    pub fn statements(&self) -> Vec<Statement<'_>> {
        let mut found = Vec::new();
        flatten(&self.list, Inside::default(), &mut found);
        found
    }

    /// The names of the functions that it defines, outside of blocks.
    pub fn functions(&self) -> Vec<&str> {
        let commands = self.list.iter().flat_map(|chain| &chain.links).flat_map(|(_, pipeline)| &pipeline.commands);
        let mut names = Vec::new();
        for command in commands {
            if let Command::Function { name, .. } = command {
                names.push(name.as_str());
            }
        }
        names
    }

    /// The command whose end is the end of the script, where that is one and no block.
    pub fn last(&self) -> Option<Statement<'_>> {
        let (chain, (before, pipeline)) = self.list.last().and_then(|chain| Some((chain, chain.links.last()?)))?;
        let Some(Command::Simple(simple)) = pipeline.commands.last() else { return None };
        let pipe = pipeline.commands.len() > 1;
        let inside = Inside { background: chain.background, pipe, ..Inside::default() };
        Some(Statement { simple, before: *before, behind: Join::Next, inside })
    }

    /// Whether the script does nothing else than one command.
    pub fn only(&self) -> Option<&Simple> {
        match (&self.list[..], self.last()) {
            ([chain], Some(last)) if chain.links.len() == 1 && !last.inside.pipe => Some(last.simple),
            _ => None,
        }
    }

    /// What a failure of a command that brings a model loses its way to the end of the script by; `errexit` where the
    /// shell was called with `-e`.
    pub fn lost(&self, errexit: bool) -> Vec<Lost<'_>> {
        flow::lost(&self.list, errexit)
    }
}

fn flatten<'s>(list: &'s [Chain], inside: Inside, found: &mut Vec<Statement<'s>>) {
    for chain in list {
        let inside = Inside { background: inside.background || chain.background, ..inside };
        for (at, (before, pipeline)) in chain.links.iter().enumerate() {
            let behind = chain.links.get(at + 1).map_or(Join::Next, |(join, _)| *join);
            let inside = Inside { pipe: inside.pipe || pipeline.commands.len() > 1, ..inside };
            for command in &pipeline.commands {
                match command {
                    Command::Simple(simple) => found.push(Statement { simple, before: *before, behind, inside }),
                    Command::Group { list, subshell } => {
                        let subshell = inside.subshell || *subshell && !inside.background;
                        flatten(list, Inside { subshell, ..inside }, found);
                    }
                    Command::If { branches, otherwise } => {
                        let branch = Inside { branch: true, ..inside };
                        for (condition, body) in branches {
                            flatten(condition, Inside { condition: true, ..inside }, found);
                            flatten(body, branch, found);
                        }
                        flatten(otherwise, branch, found);
                    }
                    Command::Loop { condition, body, .. } => {
                        flatten(condition, Inside { condition: true, repeated: true, ..inside }, found);
                        let start = found.len();
                        flatten(body, inside, found);
                        let body = found.get_mut(start..).unwrap_or_default();
                        let tries = |statement: &Statement<'_>| {
                            ["break", "sleep", "exit", "return"].iter().any(|name| statement.simple.runs(name))
                        };
                        if !condition.is_empty() || body.iter().any(tries) {
                            for statement in body {
                                statement.inside.repeated = true;
                            }
                        }
                    }
                    Command::Case(arms) => {
                        for arm in arms {
                            flatten(arm, Inside { branch: true, ..inside }, found);
                        }
                    }
                    Command::Function { body, .. } => {
                        if let Command::Group { list, .. } = &**body {
                            flatten(list, Inside { function: true, ..inside }, found);
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
