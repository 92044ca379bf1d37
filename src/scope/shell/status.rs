//! What does a script do about the status of what ran before?

use super::{Chain, Command, Pipeline, Simple};

/// Whether a command looks whether a model is there.
pub(super) fn checks(simple: &Simple) -> bool {
    let Some((program, words)) = simple.program() else { return simple.has("ollama list") || simple.has("/api/tags") };
    match program {
        "ollama" => words.first().is_some_and(|verb| matches!(verb.text.as_str(), "show" | "run" | "cp")),
        "grep" | "egrep" | "jq" | "awk" => true,
        "test" | "[" | "[[" => ["-f", "-s", "-d", "-e"].iter().any(|flag| simple.has(flag)) || simple.has("$("),
        "curl" | "wget" => ["/api/show", "/v1/models/"].iter().any(|path| simple.has(path)),
        "exit" | "return" => false,
        _ => simple.has("$(ollama") || simple.has("/api/tags") && simple.has("$("),
    }
}

/// What is done where something before it failed.
#[derive(PartialEq)]
pub(super) enum Rescue {
    /// The script ends with an error, or it is asked again.
    Raises,
    /// Its own status is an error.
    Fails,
    /// Nothing of use.
    Harmless { told: bool },
    /// Something else.
    Other,
}

pub(super) fn rescue(pipeline: &Pipeline) -> Rescue {
    let [command] = &pipeline.commands[..] else { return Rescue::Other };
    match command {
        Command::Simple(simple) => match simple.program() {
            Some(("true" | ":" | "sleep" | "continue", _)) => Rescue::Harmless { told: false },
            Some(("echo" | "printf" | "logger", _)) => Rescue::Harmless { told: true },
            Some(("false", _)) => Rescue::Fails,
            Some(("exit" | "return", words)) => match words.first().map(|word| word.text.as_str()) {
                Some("0") => Rescue::Harmless { told: false },
                _ => Rescue::Raises,
            },
            _ => Rescue::Other,
        },
        Command::Group { list, subshell } => {
            let mut result = Rescue::Harmless { told: false };
            for (_, link) in list.iter().flat_map(|chain| &chain.links) {
                match rescue(link) {
                    Rescue::Raises if *subshell => return Rescue::Fails,
                    Rescue::Harmless { told } => {
                        if told {
                            result = Rescue::Harmless { told };
                        }
                    }
                    other => return other,
                }
            }
            result
        }
        _ => Rescue::Other,
    }
}

/// Whether a chain looks at the status of what ran before it.
pub(super) fn asks_status(chain: &Chain) -> bool {
    let mut statements = Vec::new();
    super::flatten(std::slice::from_ref(chain), super::Inside::default(), &mut statements);
    statements.iter().any(|statement| statement.simple.has("$?"))
}

/// Whether a command leaves a loop, a function or the script: what stands before it by `&&` is tried again.
pub(super) fn leaves(pipeline: &Pipeline) -> bool {
    matches!(&pipeline.commands[..], [Command::Simple(simple)]
        if simple.program().is_some_and(|(name, _)| matches!(name, "break" | "exit" | "return")))
}

/// Whether a command only prints what it reads.
pub(super) fn only_shows(command: &Command) -> bool {
    let Command::Simple(simple) = command else { return false };
    ["tee", "cat", "tail", "head", "tr", "ts", "sed"].iter().any(|name| simple.runs(name))
}
