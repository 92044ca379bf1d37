//! Which programs do the containers of a pod run, and where is that written?

use std::ops::Range;

use super::container::Seat;
use super::shell::{Script, Simple};
use super::{Item, Scope, Workload};

/// When a container runs a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// It is what the container is for.
    Main,
    /// Beside it, when the container has begun.
    PostStart,
    /// Before the container is stopped.
    PreStop,
    /// Again and again, to ask how it is.
    Probe,
}

/// Who reads a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shell {
    /// `bash`.
    Bash,
    /// The `sh` of Debian and Ubuntu, and with it of Ollama's image.
    Dash,
    /// A shell of which nothing is known.
    Other,
    /// None: the words are the program's.
    None,
}

/// A program that a container runs.
#[derive(Clone, Debug)]
pub struct Program<'a> {
    /// The place of its workload among all of them.
    pub(super) workload: usize,
    /// The place of its container among those of the pod.
    pub(super) seat: usize,
    /// When it runs.
    pub moment: Moment,
    /// Who reads it.
    pub shell: Shell,
    /// What it does.
    pub script: Script,
    /// Whether the shell was called with `-e`.
    pub errexit: bool,
    /// The object that the script stands in.
    pub item: Item<'a>,
    /// The way to it.
    pub path: String,
    /// The words that no shell reads, as they are written; where a shell reads a script, those behind the script.
    pub words: Vec<&'a str>,
    /// The way to the first of those.
    pub words_path: String,
    /// Whether the manifest says what is run, and not the image.
    pub is_written: bool,
}

impl Program<'_> {
    /// Which bytes of the script are a command; nothing where no shell reads it, so that the words are texts of their own.
    pub fn part(&self, command: &Simple) -> Option<Range<usize>> {
        let at = command.at();
        (self.shell != Shell::None && !at.is_empty()).then_some(at)
    }
}

/// A program with its container and workload.
#[derive(Clone, Copy, Debug)]
pub struct Ran<'s, 'a> {
    /// What makes the pod.
    pub workload: &'s Workload<'a>,
    /// What runs it.
    pub seat: &'s Seat<'a>,
    /// What it is.
    pub program: &'s Program<'a>,
}

impl Ran<'_, '_> {
    /// Whether the pod goes on only when the program has ended: an init container, or one of a `Job`.
    pub fn must_end(&self) -> bool {
        self.program.moment == Moment::Main
            && !is_sidecar(self.seat)
            && (self.seat.is_init || self.workload.job().is_some())
    }

    /// Whether the program must never end.
    pub fn must_stay(&self) -> bool {
        let restarts = self.workload.pod.restart_policy.as_deref().is_none_or(|policy| policy == "Always");
        self.program.moment == Moment::Main && self.seat.stays() && self.workload.job().is_none() && restarts
    }
}

fn is_sidecar(seat: &Seat<'_>) -> bool {
    seat.is_init && seat.stays()
}

impl<'a> Scope<'a> {
    /// What the containers of all workloads that have to do with Ollama run: a script that is not understood is not
    /// among it.
    pub fn programs(&self) -> impl Iterator<Item = Ran<'_, 'a>> {
        self.programs.iter().filter_map(|program| self.ran(program))
    }

    /// What the containers of one of these workloads run.
    pub fn programs_of(&self, workload: &Workload<'a>) -> impl Iterator<Item = Ran<'_, 'a>> {
        let number = self.workloads.partition_point(|other| other.item.number < workload.item.number);
        let first = self.programs.partition_point(|program| program.workload < number);
        let own = self.programs.get(first..).unwrap_or_default().iter();
        own.take_while(move |program| program.workload == number).filter_map(|program| self.ran(program))
    }

    fn ran<'s>(&'s self, program: &'s Program<'a>) -> Option<Ran<'s, 'a>> {
        let workload = self.workloads.get(program.workload)?;
        Some(Ran { workload, seat: workload.seats.get(program.seat)?, program })
    }
}
