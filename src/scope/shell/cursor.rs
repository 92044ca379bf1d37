//! Which token is next?

use super::Word;
use super::lex::{Operator, Token};
use super::parse::Parser;

impl Parser {
    pub(super) fn operator(&mut self) -> Option<Operator> {
        match self.tokens.peek() {
            Some(Token::Operator(operator)) => Some(*operator),
            _ => None,
        }
    }

    pub(super) fn take(&mut self, operator: Operator) -> bool {
        self.tokens.next_if(|token| *token == Token::Operator(operator)).is_some()
    }

    /// The next word, if the shell may take it for one of its own.
    pub(super) fn reserved(&mut self) -> Option<&str> {
        match self.tokens.peek() {
            Some(Token::Word(word)) if !word.quoted => Some(&word.text),
            _ => None,
        }
    }

    pub(super) fn take_reserved(&mut self, text: &str) -> bool {
        self.reserved() == Some(text) && self.tokens.next().is_some()
    }

    pub(super) fn word(&mut self) -> Option<Word> {
        match self.tokens.next_if(|token| matches!(token, Token::Word(_)))? {
            Token::Word(word) => Some(word),
            Token::Operator(_) => None,
        }
    }

    pub(super) fn skip_lines(&mut self) {
        while self.take(Operator::Next) {}
    }
}
