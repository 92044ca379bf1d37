//! The templates, and what fills them in: the only part that knows the template engine's settings.

use std::sync::LazyLock;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;

macro_rules! templates {
    ($($name:literal: $file:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../templates/", $file)))),*]
    };
}

const TEXTS: &[(&str, &str)] = templates! {
    "header": "header.j2",
    "haproxy": "haproxy.cfg.j2",
    "notes": "notes.j2",
    "page": "runbook/page.md.j2",
    "section": "runbook/section.md.j2",
    "pull": "runbook/pull.md.j2",
    "models": "runbook/models.md.j2",
    "memory": "runbook/memory.md.j2",
    "claim": "runbook/claim.md.j2",
    "pending": "runbook/pending.md.j2",
    "quota": "runbook/quota.md.j2",
    "image": "runbook/image.md.j2",
    "timeout": "runbook/timeout.md.j2",
    "ingress": "runbook/ingress.md.j2",
    "gateway": "runbook/gateway.md.j2",
    "proxy": "runbook/proxy.md.j2",
    "moved": "runbook/moved.md.j2",
    "slow": "runbook/slow.md.j2",
    "rollout": "runbook/rollout.md.j2",
    "change": "runbook/change.md.j2",
    "grow": "runbook/grow.md.j2",
    "remove": "runbook/remove.md.j2",
};

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    // A line that holds nothing but a block is no line.
    let mut syntax = SyntaxConfig::builder();
    syntax.trim_blocks(true).lstrip_blocks(true);
    environment.set_syntax(syntax.build().expect("the usual delimiters"));
    environment
});

/// A template, filled in. Only what is asked for is parsed: most runs want the header alone.
///
/// # Panics
/// Never for the names above, each with the context that its caller gives it: tests render all of them.
pub(super) fn fill(name: &str, context: impl Serialize) -> String {
    let (name, text) = TEXTS.iter().find(|(known, _)| *known == name).expect("it is in the list");
    let filled = ENVIRONMENT.render_named_str(name, text, Serde(context));
    filled.expect("the template parses, and every name in it is in its context")
}
