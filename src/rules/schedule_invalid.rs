//! `schedule-invalid`: the API server refuses the schedule of a `CronJob`.

use super::{Findings, Rule, Severity, Versions};
use crate::bundle::Object;
use crate::scope::Scope;
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "schedule-invalid",
    severity: Severity::Error,
    summary: "the API server refuses the schedule of a CronJob",
    versions: Versions::All,
    docs: include_str!("schedule_invalid.md"),
    check,
};

/// The words that stand for a whole schedule. Source: robfig/cron v3.0.1 `parser.go` `parseDescriptor`.
const WORDS: [&str; 7] = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for item in scope.items().iter().filter(|item| matches!(item.object, Object::CronJob(_))) {
        let Some(text) = item.at(&["spec", "schedule"]).and_then(Node::text) else { continue };
        if !scope.is_ollamas(*item) || text.contains(['$', '{', '<']) || text.contains("TZ=") {
            continue;
        }
        if let Some((message, help)) = fault(text) {
            findings.add(*item, "spec.schedule", message, help);
        }
    }
}

/// What is wrong with a schedule, and what to write instead.
fn fault(text: &str) -> Option<(String, String)> {
    if text.trim_start().starts_with('@') {
        let is_known = WORDS.contains(&text) || text.starts_with("@every ");
        let help = format!("write one of {}, or five fields", WORDS.join(", "));
        return (!is_known).then(|| (format!("`{text}` is no schedule"), help));
    }
    if let Some(wrong) = out_of_range(text) {
        return Some(wrong);
    }
    let fields = text.split_whitespace().count();
    let help = "write minute, hour, day of month, month and day of week: \"0 3 * * *\"";
    (fields != 5).then(|| {
        let fields = if fields == 1 { "one field".to_owned() } else { format!("{fields} fields") };
        (format!("`{text}` has {fields}, and a schedule has five"), help.to_owned())
    })
}

/// A number that its field does not have: hour 25.
fn out_of_range(text: &str) -> Option<(String, String)> {
    const FIELDS: [(&str, u32, u32); 5] =
        [("minute", 0, 59), ("hour", 0, 23), ("day of month", 1, 31), ("month", 1, 12), ("day of week", 0, 6)];
    let fields: Vec<&str> = text.split_whitespace().collect();
    if fields.len() != FIELDS.len() {
        return None;
    }
    fields.iter().zip(FIELDS).find_map(|(field, (name, least, most))| {
        let numbers = field.split([',', '-']).map(|part| part.split('/').next().unwrap_or_default());
        let mut numbers = numbers.filter_map(|part| part.parse::<u32>().ok());
        let wrong = numbers.find(|number| !(least..=most).contains(number))?;
        let help = format!("write a number from {least} to {most}");
        Some((format!("`{text}` has {wrong} for the {name}"), help))
    })
}
