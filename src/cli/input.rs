//! What a profile is made of: files, built-in names, stdin, and what the command line says.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, ValueHint};

use super::Failure;
use crate::profile::{self, BUILT_IN, Loaded, built_in};
use crate::report;
use crate::text::MadeFrom;
use crate::tree::{SourceId, Sources, nearest};

/// Which profile, and what is to win over it.
#[derive(Debug, Args)]
pub(super) struct ProfileArguments {
    /// A built-in profile, a file, or - for stdin [default: single-gpu]
    #[arg(value_hint = ValueHint::FilePath)]
    pub(super) profile: Option<String>,
    /// A file whose values win over the profile's; may be repeated
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    overlay: Vec<PathBuf>,
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
}

/// More than any profile has.
const LARGEST: u64 = 1 << 20;

impl ProfileArguments {
    /// Reads everything, and puts the layers together. `more`: settings of the command's own, by flag.
    pub(super) fn load(&self, more: &[(&str, Option<String>)]) -> Result<Input, Failure> {
        let name = self.profile.clone().unwrap_or_else(|| BUILT_IN[0].name.to_owned());
        let mut sources = Sources::default();
        let base = open(&mut sources, &name)?;
        self.load_over(sources, base, name, more)
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
        self.load_over(sources, base, name.to_owned(), more)
    }

    fn load_over(
        &self,
        mut sources: Sources,
        base: SourceId,
        name: String,
        more: &[(&str, Option<String>)],
    ) -> Result<Input, Failure> {
        let overlays = self.overlay.iter().map(|path| read_file(&mut sources, path)).collect::<Result<Vec<_>, _>>()?;
        let settings = self.settings(more, &mut sources);
        let loaded = profile::assemble(&sources, base, &overlays, &settings)
            .map_err(|faults| Failure::Unusable(report::faults(&sources, &faults)))?;
        Ok(Input { sources, loaded, name })
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

impl Input {
    /// What the header says: no path, so that the same profile gives the same bytes everywhere.
    pub(super) fn made_from(&self) -> MadeFrom {
        let name = match self.name.as_str() {
            "-" => "on stdin".to_owned(),
            file => Path::new(file).file_name().map_or(file.to_owned(), |name| name.to_string_lossy().into_owned()),
        };
        let missing = self.loaded.missing.iter();
        let examples = missing.map(|value| report::shell_word(&format!("{}={}", value.path, value.example)));
        MadeFrom { profile: name, examples: examples.collect() }
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
