//! Text with names in it: what stands at the top of a bundle. The only file that knows minijinja.

use std::sync::LazyLock;

use minijinja::{Environment, UndefinedBehavior, context};

use crate::plan::Plan;

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
    let secrets = plan.ingress.iter().flat_map(|ingress| &ingress.secrets);
    let secrets: Vec<_> = secrets.map(|(name, holds)| context! { name, holds => *holds }).collect();
    let template = TEMPLATES.get_template("header").expect("it was added");
    let context = context! {
        profile => &made_from.profile,
        examples => &made_from.examples,
        secrets,
        namespace => &plan.release.namespace,
        name => &plan.release.name,
        model => plan.models[0].name.to_string(),
        puller,
    };
    template.render(context).expect("every name of the template is in its context")
}
