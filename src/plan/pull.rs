//! How long may things take: pulling, loading, starting, stopping?

use super::{Because, PlannedModel, Problem, Problems, models};
use crate::profile::{Auto, Profile};
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
    /// One try of one model: progress is kept, so a connection that stands still costs no more than this.
    pub pull_try: Seconds,
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

/// A slow line, 80 Mbit/s: what a pull may take is measured by it, twice over.
const DOWNLOAD: Throughput = Throughput { per_second: 10_000_000, name: "10 MB/s" };
/// A slow store, a hard disk or a busy file server: what a load and a check sum may take is measured by it.
const STORE: Throughput = Throughput { per_second: 100_000_000, name: "100 MB/s" };
/// GPU discovery may take 30 s for each of three libraries and 30 s more. Source: ollama v0.32.15
/// `discover/runner.go` 84. The rest is a busy node.
const STARTUP: Seconds = Seconds(180);
/// Until a node has fetched the image, some 4 GB.
const IMAGE: Seconds = Seconds(600);

struct Throughput {
    per_second: u64,
    name: &'static str,
}

impl Throughput {
    fn time_for(&self, amount: Bytes) -> Seconds {
        Seconds(u32::try_from(amount.0 / self.per_second).unwrap_or(u32::MAX / 4))
    }
}

pub(super) fn times(profile: &Profile, planned: &[PlannedModel], problems: &mut Problems) -> Times {
    let (all, largest) = (models::all_weights(planned), models::largest_weights(planned));
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
    let downloading = DOWNLOAD.time_for(all);
    let pull = match profile.pull.timeout {
        Auto::Given(given) => {
            if given < downloading {
                problems.warning(
                    Problem::new(
                        "pull.timeout",
                        format!(
                            "{} GiB take {downloading} at {}: a slow line would not make it in {given}",
                            all.in_gib(),
                            DOWNLOAD.name
                        ),
                    )
                    .help("leave timeout out"),
                );
            }
            Because::new(given, "as the profile says")
        }
        Auto::Auto => {
            let value = (downloading + downloading + Seconds(600)).round_up(600);
            Because::new(
                value,
                format!("{value} to pull {} GiB: at {}, twice over, and 10 minutes", all.in_gib(), DOWNLOAD.name),
            )
        }
    };
    let drain = profile.server.drain;
    let grace = drain + Seconds(30);
    let progress = pull.value + IMAGE + STARTUP + grace;
    Times {
        startup: Because::new(STARTUP, "GPU discovery takes up to two minutes where a library hangs"),
        load,
        pull_try: (Seconds(900) + reading).round_up(60),
        drain,
        grace: Because::new(grace, format!("{drain} for open connections, 30s to stop")),
        progress: Because::new(
            progress,
            format!("longer than the pull ({}), the image (10m), a start (3m) and a stop ({grace})", pull.value),
        ),
        pull,
    }
}
