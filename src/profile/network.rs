//! What does a profile say of the network: who may talk to whom?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::names::{Cidr, DnsLabel};

/// Who may talk to the servers, and what the pods may reach.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Network {
    /// Who may connect; none given: the release's own namespace. What `expose` needs is added.
    pub allow_from: Vec<Peer>,
    /// What the pods may connect to.
    pub egress: Egress,
}

/// Somebody who may connect.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Peer {
    /// All pods of a namespace.
    Namespace(DnsLabel),
    /// All addresses of a range.
    Cidr(Cidr),
}

/// What the pods may connect to.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Egress {
    /// DNS; whoever pulls also the registry.
    #[default]
    Restricted,
    /// Everything.
    Open,
}
