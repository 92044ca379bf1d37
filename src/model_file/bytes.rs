//! How are the bytes of a GGUF header read: in order, counted, and none that a lying count only promises?

use std::fmt;
use std::io::{self, BufRead, ErrorKind, Read};

use super::{Error, LONGEST_HEADER};

/// A file that is read from its beginning to the end of its header.
pub(super) struct Source<R> {
    from: R,
    /// Bytes read.
    pub at: u64,
    /// Bytes of the file.
    length: u64,
    /// Whether numbers begin with their highest byte.
    pub big_endian: bool,
    /// What is being read.
    pub place: Place,
}

/// What is being read; counted from one.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// Version and counts.
    Start,
    /// A key of the metadata, or its value.
    Key(u64, u64),
    /// The description of a tensor.
    Tensor(u64, u64),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start => f.write_str("before the metadata"),
            Self::Key(n, of) => write!(f, "key {n} of {of}"),
            Self::Tensor(n, of) => write!(f, "tensor {n} of {of}"),
        }
    }
}

impl<R: BufRead> Source<R> {
    /// A file of `length` bytes, of which `at` have been read.
    pub fn new(from: R, at: u64, length: u64) -> Self {
        Self { from, at, length, big_endian: false, place: Place::Start }
    }

    /// That something is wrong at the byte that is read next.
    pub fn error(&self, wrong: &str) -> Error {
        Error(format!("{wrong} ({}, byte {})", self.place, self.at))
    }

    fn ends(&self) -> Error {
        let part = match self.place {
            Place::Start | Place::Key(..) => "metadata",
            Place::Tensor(..) => "list of tensors",
        };
        self.error(&format!("the file ends inside the {part}: it was cut off, or is damaged; download it again"))
    }

    fn fault(&self, fault: &io::Error) -> Error {
        if fault.kind() == ErrorKind::UnexpectedEof { self.ends() } else { self.error(&fault.to_string()) }
    }

    /// Whether the file can have so many bytes more.
    fn claim(&self, bytes: u64) -> Result<(), Error> {
        let end = self.at.checked_add(bytes).filter(|end| *end <= self.length).ok_or_else(|| self.ends())?;
        if end > LONGEST_HEADER {
            return Err(self.error("the header is longer than 128 MiB, and that of no model is; download it again"));
        }
        Ok(())
    }

    /// Whether the file can have a list of so many, each of at least `smallest` bytes.
    pub fn claim_list(&self, count: u64, smallest: u64, of: &str) -> Result<(), Error> {
        let room = self.length.saturating_sub(self.at) / smallest;
        if count > room {
            let wrong =
                format!("{count} {of} are announced, and there is room for {room}: it was cut off, or is damaged");
            return Err(self.error(&(wrong + "; download it again")));
        }
        self.claim(count.saturating_mul(smallest))
    }

    fn bytes<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        self.claim(N as u64)?;
        let mut bytes = [0; N];
        self.from.read_exact(&mut bytes).map_err(|fault| self.fault(&fault))?;
        self.at += N as u64;
        if self.big_endian {
            bytes.reverse();
        }
        Ok(bytes)
    }

    /// A number of four bytes.
    pub fn u32(&mut self) -> Result<u32, Error> {
        self.bytes().map(u32::from_le_bytes)
    }

    /// A number of eight bytes.
    pub fn u64(&mut self) -> Result<u64, Error> {
        self.bytes().map(u64::from_le_bytes)
    }

    /// A whole number of 1, 2, 4 or 8 bytes; below zero is nothing.
    pub fn whole(&mut self, width: u64, signed: bool) -> Result<Option<u64>, Error> {
        let number = match width {
            1 => u64::from(u8::from_le_bytes(self.bytes()?)),
            2 => u64::from(u16::from_le_bytes(self.bytes()?)),
            4 => u64::from(self.u32()?),
            _ => self.u64()?,
        };
        let highest = 1 << (8 * width.clamp(1, 8) - 1);
        Ok((!signed || number < highest).then_some(number))
    }

    /// Leaves out so many bytes.
    pub fn skip(&mut self, bytes: u64) -> Result<(), Error> {
        self.claim(bytes)?;
        let end = self.at + bytes;
        while self.at < end {
            let there = self.from.fill_buf().map(<[u8]>::len).map_err(|fault| self.fault(&fault))?;
            let there = usize::try_from(end - self.at).map_or(there, |wanted| wanted.min(there));
            if there == 0 {
                return Err(self.ends());
            }
            self.from.consume(there);
            self.at += there as u64;
        }
        Ok(())
    }

    /// A text of at most `longest` bytes; what is no UTF-8 becomes a mark.
    pub fn text(&mut self, longest: u64, what: &str) -> Result<String, Error> {
        let length = self.u64()?;
        self.claim(length)?;
        if length > longest {
            return Err(
                self.error(&format!("{what} has {length} bytes, and none has more than {longest}; it is damaged"))
            );
        }
        let mut bytes = Vec::new();
        self.from.by_ref().take(length).read_to_end(&mut bytes).map_err(|fault| self.fault(&fault))?;
        self.at += bytes.len() as u64;
        if (bytes.len() as u64) < length {
            return Err(self.ends());
        }
        Ok(String::from_utf8(bytes).unwrap_or_else(|fault| String::from_utf8_lossy(fault.as_bytes()).into_owned()))
    }

    /// Leaves out a text.
    pub fn skip_text(&mut self) -> Result<(), Error> {
        let length = self.u64()?;
        self.skip(length)
    }
}
