//! Does the JSON Schema of a profile say what `render` says, field by field?

mod built_in;

use std::path::Path;
use std::{fs, iter};

use k8s_openapi::serde_json::{self, Value, json};
use ollama_k8s::profile::{self, BUILT_IN, Covers, Field, Form, schema};
use ollama_k8s::tree::Sources;

fn validator(covers: Covers) -> jsonschema::Validator {
    let schema = schema(covers);
    assert!(jsonschema::meta::is_valid(&schema), "it is a schema itself");
    jsonschema::draft202012::new(&schema).expect("a schema of 2020-12")
}

/// What an editor's reader makes of a text, by YAML 1.2; nothing where it is no single document.
fn value(text: &str) -> Option<Value> {
    serde_saphyr::from_str_with_options(text, serde_saphyr::options! { strict_booleans: true }).ok()
}

/// Whether the tool can read a profile, and if it can: the fields that it then refuses.
fn said(text: &str) -> Option<impl FnOnce() -> Vec<String>> {
    let mut sources = Sources::default();
    let base = sources.add("llama-farm.yaml", text);
    let loaded = profile::assemble(&sources, base, &[], &[]).ok()?;
    Some(move || {
        let problems = ollama_k8s::plan::resolve(&loaded.profile).err().unwrap_or_default();
        problems.into_iter().flat_map(|problem| problem.fields).map(|(field, _)| field).collect()
    })
}

/// The profiles of the README.
fn shown() -> Vec<&'static str> {
    let readme = include_str!("../README.md");
    let blocks = readme.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.filter(|block| block.contains("kind: Profile")).collect()
}

/// Parts of profiles, which are laid on another one.
fn shown_parts() -> Vec<&'static str> {
    let readme = include_str!("../README.md");
    let blocks = readme.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks
        .filter(|block| {
            ["pull:", "models:", "autoscale:", "environments:", "gitops:"].iter().any(|key| block.starts_with(key))
        })
        .collect()
}

#[test]
fn built_in_profiles_and_those_of_the_readme_are_valid() {
    let (whole, layer) = (validator(Covers::Profile), validator(Covers::Layer));
    let profiles: Vec<&str> = BUILT_IN.iter().map(|profile| profile.text).chain(shown()).collect();
    assert!(profiles.len() > BUILT_IN.len());
    for text in profiles {
        let value = value(text).expect("YAML");
        let errors: Vec<String> = whole.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{text}\n{errors:?}");
        assert!(layer.is_valid(&value), "a profile is a layer: {text}");
    }
    assert!(shown_parts().len() >= 4);
    for part in shown_parts() {
        let value = value(part).expect("YAML");
        assert!(layer.is_valid(&value) && !whole.is_valid(&value), "{part}");
    }
}

#[test]
fn what_is_refused_for_a_field_by_itself_is_invalid() {
    // The others are wrong in what fields say together, or in what only the catalogue knows.
    let together = [
        "72b-in-4gi",
        "amd-without-rocm",
        "autopilot-any-gpu",
        "claim-too-early",
        "less-than-the-least",
        "open-gateway",
        "open-ingress",
        "open-load-balancer",
        "passwords-on-an-alb",
        "shared-on-a-disk",
        "two-numbers-of-servers",
        "two-on-one-volume",
        "two-slices",
        "unknown-model",
    ];
    let whole = validator(Covers::Profile);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/refused");
    let mut seen = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let Some(value) = value(&fs::read_to_string(&path).expect("text")) else { continue };
        let is_valid = whole.is_valid(&value);
        assert_eq!(is_valid, together.contains(&name.as_str()), "{name}");
        seen.push(name);
    }
    assert!(together.iter().all(|name| seen.iter().any(|seen| seen == name)), "{seen:?}");
}

/// A profile with one field, and what that field needs to be read at all.
fn with(path: &str, written: &str) -> String {
    let mut profile = json!({ "apiVersion": "ollama-k8s/v1", "kind": "Profile", "models": ["llama3.1:8b"] });
    let around = [
        (
            "expose.ingress.",
            json!({ "controller": "haproxy", "host": "llama.example.com", "auth": { "basic": "farmers" } }),
        ),
        ("autoscale.", json!({ "max": 4 })),
        ("storage.createClass.", json!({ "provisioner": "nfs.csi.k8s.io" })),
        ("pull.caBundle.", json!({ "configMap": "farm-ca" })),
        ("pull.proxy.", json!({ "https": "http://proxy.example.com:3128" })),
        ("models[].", json!({ "name": "llama3.1:8b" })),
        ("hardware.gpu.", json!({ "vendor": "nvidia" })),
    ];
    let beside = around.iter().find(|(prefix, _)| path.starts_with(prefix));
    if let Some((prefix, value)) = beside {
        put(&mut profile, prefix.trim_end_matches('.'), value.clone());
    }
    // A mark that is replaced by the text itself: `064` and `"64"` are not the same.
    put(&mut profile, path, "MARK".into());
    profile.to_string().replace("\"MARK\"", written)
}

fn put(profile: &mut Value, path: &str, value: Value) {
    let mut at = profile;
    for step in path.split('.') {
        let (key, in_list) = step.strip_suffix("[]").map_or((step, false), |key| (key, true));
        let key = if key == "<key>" { "a" } else { key };
        if !at.is_object() {
            *at = json!({});
        }
        at = &mut at[key];
        if in_list {
            if !at.get(0).is_some_and(Value::is_object) {
                *at = json!([{}]);
            }
            at = &mut at[0];
        }
    }
    *at = value;
}

/// Fields that hold a value themselves, with the forms of it.
fn leaves(field: &Field, found: &mut Vec<Field>) {
    for form in &field.forms {
        match form {
            Form::List(inner) | Form::Map(inner) => leaves(inner, found),
            Form::Mapping { fields, .. } => fields.iter().for_each(|field| leaves(field, found)),
            _ => {}
        }
    }
    if !field.path.is_empty() {
        found.push(field.clone());
    }
}

fn all_fields() -> Vec<Field> {
    let mut found = Vec::new();
    leaves(&Field::root(), &mut found);
    assert!(found.len() > 130, "{}", found.len());
    found
}

/// As people write them, right and wrong.
const WRITTEN: &[&str] = &[
    "null",
    "~",
    "true",
    "false",
    "0",
    "1",
    "2",
    "-1",
    "1.5",
    "8",
    "64",
    "65536",
    "4294967295",
    "4294967296",
    "\"\"",
    "\"8\"",
    "auto",
    "off",
    "on",
    "none",
    "all",
    "forever",
    "llama",
    "\"two words\"",
    "Llama",
    "llama_farm",
    "-llama",
    "llama-",
    "llama.farm",
    "a/b",
    "a/b/c",
    "a/b/c/d",
    "\"a:b\"",
    "\"a:b:c\"",
    "farm.example/llama",
    "64Gi",
    "1.5Gi",
    "0Mi",
    "12gb",
    "64g",
    "90s",
    "15m",
    "1.5h",
    "1d",
    "500m",
    "0m",
    "0.0",
    "\"0.5\"",
    "10.0.0.0/16",
    "10.0.0.0",
    "fd00::/8",
    "\"1.28\"",
    "1.28",
    "\"1.27\"",
    "\"1.38\"",
    "f16",
    "q8_0",
    "q8",
    "nvidia",
    "NVIDIA",
    "l4",
    "\"l4:2\"",
    "\"l4:x\"",
    "ClusterIP",
    "Retain",
    "http://proxy:3128",
    "{}",
    "[]",
    "{a: b}",
    "[a]",
    "{name: llama}",
    "[{name: llama}]",
    "{basic: llama}",
    "{none: why}",
    "{basic: llama, none: why}",
    "{namespace: farm}",
    "[{namespace: farm}]",
    "[{cidr: 10.0.0.0/8}]",
    "{claim: llama}",
    "{image: llama}",
    "[{secretRef: {name: llama}}]",
    "[null]",
    "[1]",
    "{a: 1}",
    "{a: null}",
    "ollama-k8s/v1",
    "Profile",
    "generic",
    "{over: zone}",
    "{maxUnavailable: 1}",
    "{a: {is: b, example: 1}}",
];

#[test]
fn whatever_stands_in_a_field_is_valid_where_it_can_be_read_and_nowhere_else() {
    let whole = validator(Covers::Profile);
    let (mut compared, mut different) = (0, Vec::new());
    for field in all_fields() {
        for written in WRITTEN.iter().filter(|written| !is_beyond_a_schema(&field.path, written)) {
            let text = with(&field.path, written);
            let Some(value) = value(&text) else { continue };
            let (is_valid, said) = (whole.is_valid(&value), said(&text));
            let is_read = said.is_some();
            // What can be read may still be refused for what the field says.
            let is_refused = || said.is_some_and(|said| said().iter().any(|about| is_about(about, &field.path)));
            if is_valid != is_read && (is_valid || !is_refused()) {
                let errors: Vec<String> = whole.iter_errors(&value).map(|error| error.to_string()).collect();
                different
                    .push(format!("{}: {written} is valid: {is_valid}, is read: {is_read} {errors:?}", field.path));
            }
            compared += 1;
        }
    }
    assert!(different.is_empty(), "{} of {compared}:\n{}", different.len(), different.join("\n"));
    assert!(compared > 10_000, "{compared}");
}

/// Where the two differ, for ever.
fn is_beyond_a_schema(path: &str, written: &str) -> bool {
    match written {
        // To a schema the first is the whole number 0; nulls the tool drops before it looks at their keys.
        "0.0" | "{a: null}" => true,
        // An environment is read when it is chosen, and not before.
        _ if path.starts_with("environments") => true,
        // Whether a path of `needs` leads to a field.
        "{a: {is: b, example: 1}}" => path == "needs",
        _ => false,
    }
}

/// Whether a problem is that of a field, of what it is in, or of what is in it.
fn is_about(problem: &str, path: &str) -> bool {
    let plain = |path: &str| path.replace("[0]", "").replace("[]", "");
    let (problem, path) = (plain(problem), plain(path));
    path.starts_with(&problem) || problem.starts_with(&path)
}

#[test]
fn bounds_of_numbers_are_those_of_the_tool() {
    let whole = validator(Covers::Profile);
    let (mut bounded, mut different) = (0, Vec::new());
    for field in all_fields() {
        for (number, inside) in field.forms.iter().flat_map(bounds) {
            let text = with(&field.path, &number.to_string());
            if whole.is_valid(&value(&text).expect("YAML")) != inside {
                different.push(format!("{}: {number} inside {inside}", field.path));
            }
            let refused = said(&text).is_none_or(|said| said().iter().any(|about| is_about(about, &field.path)));
            // Inside, a number may still be too much for something else.
            if !inside && !refused {
                different.push(format!("{}: {number} is taken", field.path));
            }
            bounded += 1;
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
    assert!(bounded > 60, "{bounded}");
}

/// Numbers around the bounds of a form, and whether they are inside.
fn bounds(form: &Form) -> Vec<(u64, bool)> {
    match form {
        Form::Number(least, most) => {
            let below = least.checked_sub(1).map(|number| (number, false));
            below.into_iter().chain([(*least, true), (*most, true), (most + 1, false)]).collect()
        }
        _ => Vec::new(),
    }
}

#[test]
fn a_layer_may_hold_a_part_and_take_things_back() {
    let (whole, layer) = (validator(Covers::Profile), validator(Covers::Layer));
    for part in [
        "server: {contextLength: 16384}",
        "expose: {ingress: {host: llama.example.com}}",
        "expose: {ingress: {auth: {basic: null, none: only inside}}}",
        "expose: null",
        "needs: {storage.class: {example: fast}}",
        "{}",
    ] {
        let value = value(part).expect("YAML");
        assert!(layer.is_valid(&value), "{part}");
        assert!(!whole.is_valid(&value), "{part}");
    }
    for wrong in ["server: {contextLenght: 1}", "replicas: two", "models: [{size: 5Gi}]", "- a"] {
        assert!(!layer.is_valid(&value(wrong).expect("YAML")), "{wrong}");
    }
}

#[test]
fn what_needs_ask_for_does_not_have_to_be_there() {
    let whole = validator(Covers::Profile);
    let ingress = "apiVersion: ollama-k8s/v1\nkind: Profile\nmodels: [llama3.1:8b]\n\
                   expose: {ingress: {controller: haproxy, auth: {none: inside}}}\n";
    assert!(!whole.is_valid(&value(ingress).expect("YAML")));
    let asked = format!("{ingress}needs: {{expose.ingress.host: {{is: the name, example: llama.example.com}}}}\n");
    assert!(whole.is_valid(&value(&asked).expect("YAML")));
    let other = format!("{ingress}needs: {{storage.class: {{is: the class, example: fast}}}}\n");
    assert!(!whole.is_valid(&value(&other).expect("YAML")), "it asks for something else");
}

#[test]
fn every_field_says_what_it_is_and_defaults_are_the_tool_s_own() {
    for field in all_fields().iter().filter(|field| !field.path.ends_with(['>', ']'])) {
        assert!(field.about.ends_with('.'), "{}: {:?}", field.path, field.about);
        assert!(field.about.len() > 8, "{}", field.path);
    }
    for (path, default) in [
        ("server.contextLength", json!(8192)),
        ("server.kvCache", json!("f16")),
        ("server.keepAlive", json!("24h")),
        ("server.promptCache", json!("512Mi")),
        ("kubernetes", json!("1.28")),
        ("storage.size", json!("auto")),
        ("quota", json!("auto")),
        ("expose.service.port", json!(11434)),
        ("pull.caBundle.key", json!("ca.crt")),
        ("replicas", json!(1)),
        ("autoscale.min", json!(1)),
        ("autoscale.pollingInterval", json!("30s")),
    ] {
        assert_eq!(Field::at(path).expect("a field").default, Some(default), "{path}");
    }
}

#[test]
fn the_command_prints_both_schemas() {
    for (more, covers) in [(None, Covers::Profile), (Some("--overlay"), Covers::Layer)] {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_ollama-k8s"))
            .args(iter::once("schema").chain(more))
            .output()
            .expect("it runs");
        let printed: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(printed, schema(covers));
        assert_eq!(printed["$schema"], "https://json-schema.org/draft/2020-12/schema");
    }
}
