//! How long may things take: pulling, loading, starting, stopping?

use super::{Because, Delivery, PlannedModel, Problem, Problems, models};
use crate::profile::{Auto, Profile};
use crate::sizing::{DOWNLOAD, STORE};
use crate::units::{Bytes, Millicores, Seconds};

/// How long things may take.
#[derive(Clone, Debug)]
pub struct Times {
    /// Until the server answers at all, whatever it has.
    pub startup: Because<Seconds>,
    /// A load that stands still for this long has failed.
    pub load: Because<Seconds>,
    /// Until all models are in the store.
    pub pull: Because<Seconds>,
    /// How long a stopping server waits for open connections.
    pub drain: Seconds,
    /// Until a stopping server is killed.
    pub grace: Because<Seconds>,
    /// Until a rollout counts as failed.
    pub progress: Because<Seconds>,
}

/// CPU of whoever pulls: unpacking and checking sums are single-threaded.
pub const PULLER_CPU: Millicores = Millicores(1000);
/// Memory of whoever pulls: Ollama writes as it reads; the rest is page cache.
pub const PULLER_MEMORY: Bytes = Bytes::gib(1);

/// GPU discovery may take 30 s for each of three libraries and 30 s more. Source: ollama v0.32.15
/// `discover/runner.go` 84. The rest is a busy node.
pub(super) const STARTUP: Seconds = Seconds(180);
/// Until a node has fetched the image, some 4 GB.
pub(super) const IMAGE: Seconds = Seconds(600);

pub(super) fn times(
    profile: &Profile,
    planned: &[PlannedModel],
    delivery: &Delivery,
    problems: &mut Problems,
) -> Times {
    let largest = models::largest_weights(planned);
    let reading = STORE.time_for(largest);
    let load = match profile.server.load_timeout {
        Auto::Given(given) => Because::new(given, "as the profile says"),
        Auto::Auto => {
            let value = (reading + reading).max(Seconds(300)).round_up(60);
            Because::new(
                value,
                format!(
                    "a load that stands still: {} GiB at {}, twice over, at least 5m",
                    largest.in_gib(),
                    STORE.name
                ),
            )
        }
    };
    let pull = pull(profile, models::all_weights(planned), delivery, problems);
    let startup = startup(planned);
    let drain = profile.server.drain;
    let grace = drain + Seconds(30);
    let progress = pull.value + IMAGE + startup.value + grace;
    let brought = if *delivery == Delivery::Job || *delivery == Delivery::Init { "pull" } else { "models" };
    Times {
        load,
        drain,
        grace: Because::new(grace, format!("{drain} for open connections, 30s to stop")),
        progress: Because::new(
            progress,
            format!(
                "longer than the {brought} ({}), the image (10m), a start ({}) and a stop ({grace})",
                pull.value, startup.value
            ),
        ),
        pull,
        startup,
    }
}

/// Until all models are in the store: pulled, copied, or brought by somebody on a line like that of a pull.
fn pull(profile: &Profile, all: Bytes, delivery: &Delivery, problems: &mut Problems) -> Because<Seconds> {
    let (line, what) = match delivery {
        Delivery::Copy(_) => (STORE, "copy"),
        Delivery::Init | Delivery::Job => (DOWNLOAD, "pull"),
        Delivery::Nobody => (DOWNLOAD, "bring"),
    };
    let once = line.time_for(all);
    if let Auto::Given(given) = profile.pull.timeout {
        if given < once {
            problems.warning(
                Problem::new(
                    "pull.timeout",
                    format!(
                        "{} GiB take {once} at {}: a slow line would not make it in {given}",
                        all.in_gib(),
                        line.name
                    ),
                )
                .help("leave timeout out"),
            );
        }
        return Because::new(given, "as the profile says");
    }
    let value = (once + once + Seconds(600)).round_up(600);
    let reason = format!("{value} to {what} {} GiB: at {}, twice over, and 10 minutes", all.in_gib(), line.name);
    Because::new(value, reason)
}

/// Until a server answers, and has loaded what it is to load before it is ready.
fn startup(planned: &[PlannedModel]) -> Because<Seconds> {
    let preloaded: Bytes = planned.iter().filter(|model| model.preload).map(PlannedModel::disk).sum();
    if preloaded == Bytes(0) {
        return Because::new(STARTUP, "GPU discovery takes up to two minutes where a library hangs");
    }
    let reading = STORE.time_for(preloaded);
    let value = (STARTUP + reading + reading).round_up(60);
    let reason = format!("{STARTUP} to start, and to load {} GiB: at {}, twice over", preloaded.in_gib(), STORE.name);
    Because::new(value, reason)
}

/// Models that are loaded before a server is ready must be in memory together, else each pushes out the one before.
pub(super) fn preload(planned: &[PlannedModel], loaded: usize, problems: &mut Problems) {
    let preloaded = planned.iter().filter(|model| model.preload).count();
    if preloaded > loaded {
        let last = planned.iter().rposition(|model| model.preload).unwrap_or_default();
        let message =
            format!("{preloaded} models are to be loaded at the start, and {loaded} can be in memory at once");
        problems.error(
            Problem::new(format!("models[{last}].preload"), message)
                .help("preload only those that stay, or give the server more memory"),
        );
    }
}
