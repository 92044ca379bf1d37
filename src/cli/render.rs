//! `render`: a profile becomes a bundle.

use std::ops::Range;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum, ValueHint};

use super::folder::{Comparison, Staged};
use super::input::{Fleet, Input, ProfileArguments};
use super::output::{self, Streams};
use super::target::{Done, Target, means_folder};
use super::{Ending, Failure};
use crate::clash::{Clash, Clashes};
use crate::profile::Loaded;
use crate::shape::{self, Shape, Variant};
use crate::text::MadeFrom;
use crate::tree::Sources;
use crate::{Refusal, Rendered, report, yaml};

/// Write the Kubernetes manifests of a profile
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ollama-k8s render | kubectl apply --server-side -f -
  ollama-k8s render cpu-72b --set server.contextLength=16384 -o ollama.yaml
  ollama-k8s render ha-rwx --example | less
  ollama-k8s render mine.yaml --overlay prod.yaml --namespace llm
  ollama-k8s render mine.yaml --env prod -o apps/ollama
  ollama-k8s render mine.yaml --env prod --check apps/ollama")]
pub(super) struct Arguments {
    #[command(flatten)]
    profile: ProfileArguments,
    /// Fill in examples for values that only you know, to look at the result
    #[arg(long)]
    example: bool,
    /// How to write it
    #[arg(long, value_name = "FORMAT", default_value = "yaml")]
    format: Format,
    /// Who takes it; all but plain want a folder
    #[arg(long = "as", value_name = "SHAPE", default_value = "plain")]
    shape: ShapeArgument,
    /// Write to a file, which holds all of it or stays as it was, or a file an object to a folder
    #[arg(short, long, value_name = "FILE|DIR", value_hint = ValueHint::AnyPath)]
    output: Option<PathBuf>,
    /// Write nothing: show how what is there differs, and end with 1 if it does
    #[arg(long, value_name = "FILE|DIR", num_args = 0..=1, default_missing_value = "-", value_hint = ValueHint::AnyPath)]
    check: Option<PathBuf>,
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

/// Who takes what is rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ShapeArgument {
    /// kubectl apply
    Plain,
    /// kubectl apply -k: a base, and an overlay for each environment
    Kustomize,
    /// Flux: a Kustomization, and the manifests that it applies
    Flux,
    /// Flux: a release of the otwld chart, what it lacks beside it, and variables for each environment
    #[value(name = "helmrelease")]
    HelmRelease,
    /// Argo CD: an Application, and the manifests that it applies
    Argocd,
}

impl From<ShapeArgument> for Shape {
    fn from(shape: ShapeArgument) -> Self {
        match shape {
            ShapeArgument::Plain => Self::Plain,
            ShapeArgument::Kustomize => Self::Kustomize,
            ShapeArgument::Flux => Self::Flux,
            ShapeArgument::HelmRelease => Self::HelmRelease,
            ShapeArgument::Argocd => Self::Argocd,
        }
    }
}

impl From<Format> for yaml::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Yaml => Self::Yaml,
            Format::Json => Self::Json,
            Format::Kyaml => Self::Kyaml,
        }
    }
}

pub(super) fn run(arguments: &Arguments, streams: &mut Streams) -> Result<Ending, Failure> {
    let fleet = arguments.profile.fleet(&[])?;
    let mut target = arguments.target()?;
    let documents = fleet.documents();
    let mut clashes = Clashes::default();
    for document in &documents {
        let environments = fleet.environments(document);
        let chosen: Vec<Option<&str>> = if environments.is_empty() {
            vec![None]
        } else {
            environments.iter().map(|name| Some(name.as_str())).collect()
        };
        let mut variants = Vec::new();
        for environment in chosen {
            let variant = arguments.variant(&fleet, document, environment, streams)?;
            // Environments in folders of their own are for clusters of their own.
            let place = if target.is_folder() { environment.unwrap_or_default() } else { "" };
            let who = who(environment, (documents.len() > 1).then(|| fleet.place(document)));
            if let Some(clash) = clashes.add(&variant.bundle, place, &who) {
                return Err(Failure::Unusable(told(&clash)));
            }
            if target.is_folder() {
                variants.push(variant);
            } else {
                let mut text = String::new();
                yaml::write(&variant.bundle, arguments.format.into(), &mut text);
                target.take_text(&text)?;
            }
        }
        if let [first, ..] = variants.as_slice() {
            let release = &first.plan.release;
            let below =
                if documents.len() > 1 { format!("{}/{}/", release.namespace, release.name) } else { String::new() };
            // One environment alone is written as if it were the profile.
            if arguments.profile.has_environment() {
                variants[0].environment = None;
            }
            let wants_base = arguments.shape == ShapeArgument::Kustomize && variants[0].environment.is_some();
            let base = if wants_base { Some(arguments.variant(&fleet, document, None, streams)?) } else { None };
            let files = shape::files(arguments.shape.into(), base.as_ref(), &variants);
            target.take_files(&below, &files.map_err(|text| Failure::Unusable(format!("error: {text}\n")))?)?;
        }
    }
    match target.finish()? {
        Done::Printed => Ok(Ending::Done),
        Done::Written(what) => {
            streams.note(&what);
            Ok(Ending::Done)
        }
        Done::Compared(differences) if differences.is_empty() => Ok(Ending::Done),
        Done::Compared(differences) => {
            output::to_stdout(&differences)?;
            streams.warning("error: what is there is not what the profile gives: render it again\n");
            Ok(Ending::Findings)
        }
    }
}

impl Arguments {
    /// Where it goes.
    fn target(&self) -> Result<Target, Failure> {
        let unusable = |text: &str| Err(Failure::Unusable(format!("error: {text}\n")));
        let compared = self.check.as_ref().filter(|path| path.as_path() != Path::new("-"));
        let path = compared.or(self.output.as_ref());
        if compared.is_some() && self.output.is_some() {
            return unusable("--check and -o name two places: write `--check DIR`, or `-o DIR --check`");
        }
        if self.check.is_some() && path.is_none() {
            return unusable("--check has nothing to compare with: write `--check DIR`");
        }
        let wants_folder = self.shape != ShapeArgument::Plain;
        let is_folder = path.is_some_and(|path| means_folder(path) || wants_folder);
        if wants_folder && !is_folder {
            return unusable("this shape is a folder: say which with -o DIR");
        }
        if is_folder && !matches!(self.format, Format::Yaml) {
            return unusable("a folder is written as YAML: leave --format out, or name a file");
        }
        Ok(match path {
            Some(path) if self.check.is_some() && is_folder => Target::ComparedFolder(Comparison::new(path)),
            Some(path) if self.check.is_some() => Target::Compared { with: path.clone(), text: String::new() },
            Some(path) if is_folder => Target::Folder(Staged::new(path)?),
            path => Target::stream(path.map(PathBuf::as_path)),
        })
    }

    /// A profile as one of its environments has it, rendered.
    fn variant(
        &self,
        fleet: &Fleet,
        document: &Range<usize>,
        environment: Option<&str>,
        streams: &mut Streams,
    ) -> Result<Variant, Failure> {
        let loaded = fleet.load(document, environment)?;
        let made_from = fleet.made_from(&loaded);
        let Rendered { plan, bundle, warnings, findings } =
            rendered(&fleet.sources, &fleet.name, &loaded, &made_from, self.example)?;
        streams.warning(&report::problems(&fleet.sources, &loaded.tree, &warnings));
        streams.warning(&report::findings(&findings));
        Ok(Variant { environment: environment.map(str::to_owned), plan, bundle, made_from })
    }
}

/// What to call a profile where two would write the same object.
fn who(environment: Option<&str>, place: Option<String>) -> String {
    let profile = place.map_or_else(|| "the profile".to_owned(), |place| format!("the profile at {place}"));
    match environment {
        Some(name) => format!("{profile} for {name}"),
        None => profile,
    }
}

fn told(clash: &Clash) -> String {
    format!(
        "error: {} and {} both write {}\n\nhelp: give one of them another name or namespace; where they are for different \
         clusters, choose one with --env, or write a folder each with -o DIR; for two in one namespace set \
         createNamespace: false and quota: off in one of them\n",
        clash.first, clash.second, clash.object
    )
}

/// The bundle of a profile.
pub(super) fn bundle(input: &Input, example: bool) -> Result<Rendered, Failure> {
    rendered(&input.sources, &input.name, &input.loaded, &input.made_from, example)
}

fn rendered(
    sources: &Sources,
    name: &str,
    loaded: &Loaded,
    made_from: &MadeFrom,
    example: bool,
) -> Result<Rendered, Failure> {
    let rendered = crate::render(&loaded.profile, made_from).map_err(|refusal| {
        Failure::Unusable(match refusal {
            Refusal::Profile(problems) => report::problems(sources, &loaded.tree, &problems),
            Refusal::Bundle(found) => report::findings(&found),
        })
    })?;
    if !example && !loaded.missing.is_empty() {
        return Err(Failure::Unusable(report::missing(name, &loaded.missing)));
    }
    Ok(rendered)
}
