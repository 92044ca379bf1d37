//! Which block of a script has no end?

use super::lex::{Token, tokens};
use super::parse;

/// The words that begin a block, and the one that ends it.
const BLOCKS: [(&[&str], &str); 3] =
    [(&["if"], "fi"), (&["for", "while", "until", "select"], "done"), (&["case"], "esac")];

/// The word that is missing at the end of a script: `fi`, `done` or `esac`. Nothing where the script is understood, and
/// where something else in it is not.
pub fn unended(text: &str) -> Option<&'static str> {
    let tokens = tokens(text)?;
    let count = |words: &[&str]| {
        let is_it =
            |token: &&Token| matches!(token, Token::Word(word) if !word.quoted && words.contains(&word.text.as_str()));
        tokens.iter().filter(is_it).count()
    };
    let missing = BLOCKS.iter().find(|(begin, end)| count(begin) == count(&[*end]) + 1).map(|(_, end)| *end)?;
    let is_balanced = BLOCKS.iter().all(|(begin, end)| *end == missing || count(begin) == count(&[*end]));
    let with_end = format!("{text}\n{missing}\n");
    // With the word the script is understood, and without it is not.
    (is_balanced && parse::list(tokens).is_none() && parse::list(self::tokens(&with_end)?).is_some()).then_some(missing)
}

#[cfg(test)]
mod tests {
    use super::unended;

    #[test]
    fn a_block_without_its_end_is_told_from_what_is_not_understood() {
        for (script, missing) in [
            ("if true; then\n  ollama pull a", Some("fi")),
            ("until ollama list; do sleep 1", Some("done")),
            ("case $A in a) ollama pull a;;", Some("esac")),
            ("if true; then ollama pull a; fi", None),
            ("echo if", None),
            ("echo 'if", None),
            ("if true; then for m in a; do ollama pull $m", None),
        ] {
            assert_eq!(unended(script), missing, "{script}");
        }
    }
}
