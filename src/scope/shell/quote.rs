//! How does a word go on in quotes and in brackets?

use super::lex::Lexer;

impl Lexer<'_> {
    /// A byte, or a substitution as it is written.
    pub(super) fn plain(&mut self, text: &mut Vec<u8>) -> Option<()> {
        match (self.peek(0), self.peek(1)) {
            (b'$', open @ (b'(' | b'{')) => {
                text.push(b'$');
                self.at += 1;
                self.bracket(open, if open == b'(' { b')' } else { b'}' }, text)?;
            }
            (b'`', _) => {
                let length = memchr::memchr(b'`', self.bytes.get(self.at + 1..)?)? + 2;
                text.extend_from_slice(self.bytes.get(self.at..self.at + length)?);
                self.at += length;
            }
            (byte, _) => {
                text.push(byte);
                self.at += 1;
            }
        }
        Some(())
    }

    pub(super) fn double_quoted(&mut self, text: &mut Vec<u8>) -> Option<()> {
        self.at += 1;
        while self.at < self.bytes.len() {
            match (self.peek(0), self.peek(1)) {
                (b'"', _) => {
                    self.at += 1;
                    return Some(());
                }
                (b'\\', b'\n') => self.at += 2,
                (b'\\', next @ (b'$' | b'`' | b'"' | b'\\')) => {
                    text.push(next);
                    self.at += 2;
                }
                _ => self.plain(text)?,
            }
        }
        None
    }

    /// Everything between two brackets, with them, as it is written.
    pub(super) fn bracket(&mut self, open: u8, close: u8, text: &mut Vec<u8>) -> Option<()> {
        let start = self.at;
        let mut depth = 0_usize;
        while self.at < self.bytes.len() {
            match self.peek(0) {
                b'\\' => self.at += 1,
                quote @ (b'\'' | b'"') => self.at += 1 + memchr::memchr(quote, self.bytes.get(self.at + 1..)?)?,
                byte if byte == open => depth += 1,
                byte if byte == close => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                text.extend_from_slice(self.bytes.get(start..self.at)?);
                return Some(());
            }
        }
        None
    }
}
