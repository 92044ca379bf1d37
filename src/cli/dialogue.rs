//! What is asked of somebody who begins, with a proposal for each answer?

use std::fmt::Display;
use std::io::{self, BufRead, Write};
use std::path::PathBuf;
use std::str::FromStr;

use crate::draft::{Answers, Hardware, hardware_for};
use crate::facts::MODELS;
use crate::model_name::ModelName;
use crate::names::{DnsLabel, DnsName};
use crate::sizing::known;
use crate::tree::nearest;

/// What a profile has by default, and most chats need.
pub(super) const USUAL_CONTEXT: u32 = 8192;

/// Small enough for every card of the last ten years that has 8 GB, and good at everything.
pub(super) fn usual_model() -> ModelName {
    "llama3.1:8b".parse().expect("the name of a model")
}

pub(super) fn usual_namespace() -> DnsLabel {
    "ollama".parse().expect("a DNS label")
}

/// What was answered, and where it goes.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) answers: Answers,
    pub(super) output: PathBuf,
}

/// Asks. An empty line takes the proposal, a wrong one is asked again; nothing where the answers end early.
pub(super) fn ask(
    input: &mut impl BufRead,
    output: &mut impl Write,
    file: Option<PathBuf>,
) -> io::Result<Option<Asked>> {
    writeln!(output, "An empty line takes what stands in brackets; ollama-k8s models and gpus list what is known.\n")?;
    let mut dialogue = Dialogue { input, output };
    let model = dialogue.question("Model", &usual_model(), model)?;
    let Some(model) = model else { return Ok(None) };
    let Some(context) = dialogue.question("Tokens of context, prompt and answer together", &USUAL_CONTEXT, context)?
    else {
        return Ok(None);
    };
    let least = hardware_for(&model, context);
    let Some(hardware) =
        dialogue.question("GPU of a server, NAME or NAME:COUNT, or cpu", &least, Hardware::from_str)?
    else {
        return Ok(None);
    };
    let Some(replicas) = dialogue.question("Servers", &1, replicas)? else { return Ok(None) };
    let Some(namespace) = dialogue.question("Namespace", &usual_namespace(), DnsLabel::from_str)? else {
        return Ok(None);
    };
    let Some(class) = dialogue.question("Storage class", &Class(None), Class::from_str)? else { return Ok(None) };
    let file = match file {
        Some(file) => Some(file),
        None => dialogue
            .question("File, or - to see it", &"ollama.yaml".to_owned(), |text| Ok(text.to_owned()))?
            .map(PathBuf::from),
    };
    let Some(output) = file else { return Ok(None) };
    let answers = Answers { model, hardware, context, replicas, namespace, class: class.0 };
    Ok(Some(Asked { answers, output }))
}

struct Dialogue<'a, Input, Output> {
    input: &'a mut Input,
    output: &'a mut Output,
}

impl<Input: BufRead, Output: Write> Dialogue<'_, Input, Output> {
    fn question<T: Clone + Display>(
        &mut self,
        what: &str,
        proposal: &T,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> io::Result<Option<T>> {
        loop {
            write!(self.output, "{what} [{proposal}]: ")?;
            self.output.flush()?;
            let mut line = String::new();
            if self.input.read_line(&mut line)? == 0 {
                writeln!(self.output)?;
                return Ok(None);
            }
            match line.trim() {
                "" => return Ok(Some(proposal.clone())),
                answer => match read(answer) {
                    Ok(value) => return Ok(Some(value)),
                    Err(why) => writeln!(self.output, "  {why}")?,
                },
            }
        }
    }
}

/// A model of the catalogue, or one with a registry or user in front: a bare name that nobody knows is a slip.
fn model(text: &str) -> Result<ModelName, String> {
    let name: ModelName = text.parse()?;
    if known(&name).is_some() || !name.fits_in_a_path() {
        return Ok(name);
    }
    let names: Vec<&str> = MODELS.iter().map(|row| row.name).collect();
    let near = nearest(text, &names).map_or(String::new(), |near| format!("; did you mean {near}?"));
    Err(format!("\"{text}\" is not in the catalogue{near}"))
}

fn context(text: &str) -> Result<u32, String> {
    text.parse().ok().filter(|tokens| (256..=1_048_576).contains(tokens)).ok_or("256 to 1048576 tokens".to_owned())
}

fn replicas(text: &str) -> Result<u32, String> {
    text.parse().ok().filter(|number| (1..=100).contains(number)).ok_or("1 to 100".to_owned())
}

/// A storage class, or the cluster's default.
#[derive(Clone)]
struct Class(Option<DnsName>);

impl FromStr for Class {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().map(|class| Self(Some(class)))
    }
}

impl Display for Class {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.as_deref().unwrap_or("the cluster's default"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn talk(answers: &str) -> (Option<Asked>, String) {
        let mut said = Vec::new();
        let asked = ask(&mut answers.as_bytes(), &mut said, None).expect("a buffer takes and gives everything");
        (asked, String::from_utf8(said).expect("text"))
    }

    #[test]
    fn empty_lines_take_what_is_proposed() {
        let (asked, said) = talk(&"\n".repeat(7));
        let Asked { answers, output } = asked.expect("all is answered");
        assert_eq!((answers.model, answers.replicas), (usual_model(), 1));
        assert_eq!(output, PathBuf::from("ollama.yaml"));
        assert_eq!(said.matches(']').count(), 7, "{said}");
    }

    #[test]
    fn the_proposed_gpu_is_one_that_holds_the_model_and_context_just_named() {
        for (model, context) in [("qwen3:14b", "32768"), ("llama3.3:70b", ""), ("deepseek-r1:671b", "")] {
            let (asked, said) = talk(&format!("{model}\n{context}\n\n\n\n\n-\n"));
            let answers = asked.expect("all is answered").answers;
            let proposed = hardware_for(&answers.model, answers.context).to_string();
            assert_eq!(answers.hardware.to_string(), proposed);
            assert!(said.contains(&format!("or cpu [{proposed}]")), "{said}");
        }
    }

    #[test]
    fn a_wrong_answer_is_told_and_asked_again() {
        let (asked, said) =
            talk("lama3.1:8b\nllama3.1:8b\n12\n\nvoodoo2\ncpu\nmany\n2\nBarn\nbarn\nfast disks\nfast\n-\n");
        let answers = asked.expect("all is answered").answers;
        assert_eq!((answers.hardware.to_string().as_str(), answers.replicas), ("cpu", 2));
        assert_eq!((&*answers.namespace, answers.class.as_deref()), ("barn", Some("fast")));
        for told in ["did you mean llama3.1:8b?", "256 to 1048576", "voodoo2", "1 to 100", "DNS label", "DNS name"] {
            assert!(said.contains(told), "{told}: {said}");
        }
    }

    #[test]
    fn answers_that_end_early_write_nothing() {
        for answers in ["", "llama3.1:8b\n", "\n\n\n\n\n\n"] {
            assert!(talk(answers).0.is_none(), "{answers:?}");
        }
    }
}
