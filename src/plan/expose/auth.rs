//! Is anybody who comes from outside asked who they are?

use crate::plan::{Problem, Problems};
use crate::profile::{Auth, Profile};

/// A way in that is to be guarded.
pub(super) struct Guarded<'a> {
    /// The field of the profile.
    pub field: &'static str,
    /// What the profile says.
    pub auth: Option<&'a Auth>,
    /// What can be asked there: `basic`, `url`, `oidc`.
    pub asks: &'static [&'static str],
    /// Who asks, in a message: `an ALB`.
    pub who: &'static str,
    /// Whether names and passwords are encrypted on their way.
    pub encrypted: bool,
    /// Who keeps strangers out where the profile says nothing, so that it may be left at a warning.
    pub kept_by: Option<&'static str>,
}

/// How a kind of asking is written.
fn written(kind: &str) -> &'static str {
    match kind {
        "basic" => "{basic: SECRET}",
        "url" => "{url: \"http://SERVICE.NAMESPACE.svc/PATH\"}",
        _ => "{oidc: {…}}",
    }
}

impl Guarded<'_> {
    /// Refuses what lets everybody in without a reason, or asks where nobody can.
    pub(super) fn check(&self, profile: &Profile, problems: &mut Problems) {
        let keyed = profile.expose.proxy.as_ref().is_some_and(|proxy| proxy.keys.is_some());
        let kind = match self.auth {
            None if keyed => return self.warn_of_clear_text(problems),
            None => {
                return match self.kept_by {
                    Some(kept_by) => problems.warning(self.open(&format!("{kept_by} alone keeps others out"))),
                    None => problems.error(self.open("this would be open to whoever reaches it")),
                };
            }
            Some(Auth::None(reason)) if reason.trim().is_empty() => {
                return problems.error(
                    Problem::new(format!("{}.auth", self.field), "no reason is given for letting everybody in")
                        .help("say why that is safe here"),
                );
            }
            Some(Auth::None(_)) => return self.warn_of_clear_text(problems),
            Some(Auth::Basic(_)) => "basic",
            Some(Auth::Url(_)) => "url",
            Some(Auth::Oidc(_)) => "oidc",
        };
        for (field, url) in self.urls() {
            if !(url.starts_with("https://") || url.starts_with("http://") && kind == "url")
                || url.contains(|c: char| c.is_whitespace() || c.is_control() || "\"\\".contains(c))
            {
                let wanted = if kind == "url" { "http://SERVICE.NAMESPACE.svc/PATH" } else { "https://…" };
                problems.error(
                    Problem::new(format!("{}.auth.{field}", self.field), format!("\"{url}\" is no address"))
                        .help(format!("expected {wanted}")),
                );
            }
        }
        if !self.asks.contains(&kind) {
            let what = match kind {
                "basic" => "knows no passwords",
                "url" => "asks no other service",
                _ => "sends nobody to sign in",
            };
            problems.error(
                Problem::new(format!("{}.auth", self.field), format!("{} {what}", self.who)).help(self.ways_out()),
            );
        } else if !self.encrypted && kind == "oidc" {
            problems.error(
                Problem::new(format!("{}.auth", self.field), "an ALB asks for names over https alone").help("add tls"),
            );
        } else if !self.encrypted {
            problems.error(
                Problem::new(format!("{}.auth", self.field), "the passwords would cross the network in clear")
                    .help("add tls: {secret: NAME} or tls: {clusterIssuer: NAME}"),
            );
        }
    }

    /// The addresses that are named, each with its field.
    fn urls(&self) -> Vec<(&'static str, &str)> {
        match self.auth {
            Some(Auth::Url(url)) => vec![("url", url)],
            Some(Auth::Oidc(oidc)) => vec![
                ("oidc.issuer", &oidc.issuer),
                ("oidc.authorizationEndpoint", &oidc.authorization_endpoint),
                ("oidc.tokenEndpoint", &oidc.token_endpoint),
                ("oidc.userInfoEndpoint", &oidc.user_info_endpoint),
            ],
            _ => Vec::new(),
        }
    }

    fn open(&self, so: &str) -> Problem {
        let message = format!("Ollama asks nobody who they are: {so}");
        Problem::new(self.field, message).help(self.ways_out())
    }

    fn ways_out(&self) -> String {
        let first = self.asks.iter().map(|kind| format!("auth: {}", written(kind)));
        let keys = "expose.proxy: {keys: SECRET} for API keys".to_owned();
        let mut ways: Vec<String> = first.chain([keys]).collect();
        ways.push("or auth: {none: \"why that is safe here\"}".to_owned());
        ways.join(", ")
    }

    fn warn_of_clear_text(&self, problems: &mut Problems) {
        if !self.encrypted {
            problems.warning(
                Problem::new(self.field, "prompts, answers and keys cross the network in clear").help("add tls"),
            );
        }
    }
}
