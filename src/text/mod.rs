//! Text with names in it: what stands at the top of a bundle, and what people read beside it. The only part that knows
//! minijinja.

mod about;
mod haproxy;
mod lines;
mod parts;
mod runbook;
mod templates;
mod traits;

use minijinja::context;

pub use haproxy::{Paths, haproxy};
pub use runbook::{notes, runbook};

use crate::plan::{Delivery, Plan, Store};

/// What a bundle was made from.
#[derive(Clone, Debug, Default)]
pub struct MadeFrom {
    /// What people call the profile.
    pub profile: String,
    /// `PATH=VALUE` for every value that is only an example.
    pub examples: Vec<String>,
}

/// The lines at the top of a bundle, for whoever finds it in a repository.
pub fn header(plan: &Plan, made_from: &MadeFrom, puller: Option<&str>) -> String {
    let needs: Vec<_> = plan
        .prerequisites()
        .into_iter()
        .map(|object| context! { kind => object.kind, name => object.name, holds => object.holds })
        .collect();
    let workload = if matches!(plan.store, Store::ClaimEach(_)) { "statefulset" } else { "deployment" };
    let (container, tells) = match plan.delivery {
        Delivery::Init => ("pull", "the pull"),
        Delivery::Copy(_) => ("copy", "the copying"),
        Delivery::Job | Delivery::Nobody => ("wait", "what is missing, and where to look"),
    };
    let context = context! {
        profile => &made_from.profile,
        examples => &made_from.examples,
        needs,
        namespace => &plan.release.namespace,
        name => &plan.release.name,
        model => plan.models[0].name.to_string(),
        puller,
        workload,
        container,
        tells,
    };
    templates::fill("header", context)
}
