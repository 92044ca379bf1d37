//! `diff`: what will a change of manifests do?

use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use clap::{Args, ValueHint};

use super::input::{Input, ProfileArguments};
use super::output::{self, Format, Streams};
use super::{Ending, Failure, manifests, render};
use crate::profile::built_in;
use crate::tree::{self, Node, Sources};
use crate::yaml::{self, Manifests};
use crate::{diff, report};

/// Say what a change will do: what restarts, what is pulled again, what the API server refuses
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ollama-k8s diff ollama.yaml new.yaml
  git show main:apps/ollama.yaml | ollama-k8s diff - apps/ollama.yaml
  ollama-k8s diff mine.yaml mine.yaml --set server.parallel=4
  ollama-k8s diff clusters/prod rendered/ -o json

A profile is rendered first. --overlay and --set are for NEW alone; to have them on both sides, render OLD:
  git show main:mine.yaml | ollama-k8s render - --overlay prod.yaml | \\
    ollama-k8s diff - mine.yaml --overlay prod.yaml

Exit status: 0 the same, 1 different.")]
pub(super) struct Arguments {
    /// What is there: manifests (a file, a folder, or - for stdin), or a profile (a built-in one or a file)
    #[arg(value_hint = ValueHint::AnyPath)]
    old: String,
    /// What is to be there
    #[arg(value_hint = ValueHint::AnyPath)]
    new: String,
    /// A file whose values win over those of the profile NEW; may be repeated
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    overlay: Vec<PathBuf>,
    /// A value that wins over all files of the profile NEW; may be repeated
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Which of the environments of profiles, on both sides
    #[arg(long, value_name = "NAME")]
    env: Option<String>,
    /// Fill in examples for values of profiles that only you know
    #[arg(long)]
    example: bool,
    /// How to write it
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: Format,
}

/// One side: its texts, what they hold, and the command that applies it.
struct Side {
    sources: Sources,
    manifests: Manifests,
    apply: String,
}

/// What is laid over a profile.
#[derive(Clone, Copy)]
struct Layers<'l> {
    overlay: &'l [PathBuf],
    set: &'l [String],
    env: Option<&'l str>,
}

pub(super) fn run(arguments: &Arguments, streams: &mut Streams) -> Result<Ending, Failure> {
    if arguments.old == "-" && arguments.new == "-" {
        usage("OLD and NEW cannot both be stdin");
    }
    let env = arguments.env.as_deref();
    let layers = Layers { overlay: &arguments.overlay, set: &arguments.set, env };
    let old = side(&arguments.old, Layers { overlay: &[], set: &[], env }, arguments.example)?;
    let new = side(&arguments.new, layers, arguments.example)?;
    let unusable = |sentences: Vec<String>| {
        Failure::Unusable(sentences.iter().flat_map(|sentence| ["error: ", sentence, "\n"]).collect())
    };
    let old = diff::Set::of(&old.manifests, &old.sources).map_err(unusable)?;
    let set = diff::Set::of(&new.manifests, &new.sources).map_err(unusable)?;
    let changes = diff::diff(&old, &set, &new.apply);
    if changes.passed_over > 0 {
        streams.warning(&format!("passed over: {} that are no manifests of a cluster\n", changes.passed_over));
    }
    match arguments.output {
        Format::Text => streams.product(&report::diff(&changes))?,
        Format::Json => output::to_stdout(&output::json(&changes))?,
    }
    Ok(if changes.changes.is_empty() { Ending::Done } else { Ending::Findings })
}

/// Ends with the status of a wrong command line.
fn usage(message: &str) -> ! {
    clap::Error::raw(ErrorKind::ArgumentConflict, format!("{message}\n")).exit()
}

/// Reads one side; `layers` are laid over it if it is a profile.
fn side(name: &str, layers: Layers<'_>, example: bool) -> Result<Side, Failure> {
    let profile = ProfileArguments::of(name, layers.overlay, layers.set, layers.env);
    let of_profile = |input: Input| rendered(&input, name, layers, example);
    if built_in(name).is_some() {
        return of_profile(profile.load(&[])?);
    }
    let mut sources = Sources::default();
    let mut ids = Vec::new();
    manifests::read(Path::new(name), &mut sources, &mut ids)?;
    if let [id] = ids[..]
        && is_profile(&tree::read(&sources, id).0)
    {
        let source = sources.get(id);
        return of_profile(profile.load_over_text(&source.name, &source.text, &[])?);
    }
    if !layers.overlay.is_empty() || !layers.set.is_empty() {
        usage(&format!("--overlay and --set are for a profile, and {name} is none"));
    }
    let mut manifests = Manifests::default();
    for id in &ids {
        manifests.read(&sources, *id);
    }
    manifests.kustomize(&sources);
    if manifests.objects.is_empty() && !manifests.others.is_empty() {
        return Err(Failure::Unusable(format!("error: {name} holds no manifests\n")));
    }
    let folder = if Path::new(name).is_dir() { " -R" } else { "" };
    let apply = format!("kubectl apply --server-side{folder} -f {}", report::shell_word(name));
    Ok(Side { sources, manifests, apply })
}

fn is_profile(documents: &[Node]) -> bool {
    let word = |key: &str| documents.first().and_then(|document| document.get(key)).and_then(Node::text);
    word("kind") == Some("Profile") && word("apiVersion").is_some_and(|version| version.starts_with("ollama-k8s/"))
}

/// The manifests of a profile, read as anybody's are.
fn rendered(input: &Input, name: &str, layers: Layers<'_>, example: bool) -> Result<Side, Failure> {
    let bundle = render::bundle(input, example)?.bundle;
    let mut text = String::new();
    yaml::write(&bundle, yaml::Format::Yaml, &mut text);
    let mut sources = Sources::default();
    let id = sources.add(format!("what {name} becomes"), text);
    let mut manifests = Manifests::default();
    manifests.read(&sources, id);
    let mut render = format!("ollama-k8s render {}", report::shell_word(name));
    if let Some(env) = layers.env {
        render.extend([" --env ", &report::shell_word(env)]);
    }
    for overlay in layers.overlay {
        render.extend([" --overlay ", &report::shell_word(&overlay.display().to_string())]);
    }
    for set in layers.set {
        render.extend([" --set ", &report::shell_word(set)]);
    }
    Ok(Side { sources, manifests, apply: format!("{render} | kubectl apply --server-side -f -") })
}
