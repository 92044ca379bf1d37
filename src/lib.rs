//! Kubernetes manifests for Ollama: what is rendered fits, schedules, rolls out, drains and survives a restart.
//!
//! The architecture is the pipeline, and each arrow is one module:
//!
//! ```text
//! text ─tree─▶ layers ─profile─▶ Profile ─plan─▶ Plan ─resources─▶ Bundle ─rules─▶ Bundle ─yaml─▶ text
//! ```
//!
//! Who may import whom (`tests/architecture.rs` holds it):
//!
//! | module | imports |
//! |---|---|
//! | `units`, `names`, `hash`, `model_name`, `tree` | nothing |
//! | `facts` | `model_name` |
//! | `model_file` | `facts`, `model_name`, `sizing`, `units` |
//! | `sizing` | `facts`, `model_name`, `units` |
//! | `profile` | `facts`, `model_name`, `names`, `tree`, `units` |
//! | `plan` | `facts`, `hash`, `model_name`, `names`, `profile`, `sizing`, `tree`, `units` |
//! | `k8s` | `units` |
//! | `bundle` | `k8s` |
//! | `accept` | `bundle`, `lint`, `plan`, `rules`, `tree` |
//! | `clash` | `bundle` |
//! | `shape` | `bundle`, `plan`, `profile`, `text`, `yaml` |
//! | `text` | `bundle`, `facts`, `plan`, `profile`, `sizing`, `units` |
//! | `resources` | `bundle`, `facts`, `hash`, `k8s`, `plan`, `profile`, `text`, `units` |
//! | `scope` | `bundle`, `facts`, `k8s`, `model_name`, `tree`, `units` |
//! | `rules` | `bundle`, `facts`, `k8s`, `model_name`, `scope`, `sizing`, `tree`, `units` |
//! | `chart` | `facts`, `scope`, `tree` |
//! | `account` | `bundle`, `facts`, `plan`, `sizing`, `units` |
//! | `yaml` | `bundle`, `k8s`, `tree` |
//! | `lint` | `bundle`, `chart`, `facts`, `rules`, `scope`, `tree`, `yaml` |
//! | `diff` | `bundle`, `facts`, `k8s`, `model_name`, `scope`, `sizing`, `tree`, `units`, `yaml` |
//! | `draft` | `facts`, `model_name`, `names`, `plan`, `sizing`, `units` |
//! | `report` | `diff`, `facts`, `lint`, `plan`, `profile`, `rules`, `tree` |
//! | `cli` | everything |

mod accept;
pub mod account;
pub mod bundle;
pub mod chart;
pub mod clash;
pub mod cli;
pub mod diff;
pub mod draft;
pub mod facts;
pub mod hash;
pub mod k8s;
pub mod lint;
pub mod model_file;
pub mod model_name;
pub mod names;
pub mod plan;
pub mod profile;
pub mod report;
pub mod resources;
pub mod rules;
pub mod scope;
pub mod shape;
pub mod sizing;
pub mod text;
pub mod tree;
pub mod units;
pub mod yaml;

use bundle::Bundle;
use plan::{Plan, Problem};
use profile::Profile;
use rules::{Finding, Severity};
use scope::Scope;
use text::MadeFrom;

/// A bundle that keeps the promise, and what could be better about it.
#[derive(Debug)]
pub struct Rendered {
    /// What was decided.
    pub plan: Plan,
    /// The objects, with their reasons.
    pub bundle: Bundle,
    /// What could be better about the profile.
    pub warnings: Vec<Problem>,
    /// What could be better about the objects.
    pub findings: Vec<Finding>,
}

/// Why there is no bundle.
#[derive(Debug)]
pub enum Refusal {
    /// The profile asks for what cannot work.
    Profile(Vec<Problem>),
    /// The bundle would not pass its own rules.
    Bundle(Vec<Finding>),
}

/// Adds up what a profile means, even where it cannot work; nothing without a model.
pub fn account(profile: &Profile, made_from: &MadeFrom) -> (Option<account::Account>, Vec<Problem>) {
    let (plan, problems) = plan::draft(profile);
    let account = plan.map(|plan| account::of(&plan, &resources::build(&plan, made_from), &problems));
    (account, problems)
}

/// Turns a profile into a bundle that passes the rules.
///
/// # Errors
/// Everything that cannot work: with the sum, the fields it is about, and what to write instead.
pub fn render(profile: &Profile, made_from: &MadeFrom) -> Result<Rendered, Refusal> {
    let plan::Resolved { plan, mut warnings } = plan::resolve(profile).map_err(Refusal::Profile)?;
    let mut bundle = resources::build(&plan, made_from);
    let trees = scope::trees(bundle.iter());
    let mut findings = rules::check(&Scope::of_made(bundle.iter(), &trees));
    let problems = accept::apply(&plan.accepted, &mut bundle, &mut findings);
    // What is merely worth knowing of anybody's manifests was asked for here; and of each way in the plan has said who asks.
    findings.retain(|finding| finding.rule.severity != Severity::Info && finding.rule.id != plan::OPEN);
    if problems.iter().any(|problem| problem.severity == plan::Severity::Error) {
        return Err(Refusal::Profile(problems));
    }
    warnings.extend(problems);
    if findings.iter().any(|finding| finding.rule.severity == Severity::Error) {
        return Err(Refusal::Bundle(findings));
    }
    Ok(Rendered { plan, bundle, warnings, findings })
}
