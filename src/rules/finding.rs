//! What does a rule say of what it found?

use std::ops::Range;

use super::Rule;
use crate::bundle::ObjectRef;
use crate::scope::shell::Simple;
use crate::scope::{Chart, Item, MisfitKind, MisfitPlace, Program, Scope};
use crate::tree::{FaultKind, Origin};

/// A fault that was found.
#[derive(Clone, Debug)]
pub struct Finding {
    /// By which rule.
    pub rule: &'static Rule,
    /// The object's place among the objects; none for what is wrong with a text.
    pub number: Option<usize>,
    /// In which object.
    pub object: Option<ObjectRef>,
    /// Where.
    pub place: Place,
    /// What is true here.
    pub message: String,
    /// What to write instead.
    pub help: String,
    /// Other places that have to do with it, each with a word to stand under it.
    pub also: Vec<(Place, String)>,
}

/// Where something is.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// A field of an object.
    Field {
        /// The object's place among the objects.
        number: usize,
        /// Keys and indices with dots between: `spec.template.spec.containers[0].image`. It need not be written:
        /// what is missing has a place as well.
        path: String,
        /// Which bytes of the field's text, where it is a part of it: a command of a script.
        part: Option<Range<usize>>,
    },
    /// A piece of a text.
    Text(Origin),
}

impl Finding {
    /// The way to the field, or nothing for a piece of a text.
    pub fn path(&self) -> &str {
        match &self.place {
            Place::Field { path, .. } => path,
            Place::Text(_) => "",
        }
    }

    /// With another place that has to do with it, and a word to stand under it.
    pub(super) fn also(&mut self, item: Item<'_>, path: impl Into<String>, label: impl Into<String>) -> &mut Self {
        let place = Place::Field { number: item.number, path: path.into(), part: None };
        self.also.push((place, label.into()));
        self
    }
}

/// Where rules put what they find.
#[derive(Debug)]
pub struct Findings {
    pub(super) rule: &'static Rule,
    pub(super) found: Vec<Finding>,
}

impl Findings {
    /// Says that a field of an object is wrong, or missing: what is true there, and what to write instead.
    pub(super) fn add(
        &mut self,
        item: Item<'_>,
        path: impl Into<String>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> &mut Finding {
        let place = Place::Field { number: item.number, path: path.into(), part: None };
        self.push(Some(item), place, message.into(), help.into())
    }

    /// Says that a command of a program is wrong: its words within the script.
    pub(super) fn add_in(
        &mut self,
        program: &Program<'_>,
        command: &Simple,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> &mut Finding {
        let (number, path) = (program.item.number, program.path.clone());
        let place = Place::Field { number, path, part: program.part(command) };
        self.push(Some(program.item), place, message.into(), help.into())
    }

    /// Says that a piece of a text is wrong; of an object, if it belongs to one.
    pub(super) fn add_at(
        &mut self,
        item: Option<Item<'_>>,
        at: Origin,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> &mut Finding {
        self.push(item, Place::Text(at), message.into(), help.into())
    }

    /// Says that values for the Helm chart are wrong, or missing.
    pub(super) fn add_to(
        &mut self,
        chart: &Chart<'_>,
        path: &str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> &mut Finding {
        self.push(chart.item, Place::Text(chart.place(path)), message.into(), help.into())
    }

    /// Tells the faults of a kind in texts that have to do with Ollama; `otherwise` is what to do where one does not say.
    pub(super) fn tell(&mut self, scope: &Scope<'_>, kind: FaultKind, otherwise: &str) {
        for (item, at, fault) in scope.faults_of(kind) {
            let help = match (&fault.help, fault.places.first()) {
                (Some(help), _) => help,
                (None, Some((_, label))) if !label.is_empty() => label,
                _ => otherwise,
            };
            let finding = self.add_at(item, at, &fault.message, help);
            let others = fault.places.iter().skip(1);
            finding.also.extend(others.map(|(at, label)| (Place::Text(*at), label.clone())));
        }
    }

    /// Tells what in custom resources does not fit their definitions, in one way.
    pub(super) fn tell_misfits(&mut self, scope: &Scope<'_>, kind: MisfitKind) {
        for misfit in scope.misfits().iter().filter(|misfit| misfit.kind == kind) {
            let item = scope.items()[misfit.number];
            match &misfit.place {
                MisfitPlace::Written(at) => self.add_at(Some(item), *at, &misfit.message, &misfit.help),
                MisfitPlace::Missing(way) => self.add(item, way, &misfit.message, &misfit.help),
            };
        }
    }

    fn push(&mut self, item: Option<Item<'_>>, place: Place, message: String, help: String) -> &mut Finding {
        let number = item.map(|item| item.number);
        let object = item.map(|item| item.object.reference());
        self.found.push(Finding { rule: self.rule, number, object, place, message, help, also: Vec::new() });
        let last = self.found.len() - 1;
        &mut self.found[last]
    }
}
