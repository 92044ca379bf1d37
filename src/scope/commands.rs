//! Which commands does a script run, as far as its text says it, with its variables filled in?

use super::words::Reader;

/// A command: its words. A word that only running the script would tell is none; one with a variable that stands for
/// several is several.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Command {
    /// The words, each with what it may be.
    pub words: Vec<Option<Vec<String>>>,
    /// Whether another download may stand for it: after `||`, or in another branch of the same `if` or `case`.
    pub maybe: bool,
    /// In which branch of which `if` and `case` it stands.
    pub branches: Vec<(usize, usize)>,
}

/// The commands of a script; `variable` tells the value of a variable of the container.
pub(super) fn commands(script: &str, variable: impl Fn(&str) -> Option<String>) -> Vec<Command> {
    let script = script.replace("\\\r\n", " ").replace("\\\n", " ");
    let mut found = Reader::of(&script, &variable).read();
    found.iter_mut().for_each(Command::strip);
    let downloads: Vec<usize> = (0..found.len()).filter(|at| found[*at].downloads()).collect();
    for &at in &downloads {
        let instead = |other: &&usize| {
            let pairs = found[at].branches.iter().zip(&found[**other].branches);
            found[at].words != found[**other].words
                && pairs.into_iter().any(|((one, branch), (other, another))| one == other && branch != another)
        };
        if downloads.iter().take(64).any(|other| instead(&other)) {
            found[at].maybe = true;
        }
    }
    found
}

impl Command {
    /// The first word, where it is but one.
    pub(super) fn first(&self) -> Option<&str> {
        self.text(0)
    }

    /// A word, where it is but one.
    pub(super) fn text(&self, at: usize) -> Option<&str> {
        match self.words.get(at)?.as_deref()? {
            [only] => Some(only),
            _ => None,
        }
    }

    fn downloads(&self) -> bool {
        self.words.iter().flatten().flatten().any(|word| word == "pull" || word == "run" || word.contains("/api/pull"))
    }

    /// How many words the flags of `timeout` take.
    fn flags(&self) -> usize {
        let mut at = 1;
        while let Some(word) = self.text(at).filter(|word| word.starts_with('-')) {
            at += if matches!(word, "-k" | "-s" | "--kill-after" | "--signal") { 2 } else { 1 };
        }
        at - 1
    }

    /// Takes off what only says when or how long the command runs.
    pub(super) fn strip(&mut self) {
        while let Some(first) = self.first() {
            let count = match first {
                "if" | "then" | "elif" | "else" | "while" | "until" | "do" | "!" | "{" | "time" | "exec" | "nohup"
                | "sudo" | "command" | "setsid" | "env" => 1,
                "timeout" => 2 + self.flags(),
                word if assignment(word).is_some() => 1,
                _ => break,
            };
            self.words.drain(..count.min(self.words.len()));
        }
    }
}

/// A name and what it is set to.
pub(super) fn assignment(word: &str) -> Option<(&str, &str)> {
    let (name, value) = word.split_once('=')?;
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    is_name.then_some((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pulled(script: &str) -> Vec<String> {
        let variable = |name: &str| (name == "MODEL").then(|| "tiny:1b".to_owned());
        let found = commands(script, variable);
        let pulls = found.iter().filter(|command| command.text(0) == Some("ollama") && command.text(1) == Some("pull"));
        pulls.map(|pull| pull.words[2].as_ref().map_or("?".to_owned(), |names| names.join(" "))).collect()
    }

    #[test]
    fn commands_are_found_wherever_a_shell_would_run_them() {
        for (script, names) in [
            ("ollama serve & sleep 5 && ollama pull a && kill %1", "a"),
            ("# ollama pull x\necho \"ollama pull y\"; ollama pull 'b' # z", "b"),
            ("if ! ollama pull \"$MODEL\"; then exit 1; fi", "tiny:1b"),
            ("ollama pull $(MODEL)", "tiny:1b"),
            ("ollama pull ${OTHER:-c:1b}", "c:1b"),
            ("for m in a b \\\n c; do timeout -k 1 60 ollama pull $m >/dev/null 2>&1; done", "a b c"),
            ("LIST=\"a b\"\nfor m in $LIST; do ollama pull $m; done", "a b"),
            ("LIST=(a \"b\")\nfor m in \"${LIST[@]}\"; do ollama pull \"$m\"; done", "a b"),
            ("L=a,b\nfor m in $(echo $L | tr ',' ' '); do ollama pull $m; done", "a b"),
            ("ollama pull $UNKNOWN", "?"),
            ("M=a\nif true; then M=b; fi\nollama pull $M", "?"),
            ("ollama pull `cat name`", "?"),
        ] {
            assert_eq!(pulled(script).join(" "), names, "{script}");
        }
    }

    #[test]
    fn a_command_in_a_branch_may_not_run() {
        assert!(commands("ollama pull a || ollama pull b", |_| None)[1].maybe);
        assert!(commands("if x; then ollama pull a; else ollama pull b; fi", |_| None)[1].maybe);
        assert!(!commands("if x; then echo a; else ollama pull a; fi; ollama pull b", |_| None)[2].maybe);
        let cases = commands("case $X in\na) ollama pull a;;\nb) ollama pull b;;\nesac\nollama pull c", |_| None);
        let maybe: Vec<bool> =
            cases.iter().filter(|command| command.downloads()).map(|command| command.maybe).collect();
        assert_eq!(maybe, [true, true, false]);
    }

    #[test]
    fn nothing_that_is_written_breaks_the_reader() {
        for script in
            ["$", "${", "$(", "`", "'", "\"", "\\", "a=(", "$((1+1))", "é\\é $é", "for", "for x in", "&&||", "export"]
        {
            commands(script, |_| None);
        }
    }
}
