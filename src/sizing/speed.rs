//! How fast do models come over a line, and out of a store?

use crate::units::{Bytes, Seconds};

/// So many bytes in a second.
#[derive(Clone, Copy, Debug)]
pub struct Throughput {
    per_second: u64,
    /// As people write it.
    pub name: &'static str,
}

/// A slow line, 80 Mbit/s: what a pull may take is measured by it.
pub const DOWNLOAD: Throughput = Throughput { per_second: 10_000_000, name: "10 MB/s" };
/// A slow store, a hard disk or a busy file server: what a load and a check sum may take is measured by it.
pub const STORE: Throughput = Throughput { per_second: 100_000_000, name: "100 MB/s" };

impl Throughput {
    /// How long an amount takes, in whole seconds, rounded down.
    pub fn time_for(&self, amount: Bytes) -> Seconds {
        Seconds(u32::try_from(amount.0 / self.per_second).unwrap_or(u32::MAX / 4))
    }
}
