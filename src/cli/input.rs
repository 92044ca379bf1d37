//! What a profile is made of: files, built-in names, stdin, and what the command line says.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, ValueHint};

use super::Failure;
use crate::profile::{BUILT_IN, Layers, Loaded, built_in};
use crate::report;
use crate::text::MadeFrom;
use crate::tree::{Fault, SourceId, Sources, nearest};

/// Which profile, and what is to win over it.
#[derive(Debug, Default, Args)]
pub(super) struct ProfileArguments {
    /// A built-in profile, a file, or - for stdin [default: single-gpu]
    #[arg(value_hint = ValueHint::FilePath)]
    pub(super) profile: Option<String>,
    /// A file whose values win over the profile's; may be repeated
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    overlay: Vec<PathBuf>,
    /// Which of the profile's environments
    #[arg(long, value_name = "NAME")]
    env: Option<String>,
    /// A value that wins over all files, as in storage.size=200Gi; may be repeated
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// The model, instead of the profile's
    #[arg(long, value_name = "NAME")]
    pub(super) model: Option<String>,
    /// The GPU: a card of the catalogue, with :2 for two of them
    #[arg(long, value_name = "NAME[:COUNT]")]
    pub(super) gpu: Option<String>,
    /// The namespace
    #[arg(long)]
    namespace: Option<String>,
    /// The number of servers
    #[arg(long, value_name = "NUMBER")]
    replicas: Option<String>,
}

/// A profile, and the texts it was made of, for messages.
pub(super) struct Input {
    pub(super) sources: Sources,
    pub(super) loaded: Loaded,
    pub(super) name: String,
    pub(super) made_from: MadeFrom,
}

/// Profiles and the layers over them, read but not put together.
pub(super) struct Fleet {
    pub(super) sources: Sources,
    pub(super) name: String,
    layers: Layers,
    environment: Option<String>,
}

/// More than a hundred thousand profiles have, in MiB.
const LARGEST_MIB: u64 = 64;

impl ProfileArguments {
    /// A profile with layers on top.
    pub(super) fn of(profile: &str, overlay: &[PathBuf], set: &[String], env: Option<&str>) -> Self {
        let (overlay, set, env) = (overlay.to_vec(), set.to_vec(), env.map(str::to_owned));
        Self { profile: Some(profile.to_owned()), overlay, set, env, ..Self::default() }
    }

    /// Reads everything, and puts the layers of the one profile together. `more`: settings of the command's own, by flag.
    pub(super) fn load(&self, more: &[(&str, Option<String>)]) -> Result<Input, Failure> {
        self.fleet(more)?.only()
    }

    /// The same over a text of ours.
    pub(super) fn load_over_text(
        &self,
        name: &str,
        text: &str,
        more: &[(&str, Option<String>)],
    ) -> Result<Input, Failure> {
        let mut sources = Sources::default();
        let base = sources.add(name, text);
        self.over(sources, base, name.to_owned(), more)?.only()
    }

    /// Whether one environment is asked for.
    pub(super) fn has_environment(&self) -> bool {
        self.env.is_some()
    }

    /// Reads everything.
    pub(super) fn fleet(&self, more: &[(&str, Option<String>)]) -> Result<Fleet, Failure> {
        let name = self.profile.clone().unwrap_or_else(|| BUILT_IN[0].name.to_owned());
        let mut sources = Sources::default();
        let base = open(&mut sources, &name)?;
        self.over(sources, base, name, more)
    }

    fn over(
        &self,
        mut sources: Sources,
        base: SourceId,
        name: String,
        more: &[(&str, Option<String>)],
    ) -> Result<Fleet, Failure> {
        let overlays = self.overlay.iter().map(|path| read_file(&mut sources, path)).collect::<Result<Vec<_>, _>>()?;
        let settings = self.settings(more, &mut sources);
        Ok(Fleet { layers: Layers { base, overlays, settings }, sources, name, environment: self.env.clone() })
    }

    /// `--set` and its short forms, as sources of their own: a fault shows the argument.
    fn settings(&self, more: &[(&str, Option<String>)], sources: &mut Sources) -> Vec<SourceId> {
        let mut settings: Vec<SourceId> = self.set.iter().map(|set| sources.add("--set", set)).collect();
        let short = [
            ("--model", self.model.as_ref().map(|name| format!("models=[{name}]"))),
            ("--gpu", self.gpu.as_ref().map(|name| format!("hardware.gpu={name}"))),
            ("--namespace", self.namespace.as_ref().map(|name| format!("namespace={name}"))),
            ("--replicas", self.replicas.as_ref().map(|number| format!("replicas={number}"))),
        ];
        settings.extend(short.into_iter().filter_map(|(flag, text)| Some(sources.add(flag, text?))));
        settings.extend(more.iter().filter_map(|(flag, text)| Some(sources.add(*flag, text.clone()?))));
        settings
    }
}

/// A profile that is a text of ours, with nothing over it.
pub(super) fn of_text(name: &str, text: &str) -> Result<Input, Failure> {
    let mut sources = Sources::default();
    let base = sources.add(name, text);
    let layers = Layers { base, overlays: Vec::new(), settings: Vec::new() };
    Fleet { sources, name: name.to_owned(), layers, environment: None }.only()
}

impl Fleet {
    /// The documents of the text, each a profile.
    pub(super) fn documents(&self) -> Vec<Range<usize>> {
        self.layers.documents(&self.sources)
    }

    /// The environments of a document that are wanted: the one of `--env`, or all; none where it has none.
    pub(super) fn environments(&self, document: &Range<usize>) -> Vec<String> {
        match &self.environment {
            Some(name) => vec![name.clone()],
            None => self.layers.environments(&self.sources, document),
        }
    }

    /// A document as one of its environments has it, or as none has.
    pub(super) fn load(&self, document: &Range<usize>, environment: Option<&str>) -> Result<Loaded, Failure> {
        self.layers.load(&self.sources, document, environment).map_err(|faults| self.unusable(&faults))
    }

    /// Where a document begins: `fleet.yaml:5`.
    pub(super) fn place(&self, document: &Range<usize>) -> String {
        let source = self.sources.get(self.layers.base);
        let mark = usize::from(source.text[document.start..].starts_with("---"));
        format!("{}:{}", source.name, source.line(document.start) + mark + 1)
    }

    /// What the header of a bundle says: no path, so that the same profile gives the same bytes everywhere.
    pub(super) fn made_from(&self, loaded: &Loaded) -> MadeFrom {
        let name = match self.name.as_str() {
            "-" => "on stdin".to_owned(),
            file => Path::new(file).file_name().map_or(file.to_owned(), |name| name.to_string_lossy().into_owned()),
        };
        let environment = loaded.environment.as_ref().map_or(String::new(), |name| format!(", environment {name}"));
        let missing = loaded.missing.iter();
        let examples = missing.map(|value| report::shell_word(&format!("{}={}", value.path, value.example)));
        MadeFrom { profile: format!("{name}{environment}"), examples: examples.collect() }
    }

    fn unusable(&self, faults: &[Fault]) -> Failure {
        Failure::Unusable(report::faults(&self.sources, faults))
    }

    /// The one profile in it, for commands that speak of one.
    fn only(self) -> Result<Input, Failure> {
        let documents = self.documents();
        let [document] = documents.as_slice() else {
            let count = documents.len();
            let text = format!(
                "error: {} holds {count} profiles, and this is about one: give it a file of its own\n",
                self.name
            );
            return Err(Failure::Unusable(text));
        };
        let environment = match self.environments(document).as_slice() {
            [] => None,
            [only] => Some(only.clone()),
            names => {
                let names = names.join(", ");
                let text = format!("error: {} has the environments {names}: choose one with --env\n", self.name);
                return Err(Failure::Unusable(text));
            }
        };
        let loaded = self.load(document, environment.as_deref())?;
        let made_from = self.made_from(&loaded);
        Ok(Input { sources: self.sources, loaded, name: self.name, made_from })
    }
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
    from.take((LARGEST_MIB << 20) + 1).read_to_end(&mut bytes).with_context(|| format!("cannot read {name}"))?;
    if bytes.len() as u64 > LARGEST_MIB << 20 {
        let text = format!("error: {name} is larger than {LARGEST_MIB} MiB: that is no profile\n");
        return Err(Failure::Unusable(text));
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
