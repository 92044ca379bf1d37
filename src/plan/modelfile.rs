//! What does a Modelfile say that the plan must know: what the model is made of, and its context?
//!
//! Source of the grammar: ollama v0.34.2 `parser/parser.go` 380-560.

use crate::model_name::ModelName;

/// What the plan must know of a Modelfile.
#[derive(Debug, PartialEq)]
pub(super) struct Modelfile {
    /// The model it begins with.
    pub from: ModelName,
    /// `PARAMETER num_ctx`.
    pub context: Option<u32>,
}

/// What may stand at the beginning of a line.
const INSTRUCTIONS: [&str; 11] = [
    "from",
    "license",
    "template",
    "system",
    "adapter",
    "draft",
    "renderer",
    "parser",
    "parameter",
    "message",
    "requires",
];

/// Reads a Modelfile.
///
/// # Errors
/// What Ollama would refuse, and what needs files that no pod has.
pub(super) fn read(text: &str) -> Result<Modelfile, String> {
    let (mut from, mut context) = (None, None);
    let mut lines = text.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let number = at + 1;
        let (instruction, value) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let instruction = instruction.to_ascii_lowercase();
        if !INSTRUCTIONS.contains(&instruction.as_str()) {
            return Err(format!(
                "line {number} begins with \"{}\", which is no instruction of a Modelfile",
                instruction.escape_debug()
            ));
        }
        let value = whole(value.trim(), &mut lines).ok_or(format!("the quotes of line {number} are never closed"))?;
        if value.is_empty() {
            return Err(format!("line {number} says nothing behind {}", instruction.to_ascii_uppercase()));
        }
        match instruction.as_str() {
            "from" if from.is_some() => return Err(format!("line {number} is a second FROM")),
            "from" => from = Some(base(&value)?),
            "adapter" | "draft" => {
                return Err(format!("line {number} names a file, and no pod has one: push a model that holds it"));
            }
            "parameter" => context = num_ctx(&value).map_err(|why| format!("line {number}: {why}"))?.or(context),
            _ => {}
        }
    }
    let from = from.ok_or("there is no FROM: it says what the model is made of")?;
    Ok(Modelfile { from, context })
}

/// The value that begins with `first`: it ends with its line, or with the quotes that it begins with.
fn whole<'a>(first: &str, rest: &mut impl Iterator<Item = (usize, &'a str)>) -> Option<String> {
    let quote = ["\"\"\"", "\""].into_iter().find(|quote| first.starts_with(quote)).unwrap_or("");
    let mut value = first[quote.len()..].to_owned();
    while !value.trim_end().ends_with(quote) {
        value.push('\n');
        value.push_str(rest.next()?.1);
    }
    let value = value.trim_end();
    Some(value[..value.len() - quote.len()].to_owned())
}

fn base(value: &str) -> Result<ModelName, String> {
    let lower = value.to_ascii_lowercase();
    let is_file =
        value.starts_with(['.', '/', '~']) || [".gguf", ".safetensors"].iter().any(|end| lower.ends_with(end));
    if is_file {
        return Err(format!("FROM {} is a file, and no pod has it: name a model of a registry", value.escape_debug()));
    }
    value.parse().map_err(|why| format!("FROM: {why}"))
}

fn num_ctx(value: &str) -> Result<Option<u32>, String> {
    let Some((name, number)) = value.split_once(char::is_whitespace) else {
        return Err("a PARAMETER has a name and a value".to_owned());
    };
    if name != "num_ctx" {
        return Ok(None);
    }
    let number = number.trim().trim_matches('"');
    number.parse().map(Some).map_err(|_| format!("num_ctx is a number of tokens, not \"{}\"", number.escape_debug()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use indoc::indoc;

    #[test]
    fn the_base_and_the_context_are_found_whatever_else_stands_there() {
        let read = read(indoc! {r#"
            # ours
            from hf.co/Farm/Llama:Q4
            SYSTEM """You are "the farmer's" $friend.
            FROM here on it is text, and so is
            PARAMETER num_ctx 1
            """
            TEMPLATE "{{ .Prompt }}
            FROM"
            PARAMETER stop "<|end|>"
            Parameter num_ctx 16384
        "#})
        .expect("a Modelfile");
        assert_eq!(read, Modelfile { from: "hf.co/Farm/Llama:Q4".parse().expect("a name"), context: Some(16_384) });
    }

    #[test]
    fn what_ollama_would_refuse_is_refused_here() {
        for (text, why) in [
            ("", "no FROM"),
            ("SYSTEM hello", "no FROM"),
            ("FROM", "nothing behind FROM"),
            ("FROM a\nFROM b", "second FROM"),
            ("FROM a\nTEMPRATURE 1", "\"temprature\""),
            ("FROM ./weights.gguf", "is a file"),
            ("FROM a b", "not the name"),
            ("FROM a\nADAPTER ./lora.gguf", "names a file"),
            ("FROM a\nSYSTEM \"\"\"never", "never closed"),
            ("FROM a\nPARAMETER num_ctx many", "number of tokens"),
            ("FROM a\nPARAMETER num_ctx", "a name and a value"),
        ] {
            let refusal = read(text).expect_err(text);
            assert!(refusal.contains(why), "{text:?}: {refusal}");
        }
    }
}
