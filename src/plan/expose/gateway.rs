//! What does a route of the Gateway API say?

use std::collections::BTreeMap;

use super::Route;
use super::auth::Guarded;
use super::routes;
use crate::plan::{Problem, Problems};
use crate::profile::{Auth, Profile};
use crate::units::Seconds;

/// The way in by an `HTTPRoute`.
#[derive(Clone, Debug)]
pub struct Gateway {
    /// The Gateway that it attaches to.
    pub parent: Parent,
    /// The host names; none: all of the Gateway's.
    pub hostnames: Vec<String>,
    /// The namespace from whose pods the requests come.
    pub pods: String,
    /// How long an answer may take as a whole.
    pub timeout: Seconds,
    /// What may be asked.
    pub routes: &'static [Route],
    /// The user's annotations.
    pub annotations: BTreeMap<String, String>,
    /// Why nobody is asked who they are, where that is so.
    pub open_because: Option<String>,
}

/// A Gateway, and which of its listeners.
#[derive(Clone, Debug)]
pub struct Parent {
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// The listener; none: all of them.
    pub section: Option<String>,
}

/// The longest that a duration of the Gateway API can be: five digits before its unit (GEP-2257).
const LONGEST: Seconds = Seconds(99_999);

pub(super) fn plan(profile: &Profile, problems: &mut Problems) -> Option<Gateway> {
    let asked = profile.expose.gateway.as_ref()?;
    let guarded = Guarded {
        field: "expose.gateway",
        auth: asked.auth.as_ref(),
        // A filter for it is experimental, and each implementation has a policy of its own.
        asks: &[],
        who: "a route of the Gateway API by itself",
        // Whether it is encrypted, the Gateway says.
        encrypted: true,
        // Its policies stand in objects of their own.
        kept_by: Some("a policy of the Gateway"),
    };
    guarded.check(profile, problems);
    if asked.timeout > LONGEST || asked.timeout == Seconds(0) {
        problems.error(
            Problem::new("expose.gateway.timeout", format!("{} is no timeout that a route can have", asked.timeout))
                .help("1s to 24h"),
        );
    }
    let namespace = asked.parent.namespace.as_ref().unwrap_or(&profile.namespace).to_string();
    Some(Gateway {
        pods: asked.controller_namespace.as_ref().map_or_else(|| namespace.clone(), ToString::to_string),
        parent: Parent {
            name: asked.parent.name.to_string(),
            namespace,
            section: asked.parent.section.as_ref().map(ToString::to_string),
        },
        hostnames: asked.hostnames.iter().map(ToString::to_string).collect(),
        timeout: asked.timeout,
        routes: routes::of(asked.paths),
        annotations: asked.annotations.iter().map(|(key, value)| (key.to_string(), value.clone())).collect(),
        open_because: match &asked.auth {
            Some(Auth::None(reason)) => Some(reason.clone()),
            _ => None,
        },
    })
}
