//! Which findings does a profile accept, and how do its objects say so?

use std::collections::BTreeSet;

use crate::bundle::Bundle;
use crate::lint::ANNOTATION;
use crate::plan::{Accepted, Problem, Problems};
use crate::rules::{self, Finding, Severity};
use crate::tree::nearest;

/// Takes away warnings that the profile accepts, and writes the reason on the objects that they are about, where `lint`
/// looks for it.
///
/// # Errors
/// Rules that there are not, and those that find nothing here or something that cannot work.
pub(crate) fn apply(accepted: &[Accepted], bundle: &mut Bundle, findings: &mut Vec<Finding>) -> Vec<Problem> {
    let mut used = BTreeSet::new();
    findings.retain(|finding| {
        let of_it = accepted.iter().find(|accepted| accepted.rule == finding.rule.id);
        let (Some(accepted), Some(number)) = (of_it, finding.number) else { return true };
        if finding.rule.severity == Severity::Error {
            return true;
        }
        used.insert(accepted.rule.as_str());
        let metadata = bundle.objects[number].object.metadata_mut();
        let value = metadata.annotations.get_or_insert_default().entry(ANNOTATION.to_owned()).or_default();
        let entry = format!("{}: {}", accepted.rule, accepted.reason);
        if value.is_empty() {
            *value = entry;
        } else if !value.split("; ").any(|known| known == entry) {
            value.push_str("; ");
            value.push_str(&entry);
        }
        false
    });
    let mut problems = Problems::default();
    for accepted in accepted.iter().filter(|accepted| accepted.is_asked && !used.contains(accepted.rule.as_str())) {
        let field = format!("allow.{}", accepted.rule);
        match rules::rule(&accepted.rule) {
            None => {
                let ids: Vec<&str> = rules::RULES.iter().map(|rule| rule.id).collect();
                let help = nearest(&accepted.rule, &ids).map_or_else(
                    || "`ollama-k8s lint --rules` lists them".to_owned(),
                    |near| format!("did you mean {near}?"),
                );
                problems.error(Problem::new(field, format!("there is no rule `{}`", accepted.rule)).help(help));
            }
            Some(rule) if rule.severity == Severity::Error => problems.error(
                Problem::new(field, format!("`{}` finds what cannot work, and that is never rendered", rule.id))
                    .help("leave it out"),
            ),
            Some(rule) => {
                problems.warning(Problem::new(field, format!("`{}` finds nothing here", rule.id)).help("leave it out"));
            }
        }
    }
    problems.into_vec()
}
