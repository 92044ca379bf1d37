//! What is wrong with a set of manifests, whoever wrote them?
//!
//! A rule is a pair: `<id>.rs` finds, `<id>.md` explains, and its examples are the rule's tests. `render` runs
//! the same rules over its own bundle, so that what is rendered is never what is rejected.
//! Rules know objects, not plans or profiles: they judge manifests from anywhere.

mod pods;
mod quantity;

mod pdb_blocks_drain;
mod probe_ready_without_model;
mod progress_deadline;
mod pss_restricted;
mod pvc_empty_class;
mod quota_gpu_prefix;
mod quota_needs_defaults;
mod quota_surge;
mod rollout_antiaffinity_deadlock;
mod rollout_rwo_surge;
mod rwo_multi_replica;
mod selector_hits_job;

use std::fmt;

use crate::bundle::{Bundle, Object, ObjectRef};

/// A kind of fault.
pub struct Rule {
    /// Its name, for ever.
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one line.
    pub summary: &'static str,
    /// Why, bad, good, source: Markdown, whose examples are tested.
    pub docs: &'static str,
    check: fn(&Bundle, &mut Findings),
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

/// How bad a fault is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It works, but could be better.
    Warning,
    /// It cannot work, or not for long.
    Error,
}

/// A fault that was found.
#[derive(Clone, Debug)]
pub struct Finding {
    /// By which rule.
    pub rule: &'static Rule,
    /// In which object.
    pub object: ObjectRef,
    /// At which field, keys and indices with dots between.
    pub path: String,
    /// What is true here.
    pub message: String,
    /// What to write instead.
    pub help: String,
}

/// Where rules put what they find.
#[derive(Debug)]
pub struct Findings {
    rule: &'static Rule,
    found: Vec<Finding>,
}

impl Findings {
    fn add(&mut self, object: &Object, path: impl Into<String>, message: impl Into<String>, help: impl Into<String>) {
        self.found.push(Finding {
            rule: self.rule,
            object: object.reference(),
            path: path.into(),
            message: message.into(),
            help: help.into(),
        });
    }
}

/// All rules, by name.
pub const RULES: &[&Rule] = &[
    &pdb_blocks_drain::RULE,
    &probe_ready_without_model::RULE,
    &progress_deadline::RULE,
    &pss_restricted::RULE,
    &pvc_empty_class::RULE,
    &quota_gpu_prefix::RULE,
    &quota_needs_defaults::RULE,
    &quota_surge::RULE,
    &rollout_antiaffinity_deadlock::RULE,
    &rollout_rwo_surge::RULE,
    &rwo_multi_replica::RULE,
    &selector_hits_job::RULE,
];

/// Everything that the rules find in a bundle.
pub fn check(bundle: &Bundle) -> Vec<Finding> {
    let mut findings = Findings { rule: RULES[0], found: Vec::new() };
    for rule in RULES {
        findings.rule = rule;
        (rule.check)(bundle, &mut findings);
    }
    findings.found
}
