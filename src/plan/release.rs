//! What are things called? A name that two objects use is derived here and nowhere else.

use std::collections::BTreeMap;

use super::{Image, Problem, Problems};
use crate::facts::{self, Platform};
use crate::profile::{OUR_LABELS, PodSecurity, Profile, Security};

/// Names, labels and the namespace of a release.
#[derive(Clone, Debug)]
pub struct Release {
    /// The name of the release.
    pub name: String,
    /// The namespace of everything that has one.
    pub namespace: String,
    /// Whether the bundle brings the namespace.
    pub creates_namespace: bool,
    /// The Pod Security level of the namespace.
    pub pod_security: &'static str,
    /// The release of Kubernetes whose Pod Security rules are meant.
    pub pod_security_version: String,
    /// The user and group of every process; none: those that the cluster gives the namespace.
    pub user: Option<u32>,
    /// Annotations of the pods that the platform looks at.
    pub pod_annotations: BTreeMap<String, String>,
    /// The version of the server, as a label's value.
    pub version: Option<String>,
    /// The user's labels.
    pub labels: BTreeMap<String, String>,
    /// The user's annotations.
    pub annotations: BTreeMap<String, String>,
}

/// What a pod is for; selectors tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Component {
    /// Answers requests.
    Server,
    /// Fills the store.
    Puller,
}

impl Component {
    /// The value of `app.kubernetes.io/component`.
    pub fn label(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Puller => "puller",
        }
    }
}

impl Release {
    /// The claim that holds the models.
    pub fn claim(&self) -> String {
        format!("{}-models", self.name)
    }

    /// What claims for GPUs are made of; its name has a hash behind it.
    pub fn devices(&self) -> String {
        format!("{}-gpu", self.name)
    }

    /// The Service that gives each server of a `StatefulSet` a name.
    pub fn headless(&self) -> String {
        format!("{}-servers", self.name)
    }

    /// The class that the bundle brings: cluster-wide, so the namespace is part of it.
    pub fn storage_class(&self) -> String {
        format!("{}-{}-models", self.namespace, self.name)
    }

    /// The server's settings.
    pub fn settings(&self) -> String {
        format!("{}-settings", self.name)
    }

    /// The scripts.
    pub fn scripts(&self) -> String {
        format!("{}-scripts", self.name)
    }

    /// The configuration of the proxy beside each server.
    pub fn proxy(&self) -> String {
        format!("{}-proxy", self.name)
    }

    /// What the puller's objects are called; the Job's name has a hash behind it.
    pub fn puller(&self) -> String {
        format!("{}-pull", self.name)
    }

    /// What finds the objects of a component on the command line: `kubectl get -l THIS`.
    pub fn find(&self, component: Component) -> String {
        format!("app.kubernetes.io/instance={},app.kubernetes.io/component={}", self.name, component.label())
    }

    /// What selects the pods of a component, and nothing else, for ever.
    pub fn selector(&self, component: Component) -> BTreeMap<String, String> {
        [
            ("app.kubernetes.io/name", "ollama"),
            ("app.kubernetes.io/instance", self.name.as_str()),
            ("app.kubernetes.io/component", component.label()),
        ]
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .into()
    }
}

pub(super) fn plan(profile: &Profile, platform: &Platform, image: &Image, problems: &mut Problems) -> Release {
    for key in profile.labels.keys().filter(|key| OUR_LABELS.contains(&&***key)) {
        problems.error(
            Problem::new("labels", format!("the label `{key}` belongs to the bundle: selectors depend on it"))
                .help("leave it out; the instance is the profile's `name`"),
        );
    }
    let user = profile.security.run_as_user;
    if user.is_some_and(|user| i32::try_from(user).is_err()) {
        problems.error(
            Problem::new("security.runAsUser", "Kubernetes knows no user of that number")
                .help("1000 is the image's own user; at most 2147483647"),
        );
    }
    if user == Some(0) {
        problems.error(
            Problem::new("security.runAsUser", "the pods would run as root, which Pod Security `restricted` refuses")
                .help("1000 is the image's own user; any other above 0 works as well"),
        );
    }
    if user.is_some() && platform.gives_user {
        let message = format!("{} gives each namespace its users, and refuses others", platform.name);
        problems.warning(
            Problem::new("security.runAsUser", message).and("platform", "this one").help(format!(
                "leave it out, or let the ServiceAccount {} use the constraints nonroot-v2",
                profile.name
            )),
        );
    }
    Release {
        name: profile.name.to_string(),
        namespace: profile.namespace.to_string(),
        creates_namespace: profile.create_namespace,
        pod_security: match profile.security.pod_security {
            PodSecurity::Restricted => "restricted",
            PodSecurity::Baseline => "baseline",
        },
        pod_security_version: format!("v{}", profile.kubernetes),
        user: user.or((!platform.gives_user).then_some(Security::USER)),
        pod_annotations: match user {
            None => {
                let pairs = facts::pairs(platform.pod_annotations);
                pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
            }
            Some(_) => BTreeMap::new(),
        },
        version: image.version.clone(),
        labels: profile.labels.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect(),
        annotations: profile.annotations.iter().map(|(key, value)| (key.to_string(), value.clone())).collect(),
    }
}
