//! `init`: a profile from a few answers.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use anyhow::anyhow;
use clap::{Args, ValueHint};

use super::dialogue::{self, Asked};
use super::output::{self, Streams};
use super::{Failure, input};
use crate::draft::{self, Answers, Hardware};
use crate::model_name::ModelName;
use crate::names::{DnsLabel, DnsName};
use crate::plan::Severity;
use crate::report;

/// Write a commented profile from a few answers
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ollama-k8s init                              asks, on a terminal
  ollama-k8s init -o chat.yaml --model qwen3:14b --namespace llm
  ollama-k8s init --model llama3.3:70b --gpu l40s:2 --replicas 2 > big.yaml
  ollama-k8s init --model qwen2.5:72b --cpu --storage-class fast-disks | ollama-k8s plan -

With a flag that answers, or without a terminal, nothing is asked: what is not said is chosen,
and the GPU is the smallest that holds the model. Where ollama-k8s.schema.json lies beside
the file (ollama-k8s schema writes it), the first line tells editors of it.")]
pub(super) struct Arguments {
    /// Write to a file, instead of stdout
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,
    /// Overwrite the file if it is there
    #[arg(long)]
    force: bool,
    /// The model
    #[arg(long, value_name = "NAME")]
    model: Option<ModelName>,
    /// A card of the catalogue, with :2 for two of them
    #[arg(long, value_name = "NAME[:COUNT]")]
    gpu: Option<Hardware>,
    /// On the CPU
    #[arg(long, conflicts_with = "gpu")]
    cpu: bool,
    /// Tokens that a request may use
    #[arg(long, value_name = "TOKENS", value_parser = clap::value_parser!(u32).range(256..=1_048_576))]
    context: Option<u32>,
    /// The number of servers
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=100))]
    replicas: Option<u32>,
    /// The namespace
    #[arg(long)]
    namespace: Option<DnsLabel>,
    /// The class of the disks
    #[arg(long, value_name = "CLASS")]
    storage_class: Option<DnsName>,
}

pub(super) fn run(arguments: &Arguments, streams: &mut Streams) -> Result<(), Failure> {
    let asks = !arguments.answers_something() && io::stdin().is_terminal() && io::stderr().is_terminal();
    let (answers, output) = if asks {
        let asked = dialogue::ask(&mut io::stdin().lock(), &mut io::stderr(), arguments.output.clone());
        match asked.map_err(|error| anyhow!(error).context("cannot ask"))? {
            Some(Asked { answers, output }) => (answers, Some(output)),
            None => return Err(Failure::Unusable("error: the answers ended early; nothing is written\n".to_owned())),
        }
    } else {
        (arguments.answers(), arguments.output.clone())
    };
    let file = output.filter(|path| path != Path::new("-"));
    if let Some(file) = file.as_deref().filter(|file| file.is_file() && !arguments.force) {
        return Err(anyhow!("{} is there already; --force overwrites it", file.display()).into());
    }
    let text = written(&answers, modeline(file.as_deref()), streams)?;
    let Some(file) = file else { return Ok(output::to_stdout(&text)?) };
    output::to_file(&file, &mut text.as_bytes())?;
    let name = report::shell_word(&file.display().to_string());
    streams.warning(&format!("wrote {name}; next: ollama-k8s plan {name}\n"));
    Ok(())
}

impl Arguments {
    fn answers_something(&self) -> bool {
        self.model.is_some()
            || self.gpu.is_some()
            || self.cpu
            || self.context.is_some()
            || self.replicas.is_some()
            || self.namespace.is_some()
            || self.storage_class.is_some()
    }

    fn answers(&self) -> Answers {
        let model = self.model.clone().unwrap_or_else(dialogue::usual_model);
        let context = self.context.unwrap_or(dialogue::USUAL_CONTEXT);
        let hardware = match &self.gpu {
            _ if self.cpu => Hardware::Cpu,
            Some(given) => given.clone(),
            None => draft::hardware_for(&model, context),
        };
        Answers {
            hardware,
            context,
            replicas: self.replicas.unwrap_or(1),
            namespace: self.namespace.clone().unwrap_or_else(dialogue::usual_namespace),
            class: self.storage_class.clone(),
            model,
        }
    }
}

/// How to name the schema in the first line: only one that lies beside the file can be found from everywhere.
fn modeline(file: Option<&Path>) -> Option<&'static str> {
    const SCHEMA: &str = "ollama-k8s.schema.json";
    let folder = file.map_or(Path::new(""), |file| file.parent().unwrap_or(Path::new("")));
    folder.join(SCHEMA).is_file().then_some(SCHEMA)
}

/// The profile, which renders: what cannot work is refused as `render` does.
fn written(answers: &Answers, modeline: Option<&str>, streams: &mut Streams) -> Result<String, Failure> {
    let input = input::of_text("the answers", &draft::profile(answers, modeline, None))?;
    let (account, problems) = crate::account(&input.loaded.profile, &input.made_from);
    let said = report::problems(&input.sources, &input.loaded.tree, &problems);
    if problems.iter().any(|problem| problem.severity == Severity::Error) {
        return Err(Failure::Unusable(said));
    }
    streams.warning(&said);
    Ok(draft::profile(answers, modeline, account.as_ref().map(crate::account::Account::fits)))
}
