//! `plan`: what a profile amounts to, and whether it fits.

use clap::Args;

use super::Failure;
use super::input::{Input, ProfileArguments};
use super::output::{self, Format, Streams};
use crate::account::{self, Bars};
use crate::plan::Severity;
use crate::report;

/// Explain every number of a bundle, or ask whether a model fits
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ollama-k8s plan cpu-72b
  ollama-k8s plan mine.yaml --set server.contextLength=32768 -o json
  ollama-k8s plan mine.yaml --overlay prod.yaml --origin
  ollama-k8s plan --model llama3.3:70b --gpu l40s
  ollama-k8s plan --model qwen3:8b --context 32768 --parallel 4 --kv-cache q8_0 --cpu

With --model and without a PROFILE only the model is planned: where it runs, and what would also fit.")]
pub(super) struct Arguments {
    #[command(flatten)]
    profile: ProfileArguments,
    /// Tokens that a request may use
    #[arg(long, value_name = "TOKENS")]
    context: Option<String>,
    /// Requests at once
    #[arg(long, value_name = "NUMBER")]
    parallel: Option<String>,
    /// The type of the KV cache
    #[arg(long, value_name = "TYPE", value_parser = ["f16", "q8_0", "q4_0"])]
    kv_cache: Option<String>,
    /// On the CPU
    #[arg(long, conflicts_with = "gpu")]
    cpu: bool,
    /// Show the profile with all layers in one, and the file and line of each value
    #[arg(long)]
    origin: bool,
    /// How to write it
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: Format,
}

/// A question without a profile: one NVIDIA GPU of unknown size.
const QUESTION: &str = "apiVersion: ollama-k8s/v1\nkind: Profile\nhardware: {gpu: {vendor: nvidia}}\n";

pub(super) fn run(arguments: &Arguments, streams: &mut Streams) -> Result<(), Failure> {
    let set = |path: &str, value: &Option<String>| value.as_ref().map(|value| format!("{path}={value}"));
    let settings = [
        ("--context", set("server.contextLength", &arguments.context)),
        ("--parallel", set("server.parallel", &arguments.parallel)),
        ("--kv-cache", set("server.kvCache", &arguments.kv_cache)),
        ("--cpu", arguments.cpu.then(|| "hardware.gpu=null".to_owned())),
    ];
    let profile = &arguments.profile;
    let is_question = profile.profile.is_none() && profile.model.is_some();
    let input = if is_question {
        profile.load_over_text("the question", QUESTION, &settings)?
    } else {
        profile.load(&settings)?
    };
    let Input { sources, loaded, .. } = &input;
    if arguments.origin {
        output::to_stdout(&match arguments.output {
            Format::Text => report::origins(sources, &loaded.tree),
            Format::Json => output::json(&report::given(sources, &loaded.tree)),
        })?;
        return Ok(());
    }
    let (account, problems) = crate::account(&loaded.profile, &input.made_from);
    if let Some(account) = account {
        let bars = if output::is_for_people() { Bars::Drawn } else { Bars::Plain };
        output::to_stdout(&match arguments.output {
            Format::Text => account::write(&account, bars, !is_question),
            Format::Json => output::json(&account),
        })?;
    }
    let said = report::problems(sources, &loaded.tree, &problems);
    if problems.iter().any(|problem| problem.severity == Severity::Error) {
        return Err(Failure::Unusable(said));
    }
    streams.warning(&said);
    Ok(())
}
