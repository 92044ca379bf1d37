//! Which texts were read, and which line of them is a place in?

use std::sync::OnceLock;

use super::Origin;

/// A path without `.` and `..`.
pub fn plain_path(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    let root = if path.starts_with('/') { "/" } else { "" };
    format!("{root}{}", parts.join("/"))
}

/// The texts that trees were read from, so that a fault can be shown in its line.
#[derive(Debug, Default)]
pub struct Sources {
    texts: Vec<Source>,
    /// Folders of which all files were read that may hold manifests.
    folders: Vec<String>,
    /// What was not read of them.
    passed_over: Vec<String>,
}

/// One text and the name under which people know it: a file, a built-in profile, `--set`.
#[derive(Debug)]
pub struct Source {
    /// What to call it in messages.
    pub name: String,
    /// All of it.
    pub text: String,
    /// The first byte that is not UTF-8, if there is one; the text before it is as it was.
    pub broken: Option<u32>,
    /// Where each line begins; found when it is first asked for.
    lines: OnceLock<Vec<usize>>,
}

impl Source {
    /// The line that a byte is in, from 0.
    pub fn line(&self, byte: usize) -> usize {
        self.lines().partition_point(|start| *start <= byte).saturating_sub(1)
    }

    /// Where a line begins, from 0; the end of the text behind the last line.
    pub fn line_start(&self, line: usize) -> usize {
        self.lines().get(line).copied().unwrap_or(self.text.len())
    }

    fn lines(&self) -> &[usize] {
        self.lines.get_or_init(|| {
            let text = self.text.as_bytes();
            std::iter::once(0).chain(memchr::memchr_iter(b'\n', text).map(|newline| newline + 1)).collect()
        })
    }
}

/// Which text a node comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SourceId(pub(crate) u32);

impl Sources {
    /// Keeps `text` under `name`.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> SourceId {
        let id = SourceId(u32::try_from(self.texts.len()).unwrap_or(u32::MAX));
        self.texts.push(Source { name: name.into(), text: text.into(), broken: None, lines: OnceLock::new() });
        id
    }

    /// Keeps what should be a text under `name`.
    pub fn add_bytes(&mut self, name: impl Into<String>, bytes: Vec<u8>) -> SourceId {
        match String::from_utf8(bytes) {
            Ok(text) => self.add(name, text),
            Err(error) if matches!(error.as_bytes(), [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) => {
                self.add(name, utf_16(error.as_bytes()))
            }
            Err(error) => {
                let broken = u32::try_from(error.utf8_error().valid_up_to()).ok();
                let id = self.add(name, String::from_utf8_lossy(error.as_bytes()));
                self.texts[id.0 as usize].broken = broken;
                id
            }
        }
    }

    /// Says that all files of a folder are among the texts that may hold manifests; empty: of the working directory.
    pub fn add_folder(&mut self, name: impl Into<String>) {
        self.folders.push(name.into());
    }

    /// Says that a file or folder was not read, though it is in a folder that was.
    pub fn pass_over(&mut self, name: impl Into<String>) {
        self.passed_over.push(name.into());
    }

    /// Whether a manifest of this path would be among the texts, if there were one.
    pub fn has_all_of(&self, path: &str) -> bool {
        let is_in = |folder: &str| match path.strip_prefix(folder.trim_end_matches('/')) {
            Some(rest) if !folder.is_empty() => rest.is_empty() || rest.starts_with('/'),
            _ => folder.is_empty() && !path.starts_with(['/', '.']),
        };
        let is_hidden = path.split('/').any(|part| part.starts_with('.') && part != "..");
        !is_hidden
            && self.folders.iter().any(|folder| is_in(folder))
            && !self.passed_over.iter().any(|passed| is_in(passed))
    }

    /// The line and column of a place, both from 1; a column is a character.
    pub fn line_and_column(&self, at: Origin) -> (usize, usize) {
        let source = self.get(at.source);
        let byte = (at.start as usize).min(source.text.len());
        let line = source.line(byte);
        let before = &source.text.as_bytes()[source.line_start(line)..byte];
        (line + 1, String::from_utf8_lossy(before).chars().count() + 1)
    }

    /// The source with that id.
    pub fn get(&self, id: SourceId) -> &Source {
        &self.texts[id.0 as usize]
    }
}

/// A text as some editors and shells of Windows save it, with a mark in front that says so.
fn utf_16(bytes: &[u8]) -> String {
    let of = if bytes[0] == 0xff { u16::from_le_bytes } else { u16::from_be_bytes };
    let units: Vec<u16> = bytes[2..].chunks_exact(2).map(|pair| of([pair[0], pair[1]])).collect();
    String::from_utf16_lossy(&units)
}
