//! `explain`: what a rule says, or what a field of a profile means.

use clap::Args;

use super::{Failure, effect, output};
use crate::profile::Field;
use crate::report;
use crate::rules::{self, RULES, Rule};
use crate::tree::nearest;

/// Explain a rule, or a field of a profile
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ollama-k8s explain rwo-multi-replica         why, bad, good, and where it comes from
  ollama-k8s explain server.kvCache            what may stand there, and what it changes
  ollama-k8s explain storage                   its fields
  ollama-k8s explain profile                   all of them")]
pub(super) struct Arguments {
    /// A rule (ollama-k8s lint --rules lists them), or the path of a field
    #[arg(value_name = "RULE|FIELD", value_parser = topic)]
    topic: Topic,
}

#[derive(Clone, Debug)]
enum Topic {
    Rule(&'static Rule),
    Field(Field),
}

fn topic(name: &str) -> Result<Topic, String> {
    if let Some(rule) = rules::rule(name) {
        return Ok(Topic::Rule(rule));
    }
    if name == "profile" {
        return Ok(Topic::Field(Field::root()));
    }
    Field::at(name).map(Topic::Field).ok_or_else(|| {
        let paths = Field::all_paths();
        let keys: Vec<&str> = paths.iter().map(|path| path.rsplit('.').next().unwrap_or(path)).collect();
        // `kvCache` alone is found as well.
        let by_key = nearest(name, &keys).and_then(|key| paths.iter().find(|path| path.ends_with(key)));
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        let field = nearest(name, &paths).or(by_key.map(String::as_str)).map(|path| format!("the field {path}"));
        let ids: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
        let rule = nearest(name, &ids).map(|id| format!("the rule {id}"));
        let near: Vec<String> = rule.into_iter().chain(field).collect();
        if near.is_empty() {
            return "there is no such rule, and no such field; ollama-k8s lint --rules lists the rules, \
                    ollama-k8s explain profile the fields"
                .to_owned();
        }
        format!("there is no such rule, and no such field; did you mean {}?", near.join(", or "))
    })
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let text = match &arguments.topic {
        Topic::Rule(rule) => report::page(rule),
        Topic::Field(field) => report::field(field, effect::of(field).as_ref()),
    };
    Ok(output::to_stdout(&text)?)
}
