//! How is a bundle written, so that every reader gets the same strings and people get the reasons?
//!
//! kubectl reads YAML 1.1 and kustomize YAML 1.2, so whatever either could take for something else is quoted.
//! No layout is ever changed for its own sake: a line of output is a line of somebody's diff.

mod collections;
mod emit;
mod order;
mod scalar;
mod serialize;

use serde::Serialize;

use crate::bundle::{Bundle, Comment, Object};
use k8s_openapi::serde_json;

/// What to write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Documents in block style, for people and repositories.
    #[default]
    Yaml,
    /// Documents in Kubernetes' own subset of YAML: braces, and every string in quotes.
    Kyaml,
    /// One `List`, for scripts. JSON has no comments, so the reasons are left out.
    Json,
}

/// Appends a bundle to `out`.
pub fn write(bundle: &Bundle, format: Format, out: &mut String) {
    let layout = match format {
        Format::Yaml => emit::Layout::Block,
        Format::Kyaml => emit::Layout::Braces,
        Format::Json => return json(bundle, out),
    };
    emit::comment(out, &bundle.header, 0);
    for commented in &bundle.objects {
        out.push_str("---\n");
        serialize::document(out, layout, &commented.object, &commented.comments);
    }
}

/// Appends something that is no object of a bundle as a document, with sentences above its fields.
pub fn write_document(document: &impl Serialize, comments: &[Comment], out: &mut String) {
    out.push_str("---\n");
    serialize::document(out, emit::Layout::Block, document, comments);
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct List<'a> {
    api_version: &'static str,
    kind: &'static str,
    items: Vec<&'a Object>,
}

fn json(bundle: &Bundle, out: &mut String) {
    let list = List { api_version: "v1", kind: "List", items: bundle.iter().collect() };
    out.push_str(&serde_json::to_string_pretty(&list).expect("objects have no keys but text"));
    out.push('\n');
}
