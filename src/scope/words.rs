//! How does a shell read a script: words, quotes, variables, lists?

use std::collections::HashMap;

use super::commands::{Command, assignment};

/// Reads commands.
pub(super) struct Reader<'s, F> {
    rest: &'s str,
    variable: &'s F,
    /// What the script sets; none: to what is not known, or to one thing and then to another.
    own: HashMap<String, Option<Vec<String>>>,
    /// The blocks that are open: a number of each, and which of its branches.
    open: Vec<(usize, usize)>,
    found: Vec<Command>,
}

impl<'s, F: Fn(&str) -> Option<String>> Reader<'s, F> {
    pub(super) fn of(script: &'s str, variable: &'s F) -> Self {
        Self { rest: script, variable, own: HashMap::new(), open: Vec::new(), found: Vec::new() }
    }

    /// Reads all commands.
    pub(super) fn read(mut self) -> Vec<Command> {
        let mut command = Command::default();
        let mut redirected = false;
        loop {
            self.rest = self.rest.trim_start_matches([' ', '\t', '\r']);
            if self.rest.starts_with('#') {
                self.rest = self.rest.find('\n').map_or("", |end| &self.rest[end..]);
            }
            let Some(next) = self.rest.chars().next() else { break };
            match next {
                '\n' | ';' | '&' | '|' | '(' | ')' => {
                    let (maybe, next_case) = (self.rest.starts_with("||"), self.rest.starts_with(";;"));
                    self.rest = self.rest.trim_start_matches(['\n', ';', '&', '|', '(', ')', ' ', '\r']);
                    self.end(std::mem::replace(&mut command, Command { maybe, ..Command::default() }));
                    if let (true, Some((_, branch))) = (next_case, self.open.last_mut()) {
                        *branch += 1;
                    }
                }
                '<' | '>' => {
                    self.rest = self.rest.trim_start_matches(['<', '>', '&', '-']);
                    redirected = true;
                }
                _ => {
                    let word = self.word();
                    if !std::mem::take(&mut redirected) {
                        command.words.push(word);
                    }
                }
            }
        }
        self.end(command);
        self.found
    }

    /// A word with everything filled in.
    fn word(&mut self) -> Option<Vec<String>> {
        let mut parts: Option<Vec<String>> = Some(vec![String::new()]);
        let mut quoted = false;
        while let Some(next) = self.rest.chars().next() {
            match next {
                '\'' if !quoted => {
                    let inside = &self.rest[1..];
                    let end = inside.find('\'').unwrap_or(inside.len());
                    append(&mut parts, &[&inside[..end]]);
                    self.rest = inside.get(end + 1..).unwrap_or_default();
                }
                '"' => {
                    quoted = !quoted;
                    self.rest = &self.rest[1..];
                }
                '\\' => {
                    let mut after = self.rest[1..].chars();
                    match after.next() {
                        Some('\n') | None => {}
                        Some(kept) => append(&mut parts, &[kept.encode_utf8(&mut [0; 4])]),
                    }
                    self.rest = after.as_str();
                }
                '$' | '`' => match self.expansion() {
                    Some(values) if quoted || values.iter().all(|value| !value.contains(char::is_whitespace)) => {
                        append(&mut parts, &values);
                    }
                    Some(values) => {
                        let each = values.iter().flat_map(|value| value.split_whitespace()).map(str::to_owned);
                        append(&mut parts, &each.collect::<Vec<_>>());
                    }
                    None => parts = None,
                },
                // `models=(a b)` is a list.
                '(' if !quoted && self.is_list(parts.as_deref()) => {
                    let end = self.rest.find(')').unwrap_or(self.rest.len());
                    let inside = self.rest.get(1..end).unwrap_or_default().replace(['"', '\''], " ");
                    let plain = !inside.contains(['$', '`']);
                    let items: Vec<String> = inside.split_whitespace().map(str::to_owned).collect();
                    if plain {
                        append(&mut parts, &items);
                    } else {
                        parts = None;
                    }
                    self.rest = self.rest.get(end + 1..).unwrap_or_default();
                }
                ' ' | '\t' | '\r' | '\n' | ';' | '&' | '|' | '<' | '>' | '(' | ')' if !quoted => break,
                other => {
                    let more = &self.rest[other.len_utf8()..];
                    let end = other.len_utf8() + more.find(is_special).unwrap_or(more.len());
                    append(&mut parts, &[&self.rest[..end]]);
                    self.rest = &self.rest[end..];
                }
            }
        }
        parts
    }

    fn is_list(&self, parts: Option<&[String]>) -> bool {
        matches!(parts, Some([only]) if only.ends_with('=')) && self.rest.contains(')')
    }

    /// What stands for a variable; none where only running would tell.
    fn expansion(&mut self) -> Option<Vec<String>> {
        let rest = self.rest;
        if let Some(inside) = rest.strip_prefix("${") {
            let end = inside.find('}').unwrap_or(inside.len());
            self.rest = inside.get(end + 1..).unwrap_or_default();
            let (name, default) = match inside[..end].split_once(":-") {
                Some((name, default)) => (name, Some(default)),
                None => (inside[..end].trim_end_matches("[@]").trim_end_matches("[*]"), None),
            };
            let value = self.value(name).filter(|values| values.iter().any(|value| !value.is_empty()));
            return value.or_else(|| {
                let is_set = self.own.contains_key(name);
                default.filter(|default| !is_set && !default.contains('$')).map(|default| vec![default.to_owned()])
            });
        }
        if rest.starts_with("$(") || rest.starts_with('`') {
            let length = substitution(rest);
            let inside = rest[..length].trim_start_matches(['$', '(', '`']).trim_end_matches([')', '`']);
            self.rest = &rest[length..];
            return self.list(inside);
        }
        let name: &str = &rest[1..];
        let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(name.len());
        self.rest = &name[end..];
        if end == 0 {
            // `$!`, `$?`, `$@` and the like.
            self.rest = self.rest.get(1..).unwrap_or_default();
            return None;
        }
        self.value(&name[..end])
    }

    /// `echo $MODELS | tr ',' ' '`, and what Kubernetes fills in: `$(MODEL)`.
    fn list(&self, inside: &str) -> Option<Vec<String>> {
        if let Some(value) = (self.variable)(inside) {
            return Some(vec![value]);
        }
        let (echo, translate) = inside.split_once('|')?;
        let name = echo.trim().strip_prefix("echo ")?.trim().trim_matches('"').strip_prefix('$')?;
        let name = name.trim_start_matches('{').trim_end_matches('}');
        if !translate.trim().starts_with("tr ") || !translate.contains(',') {
            return None;
        }
        let values = self.value(name)?;
        Some(
            values
                .iter()
                .flat_map(|value| value.split([',', ' ']))
                .filter(|v| !v.is_empty())
                .map(str::to_owned)
                .collect(),
        )
    }

    fn value(&self, name: &str) -> Option<Vec<String>> {
        match self.own.get(name) {
            Some(value) => value.clone(),
            None => (self.variable)(name).map(|value| vec![value]),
        }
    }

    /// Takes a command down, or what it says of variables.
    fn end(&mut self, mut command: Command) {
        match command.first() {
            Some("if" | "case") => self.open.push((self.found.len(), 0)),
            Some("elif" | "else") => self.open.iter_mut().last().into_iter().for_each(|(_, branch)| *branch += 1),
            Some("fi" | "esac") => drop(self.open.pop()),
            None if command.words.is_empty() => return,
            _ => {}
        }
        command.branches.clone_from(&self.open);
        let words = &command.words;
        let at = usize::from(matches!(command.text(0), Some("do" | "then" | "else")));
        if command.text(at) == Some("for") && command.text(at + 2) == Some("in") {
            let name = command.text(at + 1).unwrap_or_default().to_owned();
            let each: Option<Vec<Vec<String>>> = words[at + 3..].iter().cloned().collect();
            self.own.insert(name, each.map(|each| each.concat()));
            return;
        }
        let set = if command.text(at) == Some("export") { &words[at + 1..] } else { &words[at..] };
        let is_alone = set.iter().all(|word| {
            word.as_ref().is_none_or(|word| word.iter().all(|word| assignment(word).is_some())) && at < words.len()
        });
        if is_alone && set.iter().flatten().flatten().next().is_some() {
            for word in set.iter().flatten() {
                let pairs: Vec<_> = word.iter().filter_map(|word| assignment(word)).collect();
                let Some((name, _)) = pairs.first() else { continue };
                let values = Some(pairs.iter().map(|(_, value)| (*value).to_owned()).collect());
                let given = (self.variable)(name).is_some_and(|value| !value.is_empty());
                let again = given || self.own.contains_key(*name);
                self.own.insert((*name).to_owned(), if again { None } else { values });
            }
        }
        self.found.push(command);
    }
}

/// Whether a character may be more than a piece of a word.
fn is_special(char: char) -> bool {
    matches!(char, '\'' | '"' | '\\' | '$' | '`' | '(' | ')' | ' ' | '\t' | '\r' | '\n' | ';' | '&' | '|' | '<' | '>')
}

/// Adds to all of what a word may be.
fn append(parts: &mut Option<Vec<String>>, more: &[impl AsRef<str>]) {
    let Some(parts) = parts else { return };
    parts.truncate(64);
    if let [only] = more {
        return parts.iter_mut().for_each(|part| part.push_str(only.as_ref()));
    }
    let each = |part: &String| more.iter().take(64).map(|more| format!("{part}{}", more.as_ref())).collect::<Vec<_>>();
    *parts = parts.iter().flat_map(each).collect();
}

/// How long a `$(…)` or a `` `…` `` is.
fn substitution(text: &str) -> usize {
    if let Some(inside) = text.strip_prefix('`') {
        return inside.find('`').map_or(text.len(), |end| end + 2);
    }
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 1 => return at + 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    text.len()
}
