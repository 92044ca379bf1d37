//! What does a field change? Asked of the built-in profiles, with the field and without it.

use k8s_openapi::serde_json::Value;

use crate::account::Reason;
use crate::plan::Severity;
use crate::profile::{self, BUILT_IN, BuiltIn, Field, Form};
use crate::report::Effect;
use crate::text::MadeFrom;
use crate::tree::Sources;

/// The numbers of a bundle that another value of the field changes, of the built-in profile where it changes most;
/// nothing where it changes none.
pub(super) fn of(field: &Field) -> Option<Effect> {
    let others = others(field);
    let effects = BUILT_IN.iter().filter_map(|profile| {
        let before = numbers(profile, None)?;
        others.iter().find_map(|other| changed(profile, &before, format!("{}={other}", field.path)))
    });
    // Of those that change as many numbers, the first.
    effects.reduce(|most, next| if next.numbers.len() > most.numbers.len() { next } else { most })
}

fn changed(profile: &BuiltIn, before: &[Reason], setting: String) -> Option<Effect> {
    let after = numbers(profile, Some(&setting))?;
    let value_of = |path: &str| Some(after.iter().find(|reason| reason.path == path)?.value.clone());
    let changed = before.iter().filter_map(|reason| {
        let value = value_of(&reason.path)?;
        (value != reason.value).then(|| (reason.path.clone(), reason.value.clone(), value))
    });
    let numbers: Vec<_> = changed.collect();
    (!numbers.is_empty()).then_some(Effect { profile: profile.name, setting, numbers })
}

/// Values that the field could have instead of its default.
fn others(field: &Field) -> Vec<String> {
    let default = field.default.as_ref();
    let forms = field.forms.iter().flat_map(|form| match form {
        Form::Words(words) => words.iter().map(|(word, _)| word.clone()).collect(),
        Form::Number(least, most) => {
            let default = default.and_then(Value::as_u64).unwrap_or(*least);
            [default.saturating_mul(2), default + 1]
                .into_iter()
                .filter(|number| number <= most)
                .map(|number| number.to_string())
                .collect()
        }
        Form::Boolean => vec![(default != Some(&Value::Bool(true))).to_string()],
        Form::Cores => vec!["8".to_owned()],
        Form::Text(examples) => examples.clone(),
        Form::List(_) | Form::Mapping { .. } | Form::Map(_) | Form::Any => Vec::new(),
    });
    let is_default = |word: &String| default.and_then(Value::as_str) == Some(word.as_str());
    // Of 64 cards the first few say enough.
    forms.filter(|word| !is_default(word)).take(6).collect()
}

fn numbers(profile: &BuiltIn, setting: Option<&str>) -> Option<Vec<Reason>> {
    let mut sources = Sources::default();
    let base = sources.add(profile.name, profile.text);
    let settings: Vec<_> = setting.map(|setting| sources.add("--set", setting)).into_iter().collect();
    let loaded = profile::assemble(&sources, base, &[], &settings).ok()?;
    let (account, problems) =
        crate::account(&loaded.profile, &MadeFrom { profile: profile.name.to_owned(), examples: Vec::new() });
    let works = problems.iter().all(|problem| problem.severity != Severity::Error);
    account.filter(|_| works).map(crate::account::Account::into_reasons)
}
