//! Which words and operators does a shell script consist of?

use std::collections::VecDeque;

use super::Word;

/// A piece of a script.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A word, without its quotes.
    Word(Word),
    /// What stands between commands.
    Operator(Operator),
}

/// What stands between commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    /// `;` or the end of a line.
    Next,
    /// `;;`, of a `case`.
    Arm,
    /// `&`.
    Background,
    /// `&&`.
    And,
    /// `||`.
    Or,
    /// `|`.
    Pipe,
    /// `(`.
    Open,
    /// `)`.
    Close,
}

/// The pieces of a script without comments and redirections; nothing where a quote or a bracket has no end.
pub(super) fn tokens(script: &str) -> Option<Vec<Token>> {
    let mut lexer = Lexer { bytes: script.as_bytes(), at: 0, tokens: Vec::new(), documents: VecDeque::new() };
    while lexer.at < lexer.bytes.len() {
        lexer.step()?;
    }
    Some(lexer.tokens)
}

/// What reads a script.
pub(super) struct Lexer<'s> {
    pub(super) bytes: &'s [u8],
    pub(super) at: usize,
    tokens: Vec<Token>,
    /// What ends the here-documents that begin on the next line.
    documents: VecDeque<String>,
}

impl Lexer<'_> {
    pub(super) fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn push(&mut self, operator: Operator, length: usize) {
        self.tokens.push(Token::Operator(operator));
        self.at += length;
    }

    fn step(&mut self) -> Option<()> {
        match (self.peek(0), self.peek(1)) {
            (b' ' | b'\t' | b'\r', _) => self.at += 1,
            (b'\\', b'\n') => self.at += 2,
            (b'#', _) => self.skip_line(),
            (b'\n', _) => {
                self.push(Operator::Next, 1);
                self.skip_documents();
            }
            (b';', b';' | b'&') => self.push(Operator::Arm, 2),
            (b';', _) => self.push(Operator::Next, 1),
            (b'&', b'&') => self.push(Operator::And, 2),
            (b'&', b'>') => {
                self.at += 1;
                self.redirection()?;
            }
            (b'&', _) => self.push(Operator::Background, 1),
            (b'|', b'|') => self.push(Operator::Or, 2),
            (b'|', next) => self.push(Operator::Pipe, 1 + usize::from(next == b'&')),
            (b'(', b'(') if self.begins_command() => self.word()?,
            (b'(', _) => self.push(Operator::Open, 1),
            (b')', _) => self.push(Operator::Close, 1),
            (b'<' | b'>', _) => self.redirection()?,
            _ => self.word()?,
        }
        Some(())
    }

    /// Whether a command may begin here, so that `((` is arithmetic.
    fn begins_command(&self) -> bool {
        match self.tokens.last() {
            None => true,
            Some(Token::Operator(operator)) => *operator != Operator::Close,
            Some(Token::Word(word)) => {
                matches!(
                    word.text.as_str(),
                    "if" | "elif" | "while" | "until" | "for" | "do" | "then" | "else" | "!" | "{"
                )
            }
        }
    }

    fn skip_line(&mut self) {
        let rest = &self.bytes[self.at..];
        self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    }

    fn skip_documents(&mut self) {
        while let Some(end) = self.documents.pop_front() {
            while self.at < self.bytes.len() {
                let start = self.at;
                self.skip_line();
                let line = String::from_utf8_lossy(&self.bytes[start..self.at]);
                self.at = (self.at + 1).min(self.bytes.len());
                if line.trim_start_matches('\t').trim_end_matches('\r') == end {
                    break;
                }
            }
        }
    }

    /// Passes over `> file`, `2>&1`, `<<END`.
    fn redirection(&mut self) -> Option<()> {
        if self.peek(1) == b'(' {
            return self.word();
        }
        let is_document = self.bytes[self.at..].starts_with(b"<<") && self.peek(2) != b'<';
        while matches!(self.peek(0), b'<' | b'>' | b'&' | b'|') || is_document && self.peek(0) == b'-' {
            self.at += 1;
        }
        while matches!(self.peek(0), b' ' | b'\t') {
            self.at += 1;
        }
        if matches!(self.peek(0), 0 | b'\n' | b';' | b'&' | b'|' | b'(' | b')') {
            return Some(());
        }
        let before = self.tokens.len();
        self.word()?;
        for token in self.tokens.drain(before..) {
            if let (Token::Word(target), true) = (token, is_document) {
                self.documents.push_back(target.text);
            }
        }
        Some(())
    }

    fn word(&mut self) -> Option<()> {
        let start = self.at;
        let mut text = Vec::new();
        let mut quoted = false;
        let mut keeps_dollar = false;
        while self.at < self.bytes.len() {
            match (self.peek(0), self.peek(1)) {
                (b'(', _) if self.at == start || text.last() == Some(&b'=') => self.bracket(b'(', b')', &mut text)?,
                (b'<' | b'>', b'(') if self.at == start => {
                    text.push(self.peek(0));
                    self.at += 1;
                    self.bracket(b'(', b')', &mut text)?;
                }
                (b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b'(' | b')' | b'<' | b'>', _) => break,
                (b'\\', b'\n') => self.at += 2,
                (b'\\', next) => {
                    quoted = true;
                    text.push(next);
                    self.at += 2;
                }
                (b'\'', _) => {
                    quoted = true;
                    let length = memchr::memchr(b'\'', self.bytes.get(self.at + 1..)?)?;
                    let inside = self.bytes.get(self.at + 1..self.at + 1 + length)?;
                    keeps_dollar |= inside.contains(&b'$');
                    text.extend_from_slice(inside);
                    self.at += length + 2;
                }
                (b'"', _) => {
                    quoted = true;
                    self.double_quoted(&mut text)?;
                }
                _ => self.plain(&mut text)?,
            }
        }
        let is_number = !quoted && !text.is_empty() && text.iter().all(u8::is_ascii_digit);
        if !(is_number && matches!(self.peek(0), b'<' | b'>')) {
            let text = String::from_utf8_lossy(&text).into_owned();
            let at = start..self.at.min(self.bytes.len());
            self.tokens.push(Token::Word(Word { text, quoted, keeps_dollar, at }));
        }
        Some(())
    }
}
