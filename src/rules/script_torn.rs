//! `script-torn`: a command of a script is torn, or glued to the next one.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Ran, Scope, Shell};

pub(super) const RULE: Rule = Rule {
    id: "script-torn",
    severity: Severity::Error,
    summary: "a command of a script is torn, or glued to the next one",
    versions: Versions::All,
    docs: include_str!("script_torn.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for ran in scope.programs().filter(|ran| ran.program.shell != Shell::None) {
        let statements = ran.program.script.statements();
        let is_flag = |text: &str| {
            let rest = text.strip_prefix('-').unwrap_or_default();
            rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '-')
        };
        let torn =
            statements.iter().find(|statement| statement.simple.program().is_some_and(|(name, _)| is_flag(name)));
        if let Some(torn) = torn {
            let message =
                format!("`{}` is a command of its own here, and there is none of that name", torn.simple.said());
            findings.add_in(ran.program, torn.simple, message, "end the line before it with a backslash");
        }
        let assigned = statements.iter().flat_map(|statement| &statement.simple.assignments);
        let names: Vec<&str> = assigned.map(|(name, _)| name.as_str()).collect();
        for statement in
            statements.iter().filter(|statement| statement.simple.runs("wait") || statement.simple.runs("kill"))
        {
            let Some((program, words)) = statement.simple.program() else { continue };
            if let Some(word) = words.iter().find(|word| names.contains(&word.text.as_str())) {
                let message = format!("`{program} {}` means a process of that name: the $ is missing", word.text);
                findings.add_in(ran.program, statement.simple, message, format!("write {program} ${}", word.text));
            }
        }
        if let Some(line) = glued(scope, ran) {
            findings.add(
                ran.program.item,
                ran.program.path.clone(),
                format!("in a folded block (>) the line `{line}` is glued to the one before it"),
                "write | in place of >",
            );
        }
    }
}

/// A line of a folded block that begins a command, behind one that does not end.
fn glued(scope: &Scope<'_>, ran: Ran<'_, '_>) -> Option<String> {
    const BEGIN: [&str; 14] = [
        "ollama", "sleep", "echo", "curl", "wget", "until", "while", "for", "if", "exit", "wait", "set", "kill",
        "export",
    ];
    let node = ran.program.item.written(&ran.program.path).filter(|node| node.origin.is_written())?;
    let text = scope.sources?.get(node.origin.source).text.as_str();
    let (start, end) = (node.origin.start as usize, node.origin.end as usize);
    // The sign stands in front of the text, or at its beginning.
    let block = text.get(start..end)?;
    let sign = text.get(..start)?.trim_end().rsplit(char::is_whitespace).next()?;
    let block = match block.strip_prefix('>') {
        Some(rest) => rest.split_once('\n')?.1,
        None if sign.starts_with('>') => text.get(text.get(..start)?.rfind('\n')? + 1..end)?,
        None => return None,
    };
    let lines: Vec<&str> = block.lines().collect();
    let depth = |line: &str| line.len() - line.trim_start().len();
    // Lines that are indented more than the block keep their ends.
    let written = lines.iter().filter(|line| !line.trim().is_empty());
    let base = written.map(|line| depth(line)).min().unwrap_or_default();
    let pair = lines.windows(2).find(|pair| {
        let (line, next) = (pair[0].trim_end(), pair[1].trim());
        let ends = [";", "&", "|", "\\", "{", "(", "do", "then", "else"].iter().any(|end| line.ends_with(end));
        let begins = BEGIN.contains(&next.split_whitespace().next().unwrap_or_default());
        !line.trim().is_empty()
            && !line.trim_start().starts_with('#')
            && !ends
            && begins
            && depth(pair[0]) == base
            && depth(pair[1]) == base
    });
    pair.map(|pair| pair[1].trim().chars().take(40).collect())
}
