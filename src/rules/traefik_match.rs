//! `traefik-match`: Traefik cannot read the rule of a route.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "traefik-match",
    severity: Severity::Error,
    summary: "Traefik cannot read the rule of a route",
    versions: Versions::All,
    docs: include_str!("traefik_match.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for kind in ["IngressRoute", "IngressRouteTCP"] {
        for (item, tree) in scope.custom(kind, "traefik").filter(|(item, _)| scope.concerns_ollama(*item)) {
            let routes = tree.get("spec").and_then(|spec| spec.get("routes")).map_or(&[][..], Node::items);
            for (number, route) in routes.iter().enumerate() {
                let Some(rule) = route.get("match").and_then(Node::text) else { continue };
                let Some((matcher, word)) = bare(rule) else { continue };
                findings.add(
                    item,
                    format!("spec.routes[{number}].match"),
                    format!(
                        "`{matcher}({word})` has no quotes: Traefik cannot read the rule, and makes no route of it"
                    ),
                    format!("write {matcher}(`{}`)", word.trim_matches('\'')),
                );
            }
        }
    }
}

/// The first matcher of a rule whose word stands in neither backticks nor quotes, with the word.
fn bare(rule: &str) -> Option<(&str, &str)> {
    let mut quote = None;
    for (at, sign) in rule.char_indices() {
        match (quote, sign) {
            (Some(open), _) if sign == open => quote = None,
            (None, '`' | '"') => quote = Some(sign),
            (None, '(') => {
                let before = rule[..at].trim_end();
                let name = before.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
                let word = rule[at + 1..].trim_start();
                let word = word.split([')', ',']).next().unwrap_or_default().trim();
                // A variable of another tool may bring its quotes along.
                let is_bare = word.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '*' | '\''));
                if !name.is_empty() && is_bare {
                    return Some((name, word));
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::bare;

    #[test]
    fn a_word_needs_quotes_of_its_own() {
        for (rule, found) in [
            ("Host(`a.example`) && (PathPrefix(`/api`) || Path(\"/v1\"))", None),
            ("Host(a.example)", Some(("Host", "a.example"))),
            ("Host(`a.example`) && PathPrefix('/api')", Some(("PathPrefix", "'/api'"))),
            ("HostRegexp(`^(a|b)\\.example$`)", None),
            ("Host(${DOMAIN})", None),
            ("!(Host(`a`)) && ClientIP(10.0.0.0/8)", Some(("ClientIP", "10.0.0.0/8"))),
        ] {
            assert_eq!(bare(rule), found, "{rule}");
        }
    }
}
