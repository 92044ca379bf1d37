//! How is JSON of any length made short enough to be kept whole, without what is of no use?

use std::io::BufRead;

use super::keys::LONGEST_LIST;
use super::{Error, LONGEST_HEADER};

/// Bytes of a text that are kept: names are short, licences and templates are not.
const LONGEST_TEXT: usize = 1024;
/// Bytes that are kept. The longest answers, with all tensors and 4097 entries of each list, have some 300 KB.
const MOST: usize = 768 << 10;
/// Brackets in brackets; an answer has four.
const DEEPEST: usize = 64;

/// JSON without spaces, the rest of long texts, and what comes behind the first 4097 entries of a list.
pub(super) fn squeezed(mut from: impl BufRead) -> Result<Vec<u8>, Error> {
    let mut squeeze = Squeeze::default();
    let mut read = 0_u64;
    loop {
        let bytes = from.fill_buf().map_err(|fault| Error(format!("byte {read}: {fault}")))?;
        if bytes.is_empty() {
            return Ok(squeeze.kept);
        }
        for byte in bytes {
            squeeze.take(*byte);
        }
        let length = bytes.len();
        from.consume(length);
        read += length as u64;
        if squeeze.kept.len() > MOST || squeeze.open.len() > DEEPEST || read > LONGEST_HEADER {
            let wrong = format!("up to byte {read} it is longer, or nested deeper, than an answer of /api/show");
            return Err(Error(wrong + "; give the model's GGUF file"));
        }
    }
}

#[derive(Default)]
struct Squeeze {
    kept: Vec<u8>,
    /// Bytes kept of the text that is being read.
    text: Option<usize>,
    /// Whether the next byte belongs to a backslash.
    escaped: bool,
    /// The open brackets: of a list the entries before this one, of an object nothing.
    open: Vec<Option<u64>>,
    /// How many brackets are open around what is being left out.
    leaving_out: Option<usize>,
}

impl Squeeze {
    fn take(&mut self, byte: u8) {
        match self.text {
            Some(kept) => self.take_of_text(byte, kept),
            None => self.take_of_structure(byte),
        }
    }

    fn keep(&mut self, byte: u8) {
        if self.leaving_out.is_none() {
            self.kept.push(byte);
        }
    }

    fn take_of_text(&mut self, byte: u8, kept: usize) {
        if byte == b'"' && !self.escaped {
            self.text = None;
            return self.keep(byte);
        }
        // Room for the longest escape, `\u0041`: none is cut in two.
        let begins_escape = byte == b'\\' && !self.escaped;
        let room = if begins_escape { kept + 6 <= LONGEST_TEXT } else { kept < LONGEST_TEXT };
        self.escaped = begins_escape;
        if room {
            self.keep(byte);
        }
        self.text = Some(if room { kept + 1 } else { LONGEST_TEXT });
    }

    fn take_of_structure(&mut self, byte: u8) {
        match byte {
            b'"' => self.text = Some(0),
            b'[' => self.open.push(Some(0)),
            b'{' => self.open.push(None),
            b']' | b'}' => {
                if self.leaving_out == Some(self.open.len()) {
                    self.leaving_out = None;
                }
                self.open.pop();
            }
            b',' => {
                if let Some(Some(entries)) = self.open.last_mut() {
                    *entries += 1;
                    if *entries > LONGEST_LIST && self.leaving_out.is_none() {
                        self.leaving_out = Some(self.open.len());
                    }
                }
            }
            // One is enough to keep two words apart.
            _ if byte.is_ascii_whitespace() && self.kept.last() == Some(&b' ') => return,
            _ => {}
        }
        self.keep(if byte.is_ascii_whitespace() { b' ' } else { byte });
    }
}
