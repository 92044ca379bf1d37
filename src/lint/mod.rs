//! What is wrong with the texts that people have, and where?

mod allow;
mod made;
mod value_words;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::facts::Version;
use crate::rules::{self, Finding, Place, Rule, Severity};
use crate::scope::Scope;
use crate::tree::{SourceId, Sources, Spot, place_of};
use crate::yaml::Manifests;

pub use allow::ANNOTATION;
use made::Made;

/// What to look for.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The release of Kubernetes that the manifests are for, where it is known.
    pub kubernetes: Option<Version>,
    /// Only these rules; all where there is none.
    pub only: Vec<&'static Rule>,
    /// None of these.
    pub skip: Vec<&'static Rule>,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Report {
    /// The faults, in the order of the texts.
    pub found: Vec<Found>,
    /// How many objects were looked at.
    pub objects: usize,
    /// How many releases of other charts have Ollama in them, whose values were not judged.
    pub other_releases: usize,
    /// How many documents are no manifests.
    pub others: usize,
    /// Texts that are templates, not manifests.
    pub templates: Vec<SourceId>,
    /// How many documents change other manifests.
    pub patches: usize,
    /// How many faults the manifests allow.
    pub allowed: usize,
}

impl Report {
    /// How many faults of a severity there are.
    pub fn of(&self, severity: Severity) -> usize {
        self.found.iter().filter(|found| found.finding.rule.severity == severity).count()
    }
}

/// A fault and where it is.
#[derive(Clone, Debug)]
pub struct Found {
    /// The fault.
    pub finding: Finding,
    /// Where it is.
    pub spot: Spot,
    /// Other places that have to do with it, with a word for each.
    pub also: Vec<(Spot, String)>,
}

/// Reads texts and holds all rules against what is in them together.
pub fn lint(sources: &Sources, ids: impl IntoIterator<Item = SourceId>, options: &Options) -> Report {
    let mut manifests = Manifests::default();
    for id in ids {
        manifests.read(sources, id);
    }
    manifests.kustomize(sources);
    let written = manifests.objects.iter().map(|written| (&written.object, &written.tree));
    let mut read = Scope::of_written(written, sources);
    read.kubernetes = options.kubernetes;
    read.faults = &manifests.faults;
    read.others = &manifests.others;
    read.reached = &manifests.reached;
    let read = read.with_charts();
    let made = Made::of(&read);
    let mut scope = read;
    if !made.objects.is_empty() {
        scope = scope.with_made(made.objects.iter().map(|of| (&of.written.object, &of.written.tree)));
        scope.faults = &made.faults;
    }
    let wanted = |rule: &&'static Rule| {
        let is_in = |list: &[&Rule]| list.iter().any(|listed| listed.id == rule.id);
        (options.only.is_empty() || is_in(&options.only)) && !is_in(&options.skip)
    };
    let rules: Vec<&'static Rule> = rules::RULES.iter().copied().filter(wanted).collect();
    let said = made.said(&scope);
    let findings = rules::check_by(rules.iter().copied(), &scope);
    let places = Places { sources, manifests: &manifests, made: &made };
    let locate = |finding| match made.of_finding(&finding, manifests.objects.len()) {
        Some(of) => of.locate(finding, &scope, places, &said),
        None => Some(places.locate(finding)),
    };
    let mut found: Vec<Found> = findings.into_iter().filter_map(locate).collect();
    let ran: BTreeSet<&str> = rules.iter().map(|rule| rule.id).collect();
    let allowed = allow::apply(&mut found, places, &ran);
    let place = |found: &Found| (found.spot.origin.source.0, found.spot.origin.start);
    found.sort_by(|a, b| place(a).cmp(&place(b)).then_with(|| a.finding.rule.id.cmp(b.finding.rule.id)));
    if !made.objects.is_empty() {
        found.dedup_by(|a, b| a.finding.rule.id == b.finding.rule.id && a.spot == b.spot);
    }
    Report {
        found,
        objects: manifests.objects.len(),
        other_releases: scope.other_releases,
        others: manifests.others.len(),
        patches: manifests.patches,
        templates: manifests.templates,
        allowed,
    }
}

/// How often each rule found something.
pub fn count(found: &[Found]) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for found in found {
        *counts.entry(found.finding.rule.id).or_default() += 1;
    }
    counts
}

/// Where everything was written.
#[derive(Clone, Copy)]
struct Places<'a> {
    sources: &'a Sources,
    manifests: &'a Manifests,
    made: &'a Made,
}

impl Places<'_> {
    /// A fault with its place.
    fn locate(self, mut finding: Finding) -> Found {
        let at = self.spot(&finding.place);
        if finding.number.is_none() {
            finding.number = self.manifests.object_at(at.origin);
            finding.object = finding.number.map(|number| self.manifests.objects[number].object.reference());
        }
        let also = finding.also.iter().map(|(place, label)| (self.spot(place), label.clone()));
        let also = also.filter(|(spot, _)| spot.origin.is_written()).collect();
        Found { spot: at, also, finding }
    }

    fn spot(self, place: &Place) -> Spot {
        match place {
            Place::Field { number, path, part } => {
                let tree = self.made.tree(*number, self.manifests);
                let of_part = |part: &Range<usize>| {
                    let node = tree.find(path).filter(|node| node.origin.is_written())?;
                    place_of(self.sources, node, part.clone())
                };
                match part.as_ref().and_then(of_part) {
                    Some(origin) => Spot { origin, missing: String::new() },
                    None => tree.spot(path),
                }
            }
            Place::Text(at) => Spot { origin: *at, missing: String::new() },
        }
    }
}
