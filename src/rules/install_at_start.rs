//! `install-at-start`: the server installs software at every start.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::shell::Statement;
use crate::scope::{Runs, Scope};

pub(super) const RULE: Rule = Rule {
    id: "install-at-start",
    severity: Severity::Warning,
    summary: "the server installs software at every start",
    versions: Versions::All,
    docs: include_str!("install_at_start.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for ran in scope.programs().filter(|ran| ran.must_stay() && ran.seat.runs == Runs::Server) {
        let statements = ran.program.script.statements();
        if let Some(install) = statements.iter().find(|statement| installs(statement)) {
            findings.add_in(
                ran.program,
                install.simple,
                format!("`{}` runs at every start: without the Internet, or with another version there, the server does not start as before", install.simple.said()),
                "build an image that has it",
            );
        }
    }
}

fn installs(statement: &Statement<'_>) -> bool {
    let Some((program, words)) = statement.simple.program() else { return false };
    let has = |verb: &str| words.iter().any(|word| word.text == verb);
    match program {
        "apt-get" | "apt" | "yum" | "dnf" | "microdnf" | "pip" | "pip3" | "npm" => has("install"),
        "apk" => has("add"),
        "curl" | "wget" => statement.inside.pipe && statement.simple.has("install.sh"),
        _ => false,
    }
}
