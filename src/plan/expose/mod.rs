//! How are the servers reached: by which Service, through which proxy, and by which ways from outside?

mod annotations;
mod auth;
mod controller;
mod gateway;
mod ingress;
mod proxy;
mod routes;
mod service;

pub use gateway::{Gateway, Parent};
pub use ingress::{Class, Companion, Ingress, IngressKind, Tls};
pub use proxy::{AccessProxy, Metrics};
pub use routes::Route;
pub use service::{Service, ServiceKind};

use super::Problems;
use crate::facts;
use crate::profile::Profile;

/// All ways to the servers.
pub(super) struct Ways {
    pub service: Service,
    pub proxy: Option<AccessProxy>,
    pub ingress: Option<Ingress>,
    pub gateway: Option<Gateway>,
}

pub(super) fn plan(profile: &Profile, platform: &facts::Platform, in_work: u64, problems: &mut Problems) -> Ways {
    let proxy = proxy::plan(profile, in_work, problems);
    let ingress = ingress::plan(profile, problems);
    let gateway = gateway::plan(profile, problems);
    let mut service = service::plan(profile, platform, problems);
    if let Some(ingress) = &ingress {
        service.annotate(&ingress.of_service);
    }
    Ways { service, proxy, ingress, gateway }
}
