//! What will a change of manifests do, for people?

use k8s_openapi::serde_json::Value;

use crate::diff::{Change, Changes, Field, HIDDEN, How, Models, Refused, Rollout, Unserved};

/// Each object with its fields and what will happen to it, and a summary.
pub fn diff(changes: &Changes) -> String {
    let mut text = String::new();
    for change in &changes.changes {
        text += &object(change);
        text.push('\n');
    }
    text + &summary(changes)
}

fn object(change: &Change) -> String {
    let how = match change.change {
        How::Added => "added",
        How::Removed => "removed",
        How::Changed => "changed",
    };
    let inside = change.namespace.as_ref().map(|namespace| format!(" in {namespace}")).unwrap_or_default();
    let instead = change.replaces.as_ref().map(|old| format!(", in place of {old}")).unwrap_or_default();
    let mut lines = vec![format!("{}{inside}: {how}{instead}", change.object)];
    lines.extend(change.fields.iter().flat_map(field).map(|line| format!("  {line}")));
    let mut forecast: Vec<String> = Vec::new();
    if let Some(refused) = &change.refused {
        forecast.extend(refusal(refused));
    }
    forecast.extend(change.rollout.as_ref().map(restart));
    forecast.extend(change.models.as_ref().map(|found| models(found, change.reloads)));
    forecast.extend(change.unserved.as_ref().filter(|_| change.restarts).map(unserved));
    forecast.extend(change.notes.iter().cloned());
    lines.extend(forecast.into_iter().map(|line| format!("  > {line}")));
    lines.join("\n") + "\n"
}

/// A field on a line; a text of several lines with those that differ.
fn field(field: &Field) -> Vec<String> {
    let path = field.way.shown();
    let is_long =
        |value: &Option<Value>| value.as_ref().and_then(Value::as_str).is_some_and(|text| text.contains('\n'));
    match (&field.old, &field.new) {
        (Some(old), Some(new)) if field.order => {
            vec![format!("{path}: another order: {} -> {}", names(old), names(new))]
        }
        (Some(old), Some(new)) if old == new && *old == HIDDEN => vec![format!("{path}: another value {HIDDEN}")],
        (Some(Value::String(old)), Some(Value::String(new))) if is_long(&field.old) || is_long(&field.new) => {
            std::iter::once(format!("{path}:")).chain(lines(old, new)).collect()
        }
        (Some(old), Some(new)) => vec![format!("{path}: {} -> {}", shown(old), shown(new))],
        (None, Some(new)) => vec![format!("{path}: + {}", shown(new))],
        (Some(old), None) => vec![format!("{path}: - {}", shown(old))],
        (None, None) => Vec::new(),
    }
}

fn names(list: &Value) -> String {
    let names = list.as_array().into_iter().flatten().filter_map(Value::as_str);
    names.collect::<Vec<_>>().join(", ")
}

/// More of a value than anybody reads.
const LONGEST: usize = 100;
/// More lines of a text than anybody reads.
const MOST_LINES: usize = 8;

fn shown(value: &Value) -> String {
    let text = match value {
        Value::String(text) if !text.is_empty() && !text.contains('\n') && text.trim() == text => text.clone(),
        other => other.to_string(),
    };
    if text.chars().count() <= LONGEST { text } else { text.chars().take(LONGEST).chain("...".chars()).collect() }
}

/// The lines of two texts without those that are the same at the beginning and at the end.
fn lines(old: &str, new: &str) -> Vec<String> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.split('\n').collect(), new.split('\n').collect());
    let start = old.iter().zip(&new).take_while(|(one, other)| one == other).count();
    let (old, new) = (&old[start..], &new[start..]);
    let end = old.iter().rev().zip(new.iter().rev()).take_while(|(one, other)| one == other).count();
    let part = |lines: &[&str], sign: &str| {
        let lines = &lines[..lines.len() - end];
        let more = lines.len().saturating_sub(MOST_LINES);
        let mut part: Vec<String> = lines.iter().take(MOST_LINES).map(|line| format!("  {sign} {line}")).collect();
        if more > 0 {
            part.push(format!("  {sign} ... {more} more"));
        }
        part
    };
    [part(old, "-"), part(new, "+")].concat()
}

fn refusal(refused: &Refused) -> Vec<String> {
    let mut lines = vec![format!("refused by the API server: {}: {}", refused.fields.join(", "), refused.why)];
    lines.extend(refused.instead.iter().map(|command| format!("  run: {command}")));
    lines.push(format!("  {}", refused.cost));
    lines
}

fn restart(rollout: &Rollout) -> String {
    let pods = match rollout.pods {
        Some(1) => "1 pod".to_owned(),
        Some(pods) => format!("{pods} pods"),
        None => "all pods".to_owned(),
    };
    format!("restarts {pods}: {}", rollout.how)
}

fn models(models: &Models, reloads: bool) -> String {
    let again = if reloads { "models are loaded again" } else { "models stay loaded" };
    let pulls = match models.pulls {
        Some(true) if models.pulled.is_empty() => "pulled again".to_owned(),
        Some(true) => format!("pulled: {}", models.pulled.join(", ")),
        Some(false) => "not pulled again".to_owned(),
        None => "perhaps pulled again".to_owned(),
    };
    format!("{again}, {pulls}: {}", models.why)
}

fn unserved(unserved: &Unserved) -> String {
    let parts: Vec<String> =
        unserved.parts.iter().map(|part| format!("{} {}", time(part.seconds), part.what)).collect();
    let parts = parts.join(", ");
    let depends = unserved.depends_on.join(", ");
    match unserved.seconds {
        Some(0) if depends.is_empty() => "somebody answers all the time".to_owned(),
        Some(0) => format!("somebody answers all the time; {depends}"),
        Some(total) if depends.is_empty() => format!("nobody answers for up to {}: {parts}", time(total)),
        Some(total) => format!("nobody answers for up to {}: {parts}; and {depends}", time(total)),
        None if parts.is_empty() => format!("how long nobody answers depends on {depends}"),
        None => format!("nobody answers for up to {parts}; the rest depends on {depends}"),
    }
}

/// As people say it: `45 s`, `12 min 4 s`.
fn time(seconds: u64) -> String {
    match (seconds / 60, seconds % 60) {
        (0..2, _) => format!("{seconds} s"),
        (minutes, 0) => format!("{minutes} min"),
        (minutes, rest) => format!("{minutes} min {rest} s"),
    }
}

fn summary(changes: &Changes) -> String {
    let of = |how: How| changes.changes.iter().filter(|change| change.change == how).count();
    let counts = [(of(How::Changed), "changed"), (of(How::Added), "added"), (of(How::Removed), "removed")];
    let counts: Vec<String> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    let counts = if counts.is_empty() { "nothing changes".to_owned() } else { counts.join(", ") };
    let same = match changes.same {
        0 => String::new(),
        same => format!(", {same} the same"),
    };
    let list = |word: &str, is: &dyn Fn(&Change) -> bool| {
        let names: Vec<&str> =
            changes.changes.iter().filter(|change| is(change)).map(|change| change.object.as_str()).collect();
        if names.is_empty() { String::new() } else { format!("; {word}: {}", names.join(", ")) }
    };
    let restarts = list("restarts", &|change| change.restarts);
    let refused = list("refused", &|change| change.refused.is_some());
    format!("{counts}{same}{restarts}{refused}\n")
}
