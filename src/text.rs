//! Text with names in it: what stands at the top of a bundle. The only file that knows minijinja.

use std::sync::LazyLock;

use minijinja::{Environment, UndefinedBehavior, context};

use crate::plan::{Delivery, Plan, Store};

/// What a bundle was made from.
#[derive(Clone, Debug, Default)]
pub struct MadeFrom {
    /// What people call the profile.
    pub profile: String,
    /// `PATH=VALUE` for every value that is only an example.
    pub examples: Vec<String>,
}

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    templates.add_template("header", include_str!("../templates/header.j2")).expect("the template parses");
    templates
});

/// The lines at the top of a bundle, for whoever finds it in a repository.
///
/// # Panics
/// Never: the template and all its names are in this file.
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
    let template = TEMPLATES.get_template("header").expect("it was added");
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
    template.render(context).expect("every name of the template is in its context")
}
