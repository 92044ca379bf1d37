//! What is wrong with the texts that people have, and where?

mod allow;

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::Version;
use crate::rules::{self, Finding, Place, Rule, Severity};
use crate::scope::Scope;
use crate::tree::{SourceId, Sources, Spot};
use crate::yaml::Manifests;

pub use allow::ANNOTATION;

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
    /// How many of them have nothing to do with Ollama.
    pub foreign: usize,
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
    let mut scope = Scope::of_written(written, sources);
    scope.kubernetes = options.kubernetes;
    scope.faults = &manifests.faults;
    scope.others = &manifests.others;
    let scope = scope.with_charts();
    let wanted = |rule: &&'static Rule| {
        let is_in = |list: &[&Rule]| list.iter().any(|listed| listed.id == rule.id);
        (options.only.is_empty() || is_in(&options.only)) && !is_in(&options.skip)
    };
    let rules: Vec<&'static Rule> = rules::RULES.iter().copied().filter(wanted).collect();
    let findings = rules::check_by(rules.iter().copied(), &scope);
    let mut found: Vec<Found> = findings.into_iter().map(|finding| locate(finding, &manifests)).collect();
    let ran: BTreeSet<&str> = rules.iter().map(|rule| rule.id).collect();
    let allowed = allow::apply(&mut found, &manifests, &ran);
    let place = |found: &Found| (found.spot.origin.source.0, found.spot.origin.start);
    found.sort_by(|a, b| place(a).cmp(&place(b)).then_with(|| a.finding.rule.id.cmp(b.finding.rule.id)));
    Report {
        found,
        objects: manifests.objects.len(),
        foreign: scope.all_workloads().len() - scope.workloads().count(),
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

fn locate(mut finding: Finding, manifests: &Manifests) -> Found {
    let spot = |place: &Place| match place {
        Place::Field { number, path } => manifests.objects[*number].tree.spot(path),
        Place::Text(at) => Spot { origin: *at, missing: String::new() },
    };
    let at = spot(&finding.place);
    if finding.number.is_none() {
        finding.number = manifests.object_at(at.origin);
        finding.object = finding.number.map(|number| manifests.objects[number].object.reference());
    }
    let also = finding.also.iter().map(|(place, label)| (spot(place), label.clone())).collect();
    Found { spot: at, also, finding }
}
