//! `ingress-tls`: prompts and answers cross the network as plain text.

use super::{Findings, Rule, Severity, Versions};
use crate::bundle::Object;
use crate::scope::{Reach, Scope};

pub(super) const RULE: Rule = Rule {
    id: "ingress-tls",
    severity: Severity::Info,
    summary: "prompts and answers cross the network as plain text",
    versions: Versions::All,
    docs: include_str!("ingress_tls.md"),
    check,
};

const ENTRY: &str = "traefik.ingress.kubernetes.io/router.entrypoints";
const ENTRY_TOO: &str = ", traefik.ingress.kubernetes.io/router.entrypoints: websecure";

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for door in scope.doors() {
        let Object::Ingress(ingress) = door.item.object else { continue };
        let has_tls = ingress.spec.as_ref().is_some_and(|spec| spec.tls.as_ref().is_some_and(|tls| !tls.is_empty()));
        if has_tls || door.hosts.is_empty() || door.reach() != Reach::Outside {
            continue;
        }
        let annotations = door.item.object.metadata().annotations.iter().flatten();
        let may_be_elsewhere = annotations.into_iter().any(|(key, value)| {
            let words = ["cert", "tls", "ssl", "cloudflare", "backend-protocol"];
            words.iter().any(|word| key.contains(word)) || value.contains("websecure") || value.contains("HTTPS")
        });
        let is_tunnel = door.class().is_some_and(|class| class.contains("cloudflare") || class.contains("ngrok"));
        let entry = if door.item.annotation(ENTRY).is_some() { ENTRY_TOO } else { "" };
        if !may_be_elsewhere && !is_tunnel {
            findings.add(
                door.item,
                "spec.tls",
                format!("`{}` has no certificate: prompts and answers can be read on the way", door.name()),
                format!(
                    "set spec.tls: [{{hosts: [{}], secretName: ollama-tls}}]{entry}, and make that Secret: \
                     kubectl create secret tls, or cert-manager",
                    door.name()
                ),
            );
        }
    }
}
