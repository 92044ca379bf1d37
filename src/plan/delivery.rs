//! Who brings the models to the servers, and from where?

use super::{PlannedModel, Problem, Problems};
use crate::facts::Version;
use crate::profile::{Profile, PullBy, StoreSource, Topology as Asked};

/// Who brings the models into the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Each pod pulls before it starts.
    Init,
    /// A Job pulls, and the servers wait for it.
    Job,
    /// Each pod copies before it starts.
    Copy(Origin),
    /// Nobody of this bundle: the pods say what is missing.
    Nobody,
}

/// What models are copied from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A claim that is there already.
    Claim(String),
    /// An image.
    Image(String),
}

pub(super) fn plan(
    profile: &Profile,
    origin: Option<Origin>,
    models: &[PlannedModel],
    problems: &mut Problems,
) -> Delivery {
    let delivery = who(profile, origin, problems);
    if let (Delivery::Copy(_) | Delivery::Nobody, Some(at)) =
        (&delivery, models.iter().position(|model| model.made.is_some()))
    {
        problems.error(
            Problem::new(
                format!("models[{at}]"),
                format!("`{}` would have to be made by `ollama create`, and nobody here may write", models[at].name),
            )
            .and("storage.topology", "nothing is pulled")
            .help("make it where the models come from, and leave modelfile and contextLength out"),
        );
    }
    delivery
}

/// `storage.source`, where the topology has one.
pub(super) fn origin(profile: &Profile, problems: &mut Problems) -> Option<Origin> {
    let asked = profile.storage.topology;
    let given = profile.storage.source.as_ref().map(|source| match source {
        StoreSource::Claim(name) => Origin::Claim(name.to_string()),
        StoreSource::Image(reference) => Origin::Image(reference.clone()),
    });
    let field = "storage.source";
    match (asked, &given) {
        (Asked::Copy, None) => problems.error(
            Problem::new("storage.topology", "there is nothing that could be copied")
                .help("add storage.source: {claim: NAME}, or {image: REFERENCE} from Kubernetes 1.36 on"),
        ),
        (Asked::Image, None | Some(Origin::Claim(_))) => {
            let help =
                "add storage.source: {image: REFERENCE}; a claim is mounted by topology: shared, existingClaim: NAME";
            problems.error(Problem::new("storage.topology", "no image is named").help(help));
        }
        (Asked::Copy | Asked::Image, _) | (_, None) => {}
        (_, Some(_)) => problems.error(
            Problem::new(field, "nothing would be taken from there")
                .and("storage.topology", "has no source")
                .help("set topology: copy, or leave source out"),
        ),
    }
    if let Some(Origin::Image(reference)) = &given {
        let is_name =
            !reference.is_empty() && reference.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_./:@".contains(&b));
        if !is_name {
            problems
                .error(Problem::new(field, format!("\"{}\" is not the name of an image", reference.escape_debug())));
        }
        image_volumes(profile, problems);
    }
    given
}

/// Images as volumes are stable in 1.36, and on by default in 1.35 (KEP-4639).
fn image_volumes(profile: &Profile, problems: &mut Problems) {
    if profile.kubernetes >= Version::minor(36) {
        return;
    }
    let problem = Problem::new(
        "storage.source",
        format!("nodes mount images as volumes from Kubernetes 1.36 on, and this must run on {}", profile.kubernetes),
    )
    .and("kubernetes", "the oldest cluster")
    .help("set kubernetes: \"1.36\", or copy from a claim");
    if profile.kubernetes == Version::minor(35) { problems.warning(problem) } else { problems.error(problem) }
}

fn who(profile: &Profile, origin: Option<Origin>, problems: &mut Problems) -> Delivery {
    let asked = profile.storage.topology;
    let field = "pull.by";
    let mut refuse = |message: &str, help: &str| {
        problems.error(Problem::new(field, message).and("storage.topology", asked.name()).help(help));
    };
    match (asked, profile.pull.by) {
        (Asked::Copy | Asked::Image, by) => {
            if matches!(by, PullBy::Job | PullBy::Init) {
                refuse("the models come from storage.source, so nothing is pulled", "leave pull.by out");
            }
            match origin {
                Some(origin) if asked == Asked::Copy => Delivery::Copy(origin),
                _ => Delivery::Nobody,
            }
        }
        (Asked::Ephemeral, PullBy::None) => {
            refuse(
                "the disk of a new pod is empty, and nobody would fill it",
                "leave pull.by out, or set topology: copy",
            );
            Delivery::Init
        }
        (_, PullBy::None) => Delivery::Nobody,
        (Asked::Shared, PullBy::Init) => {
            refuse("all servers would write to one store at once", "leave pull.by out: one Job pulls for all");
            Delivery::Job
        }
        (Asked::Shared, PullBy::Auto | PullBy::Job) => Delivery::Job,
        (Asked::Single | Asked::PerReplica, PullBy::Job) => {
            refuse(
                "the volume is made where its first pod runs: a Job could put it into a zone that no server can reach",
                "leave pull.by out: each server pulls before it starts",
            );
            Delivery::Init
        }
        (Asked::Ephemeral, PullBy::Job) => {
            refuse("a Job cannot reach the disks of the servers", "leave pull.by out: each server pulls for itself");
            Delivery::Init
        }
        (Asked::Single | Asked::PerReplica | Asked::Ephemeral, PullBy::Auto | PullBy::Init) => Delivery::Init,
    }
}
