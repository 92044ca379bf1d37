//! `render`: a profile becomes a bundle.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, ValueEnum, ValueHint};

use super::Failure;
use super::output::{self, Streams};
use crate::profile::{self, BUILT_IN, Loaded, built_in};
use crate::text::MadeFrom;
use crate::tree::{SourceId, Sources, nearest};
use crate::{Refusal, Rendered, report, yaml};

/// Write the Kubernetes manifests of a profile
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ollama-k8s render | kubectl apply --server-side -f -
  ollama-k8s render cpu-72b --set server.contextLength=16384 -o ollama.yaml
  ollama-k8s render ha-rwx --example | less
  ollama-k8s render mine.yaml --overlay prod.yaml --namespace llm")]
pub(super) struct Arguments {
    /// A built-in profile, a file, or - for stdin
    #[arg(default_value = BUILT_IN[0].name, value_hint = ValueHint::FilePath)]
    profile: String,
    /// A file whose values win over the profile's; may be repeated
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    overlay: Vec<PathBuf>,
    /// A value that wins over all files, as in storage.size=200Gi; may be repeated
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// The model, instead of the profile's
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// The namespace
    #[arg(long)]
    namespace: Option<String>,
    /// The number of servers
    #[arg(long, value_name = "NUMBER")]
    replicas: Option<String>,
    /// Fill in examples for values that only you know, to look at the result
    #[arg(long)]
    example: bool,
    /// How to write it
    #[arg(long, value_name = "FORMAT", default_value = "yaml")]
    format: Format,
    /// Write to a file, which holds all of it or stays as it was
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,
}

/// How to write manifests.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// With the reasons as comments
    Yaml,
    /// One List
    Json,
    /// With the reasons, braces, and every string in quotes
    Kyaml,
}

/// More than any profile has.
const LARGEST: u64 = 1 << 20;

pub(super) fn run(arguments: &Arguments, streams: &mut Streams) -> Result<(), Failure> {
    let mut sources = Sources::default();
    let base = open(&mut sources, &arguments.profile)?;
    let overlays = arguments.overlay.iter().map(|path| read_file(&mut sources, path)).collect::<Result<Vec<_>, _>>()?;
    let settings = settings(arguments, &mut sources);
    let loaded = profile::assemble(&sources, base, &overlays, &settings)
        .map_err(|faults| Failure::Unusable(report::faults(&sources, &faults)))?;
    let made_from = made_from(&arguments.profile, &loaded);
    let Rendered { bundle, warnings, findings } = crate::render(&loaded.profile, &made_from).map_err(|refusal| {
        Failure::Unusable(match refusal {
            Refusal::Profile(problems) => report::problems(&sources, &loaded.tree, &problems),
            Refusal::Bundle(found) => report::findings(&found),
        })
    })?;
    if !arguments.example && !loaded.missing.is_empty() {
        return Err(Failure::Unusable(report::missing(&arguments.profile, &loaded.missing)));
    }
    streams.warning(&report::problems(&sources, &loaded.tree, &warnings));
    streams.warning(&report::findings(&findings));
    let format = match arguments.format {
        Format::Yaml => yaml::Format::Yaml,
        Format::Json => yaml::Format::Json,
        Format::Kyaml => yaml::Format::Kyaml,
    };
    let mut text = String::new();
    yaml::write(&bundle, format, &mut text);
    match arguments.output.as_deref() {
        Some(path) if path != Path::new("-") => {
            output::to_file(path, &text)?;
            streams.note(&format!("wrote {}: {} objects", path.display(), bundle.objects.len()));
        }
        _ => output::to_stdout(&text)?,
    }
    Ok(())
}

/// The profile itself: by name, from a file or from stdin.
fn open(sources: &mut Sources, profile: &str) -> Result<SourceId, Failure> {
    if profile == "-" {
        return read(sources, "stdin", io::stdin().lock());
    }
    if let Some(found) = built_in(profile) {
        return Ok(sources.add(format!("{profile} (built in)"), found.text));
    }
    let path = Path::new(profile);
    let looks_like_a_file = profile.contains(['/', '.', '\\']);
    if !looks_like_a_file && !path.exists() {
        return Err(Failure::Unusable(no_such_profile(profile)));
    }
    read_file(sources, path)
}

/// What to say of a name that no profile has.
pub(super) fn no_such_profile(name: &str) -> String {
    let names: Vec<&str> = BUILT_IN.iter().map(|profile| profile.name).collect();
    let near = nearest(name, &names).map_or(String::new(), |near| format!("did you mean {near}? "));
    format!("error: no profile \"{}\", and no such file; {near}there are: {}\n", name.escape_debug(), names.join(", "))
}

fn read_file(sources: &mut Sources, path: &Path) -> Result<SourceId, Failure> {
    let name = path.display().to_string();
    let file = File::open(path).with_context(|| format!("cannot read {name}"))?;
    read(sources, &name, file)
}

fn read(sources: &mut Sources, name: &str, from: impl Read) -> Result<SourceId, Failure> {
    let mut bytes = Vec::new();
    from.take(LARGEST + 1).read_to_end(&mut bytes).with_context(|| format!("cannot read {name}"))?;
    if bytes.len() as u64 > LARGEST {
        return Err(Failure::Unusable(format!("error: {name} is larger than 1 MiB: that is no profile\n")));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(sources.add(name, text)),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let line = error.as_bytes()[..at].split(|byte| *byte == b'\n').count();
            Err(Failure::Unusable(format!("error: {name} is not text in UTF-8: line {line}, byte {at} of the file\n")))
        }
    }
}

/// `--set` and its short forms, as sources of their own: a fault shows the argument.
fn settings(arguments: &Arguments, sources: &mut Sources) -> Vec<SourceId> {
    let mut settings: Vec<SourceId> = arguments.set.iter().map(|set| sources.add("--set", set)).collect();
    let short = [
        ("--model", arguments.model.as_ref().map(|name| format!("models=[{name}]"))),
        ("--namespace", arguments.namespace.as_ref().map(|name| format!("namespace={name}"))),
        ("--replicas", arguments.replicas.as_ref().map(|number| format!("replicas={number}"))),
    ];
    settings.extend(short.into_iter().filter_map(|(flag, text)| Some(sources.add(flag, text?))));
    settings
}

/// What the header says: no path, so that the same profile gives the same bytes everywhere.
fn made_from(profile: &str, loaded: &Loaded) -> MadeFrom {
    let name = match profile {
        "-" => "on stdin".to_owned(),
        file => Path::new(file).file_name().map_or(file.to_owned(), |name| name.to_string_lossy().into_owned()),
    };
    let examples = loaded.missing.iter().map(|value| report::shell_word(&format!("{}={}", value.path, value.example)));
    MadeFrom { profile: name, examples: examples.collect() }
}
