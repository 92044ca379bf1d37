//! What was found in manifests, as commands that GitHub Actions shows on the lines.
//!
//! Source: docs.github.com, "Workflow commands for GitHub Actions"; how values are escaped: actions/toolkit, the package
//! `core`, its `command` module.

use std::fmt::Write;

use crate::lint::Report;
use crate::rules::Severity;
use crate::tree::Sources;

/// A line for each fault.
pub fn github(sources: &Sources, report: &Report) -> String {
    let mut text = String::new();
    for found in &report.found {
        let finding = &found.finding;
        let command = match finding.rule.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        let (line, column) = sources.line_and_column(found.spot.origin);
        let file = property(&sources.get(found.spot.origin.source).name);
        let object = finding.object.as_ref().map(|object| format!("{object}: ")).unwrap_or_default();
        let message = data(&format!("{object}{}\n{}", finding.message, finding.help));
        let title = property(finding.rule.id);
        let _ = writeln!(text, "::{command} file={file},line={line},col={column},title={title}::{message}");
    }
    text
}

/// What may stand behind the second pair of colons.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// What may stand in a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn what_would_end_a_command_is_escaped() {
        assert_eq!(data("50%\nmore: a, b"), "50%25%0Amore: a, b");
        assert_eq!(property("a,b:c.yaml"), "a%2Cb%3Ac.yaml");
    }
}
