//! Does every combination of profile, platform and option render clean, or refuse with the name of the field?

mod built_in;
mod combinations;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::thread;

use built_in::{load, text, try_render};
use combinations::{Combination, all};
use ollama_k8s::Refusal;
use ollama_k8s::lint::{Options, lint};
use ollama_k8s::plan::Severity;
use ollama_k8s::profile::Field;
use ollama_k8s::rules;
use ollama_k8s::tree::Sources;
use ollama_k8s::yaml::Format;

/// One text in so many is read back and judged as a stranger's.
const READ_BACK: usize = 4;

/// What is wrong with what a combination becomes; whether it is rendered.
fn judge(combination: &Combination, reads_back: bool) -> Result<bool, String> {
    let own: Vec<&str> = combination.settings.iter().map(String::as_str).collect();
    let needs = load(combination.profile, &own).missing;
    let examples: Vec<String> = needs.iter().map(|value| format!("{}={}", value.path, value.example)).collect();
    let settings: Vec<&str> = own.into_iter().chain(examples.iter().map(String::as_str)).collect();
    let rendered = match try_render(combination.profile, &settings) {
        Ok(rendered) => rendered,
        Err(Refusal::Bundle(findings)) => return Err(format!("refused by its own rules: {findings:?}")),
        Err(Refusal::Profile(problems)) => {
            let errors: Vec<_> = problems.iter().filter(|problem| problem.severity == Severity::Error).collect();
            for problem in &errors {
                let (field, _) = problem.fields.first().ok_or_else(|| format!("no field: {}", problem.message))?;
                let known = field.split('[').next().unwrap_or_default();
                if Field::at(known).is_none() && !known.starts_with("quota") {
                    return Err(format!("no field `{field}`: {}", problem.message));
                }
                if problem.help.is_none() {
                    return Err(format!("no way out: {}", problem.message));
                }
            }
            return if errors.is_empty() { Err("refused without a reason".to_owned()) } else { Ok(false) };
        }
    };
    // What somebody was warned of at a field may be seen by a rule as well.
    let is_warned = !rendered.warnings.is_empty();
    if !rendered.findings.is_empty() && !is_warned {
        return Err(format!("{:?}", rendered.findings));
    }
    if reads_back && !is_warned {
        let mut sources = Sources::default();
        let id = sources.add("written", text(&rendered, Format::Yaml));
        let found = lint(&sources, [id], &Options::default()).found;
        let found: Vec<_> = found
            .iter()
            .filter(|found| found.finding.rule.severity != rules::Severity::Info)
            .map(|found| format!("{}: {}", found.finding.rule.id, found.finding.message))
            .collect();
        if !found.is_empty() {
            return Err(format!("{found:?}"));
        }
    }
    Ok(true)
}

#[test]
fn every_combination_renders_clean_or_refuses_with_the_name_of_a_field_and_a_way_out() {
    let all = all();
    let wrong = Mutex::new(Vec::new());
    let rendered = Mutex::new(BTreeMap::<&str, [usize; 2]>::new());
    let threads = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for part in 0..threads {
            let (all, wrong, rendered) = (&all, &wrong, &rendered);
            scope.spawn(move || {
                for (number, combination) in all.iter().enumerate().skip(part).step_by(threads) {
                    match judge(combination, number % READ_BACK == 0) {
                        Ok(is_rendered) => {
                            let mut counts = rendered.lock().expect("counted");
                            counts.entry(combination.profile).or_default()[usize::from(!is_rendered)] += 1;
                        }
                        Err(what) => wrong.lock().expect("told").push(format!("{}: {what}", combination.name)),
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("told");
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), all.len(), wrong[..wrong.len().min(20)].join("\n"));
    for (profile, [rendered, refused]) in rendered.into_inner().expect("counted") {
        assert!(rendered >= refused / 2, "{profile}: {rendered} rendered, {refused} refused");
    }
    assert!(all.len() > 1000);
}
