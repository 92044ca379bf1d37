//! How wide is a network's graph at its widest point: what each token of a micro-batch needs while it is computed.

use crate::facts::{self, Network};

/// Floats that a token of the micro-batch needs at the widest point of the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Graph {
    /// With flash attention and an f16 cache.
    pub fused: u64,
    /// With flash attention and a quantised cache, whose keys and values are rotated.
    pub quantised: u64,
    /// Bytes of the matrices that rotate them.
    pub rotation: u64,
    /// Without flash attention, besides the matrix of all heads and cells.
    pub unfused: u64,
    /// Attention heads: rows of that matrix.
    pub heads: u64,
}

/// The rotation of the widest heads measured took 1 MiB.
const ROTATION: u64 = 1 << 20;

impl Graph {
    /// What is assumed of a network whose dimensions nobody gave: the widest measured, llama3.1:405b.
    pub const WIDEST: Self =
        Self { fused: 225_286, quantised: 208_902, rotation: ROTATION, unfused: 83_972, heads: 128 };

    /// Measured, where it was; otherwise what follows from the dimensions.
    pub fn of(network: &Network) -> Self {
        let heads = network.heads;
        let facts::Graph { fused, quantised, rotation, unfused } = network.graph;
        if fused > 0 {
            // An encoder has no cache to quantise, and no other way to attend.
            let or_fused = |width: u64| if width > 0 { width } else { fused };
            return Self { fused, quantised: or_fused(quantised), rotation, unfused: or_fused(unfused), heads };
        }
        if network.embedding == 0 || heads == 0 {
            return Self::WIDEST;
        }
        Self::from_dimensions(network)
    }

    /// From the dimensions alone. Dense networks: exact for the 11 measured, where the feed-forward part is the
    /// widest point. Others: a bound that no measured network exceeded, by up to half too wide.
    fn from_dimensions(network: &Network) -> Self {
        let width = network.embedding;
        let dim = network.head_dim.max(network.global_head_dim);
        let query = network.heads.saturating_mul(dim);
        let chosen = network.experts_used.saturating_mul(network.expert_feed_forward);
        let feed = network.feed_forward.max(chosen);
        let latent = 2 * network.heads * (network.kv_lora + network.rope_dim);
        let plain = network.experts == 0 && network.kv_lora == 0 && network.per_layer == 0 && network.state == 0;
        // Positions, cells and tokens of the batch.
        let inputs = 10;
        let around = 3 * feed + 3 * width;
        let (fused, quantised) = if plain {
            let rotated = match query.cmp(&width) {
                std::cmp::Ordering::Equal => 0,
                std::cmp::Ordering::Greater => query,
                std::cmp::Ordering::Less => 2 * query,
            };
            (around + query, around + rotated)
        } else {
            let experts = 2 * network.experts_used * width + chosen + 3 * width + query;
            // Keys wider than values are put together from two parts (deepseek2): there attention is the widest point.
            let joined = if network.head_dim_v > 0 { 4 * width + 5 * query } else { 0 };
            // Small networks are widest where a recurrent layer convolves.
            let convolved = 4 * (network.inner + 2 * network.groups * network.state);
            let bound = (around + 2 * query).max(experts).max(joined).max(convolved)
                + network.layers * network.per_layer
                + latent;
            (bound, bound + query)
        };
        let unfused = 3 * width
            + 4 * query
            + 2 * network.kv_heads * network.head_dim
            + network.layers * network.per_layer
            + latent;
        // The output of an embedding model that is no encoder is computed for the whole micro-batch.
        let output = if network.pooling && !network.is_encoder() { network.vocabulary + width } else { 0 };
        Self {
            fused: fused.max(output) + inputs,
            quantised: quantised.max(output) + inputs,
            rotation: ROTATION,
            unfused: unfused.max(output),
            heads: network.heads,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::NETWORKS;

    #[test]
    fn the_width_that_follows_from_the_dimensions_is_never_less_than_what_was_measured() {
        for network in NETWORKS.iter().filter(|network| network.graph.fused > 0 && !network.pooling) {
            let derived = Graph::from_dimensions(network);
            let measured = network.graph;
            let close = |derived: u64, measured: u64, percent: u64| {
                assert!(derived * 100 >= measured * 95, "{}: {derived} under {measured}", network.name);
                assert!(derived * 100 <= measured * percent, "{}: {derived} over {measured}", network.name);
            };
            close(derived.fused, measured.fused, 200);
            close(derived.quantised, measured.quantised, 200);
        }
    }
}
