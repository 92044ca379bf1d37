//! Which findings of the rules does the profile accept, and why?

use super::expose::Ways;
use super::{Problem, Problems};
use crate::profile::Profile;

/// A finding that is accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The rule.
    pub rule: String,
    /// Why.
    pub reason: String,
    /// Whether the profile names the rule; else it follows from another field.
    pub is_asked: bool,
}

/// The rule that finds a way in where nobody is asked who they are.
pub const OPEN: &str = "exposed-unauth";

pub(super) fn plan(profile: &Profile, ways: &Ways, problems: &mut Problems) -> Vec<Accepted> {
    let mut accepted: Vec<Accepted> = Vec::new();
    for (rule, reason) in &profile.allow {
        let field = format!("allow.{rule}");
        if reason.trim().is_empty() {
            problems.error(Problem::new(field, "no reason is given").help("say why that is right here"));
        } else if reason.contains([';', '\n']) {
            let help = "one line without semicolons: they part the reasons of several rules";
            problems.error(Problem::new(field, "the reason cannot be an annotation's value").help(help));
        }
        accepted.push(Accepted { rule: rule.clone(), reason: reason.trim().to_owned(), is_asked: true });
    }
    let reasons = [
        ways.ingress.as_ref().and_then(|ingress| ingress.open_because.as_ref()),
        ways.gateway.as_ref().and_then(|gateway| gateway.open_because.as_ref()),
        ways.service.open_because.as_ref(),
    ];
    if let Some(reason) = reasons.into_iter().flatten().next()
        && !profile.allow.contains_key(OPEN)
    {
        let reason = reason.trim().replace([';', '\n'], ",");
        accepted.push(Accepted { rule: OPEN.to_owned(), reason, is_asked: false });
    }
    accepted
}
