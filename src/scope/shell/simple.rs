//! What does a single command run, and with which words?

use std::ops::Range;

use super::Word;

/// A command with its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Simple {
    /// Variables that are set before the words, or by themselves where there is no word.
    pub assignments: Vec<(String, String)>,
    /// The command and its words, without assignments.
    pub words: Vec<Word>,
    /// Which of the words names the program that runs in the end, and where in it the last part of its path begins.
    program: Option<(usize, usize)>,
}

/// Commands that run the command behind them.
const WRAPPERS: [&str; 13] = [
    "exec", "nohup", "time", "sudo", "command", "builtin", "env", "nice", "ionice", "stdbuf", "setsid", "timeout",
    "gosu",
];

/// Their options that take the next word.
const WITH_VALUE: [&str; 8] = ["-k", "-s", "-u", "-n", "-c", "-o", "-e", "-i"];

impl Simple {
    pub(super) fn of(mut words: Vec<Word>) -> Self {
        let count = words.iter().take_while(|word| assignment(&word.text).is_some()).count();
        let assigned = words.drain(..count).filter_map(|word| assignment(&word.text)).collect();
        Self { program: program(&words), assignments: assigned, words }
    }

    /// Words none of which is an assignment.
    pub(super) fn of_words(words: Vec<Word>) -> Self {
        Self { program: program(&words), assignments: Vec::new(), words }
    }

    /// Which bytes of the script: from the first word to the last.
    pub fn at(&self) -> Range<usize> {
        let start = self.words.first().map_or(0, |word| word.at.start);
        start..self.words.last().map_or(start, |word| word.at.end)
    }

    /// The program that runs in the end, by the last part of its path, with its words: `timeout 60 /bin/ollama pull x`
    /// runs `ollama`.
    pub fn program(&self) -> Option<(&str, &[Word])> {
        let (word, name) = self.program?;
        Some((&self.words[word].text[name..], &self.words[word + 1..]))
    }

    /// Whether a program of this name runs in the end.
    pub fn runs(&self, program: &str) -> bool {
        self.program().is_some_and(|(name, _)| name == program)
    }

    /// What `ollama` is told to do, with the words behind the verb.
    pub fn ollama(&self) -> Option<(&str, &[Word])> {
        let (name, words) = self.program()?;
        let words = match name {
            "ollama" => words,
            "xargs" => words.split(|word| word.text.rsplit('/').next() == Some("ollama")).nth(1)?,
            _ => return None,
        };
        let (verb, rest) = words.split_first()?;
        Some((&verb.text, rest))
    }

    /// Whether it starts the server.
    pub fn serves(&self) -> bool {
        !self.runs("xargs") && self.ollama().is_some_and(|(verb, _)| matches!(verb, "serve" | "start"))
    }

    /// Whether it ends with an error where the model that it names cannot be brought.
    pub fn brings(&self) -> bool {
        self.ollama().is_some_and(|(verb, rest)| matches!(verb, "pull" | "run" | "create") && !rest.is_empty())
    }

    /// Whether it asks a server for a model by HTTP, with `curl` or `wget`.
    pub fn posts_pull(&self) -> bool {
        (self.runs("curl") || self.runs("wget")) && self.has("/api/pull")
    }

    /// Whether it downloads a model, by the command or by HTTP.
    pub fn pulls(&self) -> bool {
        self.brings() && self.words.iter().any(|word| word.text == "pull") || self.posts_pull()
    }

    /// Whether a word contains a text.
    pub fn has(&self, text: &str) -> bool {
        self.words.iter().any(|word| word.text.contains(text))
            || self.assignments.iter().any(|(_, value)| value.contains(text))
    }

    /// A long option, or the letter of a short one, also among others: `-sSf`.
    pub fn option(&self, long: &str, short: char) -> bool {
        self.words.iter().any(|word| {
            let text = word.text.as_str();
            text.strip_prefix("--").is_some_and(|name| name.split('=').next() == Some(long))
                || text.strip_prefix('-').is_some_and(|letters| {
                    letters.starts_with(|c: char| c.is_ascii_alphabetic())
                        && letters.chars().all(|c| c.is_ascii_alphanumeric())
                        && letters.contains(short)
                })
        })
    }

    /// What it says in the script, in short.
    pub fn said(&self) -> String {
        const WIDTH: usize = 60;
        let mut said = String::new();
        for word in &self.words {
            let room = WIDTH.saturating_sub(said.chars().count());
            if room == 0 {
                said.push('…');
                break;
            }
            if !said.is_empty() {
                said.push(' ');
            }
            let line = if word.text.is_empty() { "\"\"" } else { word.text.lines().next().unwrap_or_default() };
            said.extend(line.chars().take(room));
            if line.chars().count() > room {
                said.push('…');
                break;
            }
        }
        said
    }
}

/// Which word names the program that runs in the end, and where in it the last part of its path begins.
fn program(words: &[Word]) -> Option<(usize, usize)> {
    let mut at = 0;
    loop {
        let text = words.get(at)?.text.as_str();
        let begin = text.rfind('/').map_or(0, |slash| slash + 1);
        let name = &text[begin..];
        let asks = |word: &Word| word.text.starts_with("-v") || word.text == "-V";
        if !WRAPPERS.contains(&name) || name == "command" && words.get(at + 1).is_some_and(asks) {
            return Some((at, begin));
        }
        at += 1;
        while let Some(word) = words.get(at) {
            let is_option = word.text.starts_with('-');
            if !is_option && assignment(&word.text).is_none() {
                break;
            }
            let takes_next = is_option && name != "env" && WITH_VALUE.contains(&word.text.as_str());
            at += 1 + usize::from(takes_next);
        }
        if matches!(name, "timeout" | "gosu") {
            at += 1;
        }
    }
}

/// The name and the value of `NAME=value`.
fn assignment(word: &str) -> Option<(String, String)> {
    let (name, value) = word.split_once('=')?;
    let name = name.strip_suffix('+').unwrap_or(name);
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_name.then(|| (name.to_owned(), value.to_owned()))
}
