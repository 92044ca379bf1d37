//! Does every string that is written reach every reader as the same string?
//!
//! The readers: ours, `serde_yaml`, serde-saphyr, kubectl (YAML 1.1) and kustomize (YAML 1.2). kubectl is used
//! where it is installed; the test says so where it is not.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

use k8s_openapi::serde_json::{self, Value as Json};
use ollama_k8s::bundle::{Bundle, Commented, Object};
use ollama_k8s::k8s::{ConfigMap, ObjectMeta};
use ollama_k8s::tree::Sources;
use ollama_k8s::yaml::{self, Format};

/// Strings that some reader of some version of YAML takes for something else when they stand bare, and what
/// trips emitters over: published type lists of YAML 1.1 and 1.2, and reports about other writers.
const TRAPS: &[&str] = &[
    // Booleans and nothing.
    "y",
    "Y",
    "n",
    "N",
    "yes",
    "Yes",
    "YES",
    "no",
    "No",
    "NO",
    "on",
    "On",
    "ON",
    "off",
    "Off",
    "OFF",
    "true",
    "True",
    "TRUE",
    "false",
    "False",
    "FALSE",
    "null",
    "Null",
    "NULL",
    "~",
    "",
    " ",
    // Numbers of all bases, with signs, underscores and exponents.
    "0",
    "1",
    "-1",
    "+1",
    "01",
    "08",
    "0777",
    "-0777",
    "0o777",
    "0O17",
    "0x1F",
    "0X1F",
    "0x_1",
    "+0x1F",
    "0b101",
    "0b1010",
    "1_",
    "1_000",
    "1__0",
    "-1_000",
    "1.0",
    "1.10",
    ".5",
    "1.",
    "1e3",
    "12e3",
    "12e03",
    "1E3",
    "1.e1",
    "1e9",
    "+.5",
    "-.5e-3",
    "1_0.5",
    "685_230.15",
    "0.1e1_0",
    "6.02e+23",
    "9223372036854775808",
    "123456789012345678901234567890",
    ".inf",
    "-.inf",
    "+.inf",
    ".Inf",
    ".INF",
    ".nan",
    ".NaN",
    ".NAN",
    "inf",
    "nan",
    "NaN",
    "Infinity",
    "1e400",
    "0x",
    "1e",
    "e3",
    "1.2.3",
    "0.34.2",
    "1.28",
    // Times, dates and base 60.
    "12:30",
    "1:20",
    "22:22",
    "12:30:45",
    "190:20:30",
    "2024-01-01",
    "2024-1-1",
    "2024-01-01T00:00:00Z",
    "2001-12-14t21:59:43.10-05:00",
    "2001-12-14 21:59:43.10 -5",
    // Indicators.
    "-",
    "- a",
    "--",
    "---",
    "--- a",
    "...",
    "... a",
    "?",
    "? a",
    ":",
    ": a",
    ":a",
    "a:",
    "a: b",
    "a:b",
    "a :b",
    ",",
    ",a",
    "a,b",
    "[",
    "]",
    "[]",
    "[a]",
    "{",
    "}",
    "{}",
    "{a: b}",
    "{{ .Values.x }}",
    "#",
    "# a",
    "a #b",
    "a#b",
    "&",
    "&a",
    "*",
    "*a",
    "!",
    "!a",
    "!!str a",
    "|",
    "|-",
    ">",
    ">-",
    "'",
    "''",
    "'a'",
    "\"",
    "\"a\"",
    "a'b",
    "a\"b",
    "%",
    "%a",
    "%YAML 1.2",
    "@",
    "@a",
    "`",
    "`a",
    "=",
    "<<",
    "<<: *a",
    "\\",
    "\\n",
    "a\\b",
    "$a",
    "${a}",
    "$$",
    "a & b",
    "a * b",
    "a|b",
    "a>b",
    // Blanks and lines.
    " a",
    "a ",
    "  a",
    "a  b",
    "\t",
    "\ta",
    "a\t",
    "a\tb",
    "\n",
    "\n\n",
    "a\n",
    "a\n\n",
    "\na",
    "a\nb",
    "a\nb\n",
    "a\nb\n\n",
    "\n a\nb",
    " a\nb",
    "a\n b\n",
    "a\n  b\n c\n",
    "a \nb",
    "a\nb ",
    "a\n \nb",
    "a\n\t\nb",
    "\ta\nb",
    "a\n\tb",
    "a\n\tb\n",
    "a\r\nb\r\n",
    "a\rb",
    "\r",
    "\r\n",
    "a\n---\nb",
    "a\n...\nb\n",
    "---\na\n",
    "# a\nb\n",
    "a\n# b\n",
    "a: b\nc: d\n",
    "- a\n- b\n",
    "{\n}\n",
    "|\n  a\n",
    "a\n\n\nb",
    "a\n\n\n b\n",
    "set -eu\necho \"$1\" 'x' \\\n  | cat\n",
    // Beyond ASCII.
    "é",
    "é\nà\n",
    "日本語",
    "🦙",
    "🦙\n🦙\n",
    "\u{a0}",
    "a\u{a0}b",
    "\u{2028}",
    "a\u{2028}b",
    "\u{2029}",
    "\u{feff}",
    "\u{feff}a",
    "a\u{feff}b\nc",
    "\u{fffd}",
    "\u{1f999}\u{200d}",
    "\u{e000}",
    "\u{10ffff}",
    // Names and amounts as they stand in manifests.
    "10Gi",
    "1.5Gi",
    "500m",
    "25%",
    "100m",
    "llama3.2:3b",
    "ollama/ollama:0.34.2",
    "sha256:0123",
    "0.0.0.0:11434",
    "[::]:11434",
    "http://a:80/b?c=d#e",
    "[{\"HTTPS\":443}]",
    "a.b/c_d-e",
    "a@b.c",
    "1a",
    "a1",
    "-a",
    "_a",
    ".a",
    "/a",
    "a/",
    "on:",
    "yes:",
    "true ",
    "key: value # comment",
];

/// Code points that kustomize changes or refuses even when they are escaped, whoever writes them; profiles that
/// have them are refused.
fn survives_kustomize(text: &str) -> bool {
    !text.chars().any(|char| {
        matches!(char, '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}') || (char.is_control() && !"\n\t\r".contains(char))
    })
}

/// A small generator of random numbers with a fixed beginning, so that a failure can be seen again.
struct Random(u64);

impl Random {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % below as u64).expect("small")
    }

    /// A string of what trips readers, in any order.
    fn text(&mut self) -> String {
        const PARTS: &[&str] = &[
            " ", "  ", "\t", "\n", "\n\n", "\r", ":", ": ", "#", " #", "-", "- ", "?", ",", "[", "]", "{", "}", "'",
            "\"", "\\", "|", ">", "&", "*", "!", "%", "@", "`", "~", "=", "<<", "---", "...", "0", "1", "7", "0x",
            "0o", "_", ".", "e", "+", "yes", "no", "on", "null", "true", "a", "b", "Z", "é", "日", "🦙", "\u{85}",
            "\u{2028}", "\u{feff}", "\u{7f}", "\u{1}", "\0", "\u{ffff}",
        ];
        (0..self.next(8)).map(|_| PARTS[self.next(PARTS.len())]).collect()
    }
}

fn traps_and_random(count: usize) -> Vec<String> {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    TRAPS.iter().map(ToString::to_string).chain((0..count).map(|_| random.text())).collect()
}

/// `ConfigMaps` of a hundred entries each, so that a reader is started a few times and not thousands.
fn bundle_of(entries: &[(String, String)]) -> Bundle {
    let mut bundle = Bundle::default();
    for (at, entries) in entries.chunks(100).enumerate() {
        let map = ConfigMap {
            metadata: ObjectMeta { name: Some(format!("trap-{at}")), ..Default::default() },
            data: Some(entries.iter().cloned().collect()),
            ..Default::default()
        };
        bundle.extend([Commented::new(map, "A trap.")]);
    }
    bundle
}

fn as_values(texts: Vec<String>) -> Vec<(String, String)> {
    texts.into_iter().enumerate().map(|(at, text)| (format!("k{at}"), text)).collect()
}

fn as_keys(texts: Vec<String>) -> Vec<(String, String)> {
    let unique: BTreeMap<String, String> = texts.into_iter().map(|text| (text, "v".to_owned())).collect();
    unique.into_iter().collect()
}

fn written(bundle: &Bundle, format: Format) -> String {
    let mut text = String::new();
    yaml::write(bundle, format, &mut text);
    text
}

fn expected(bundle: &Bundle) -> Vec<Json> {
    bundle.iter().map(|object| serde_json::to_value(object).expect("JSON")["data"].clone()).collect()
}

/// Fails with the first entry that is not the same.
fn compare(reader: &str, expected: &[Json], found: &[Json]) {
    assert_eq!(expected.len(), found.len(), "{reader}: number of documents");
    for (expected, found) in expected.iter().zip(found) {
        for (key, value) in expected.as_object().expect("a mapping") {
            assert_eq!(Some(value), found.get(key), "{reader}: {key:?}");
        }
        assert_eq!(expected, found, "{reader}");
    }
}

fn data(document: &Json) -> Json {
    document["data"].clone()
}

fn check_libraries(bundle: &Bundle) {
    let expected = expected(bundle);
    for format in [Format::Yaml, Format::Kyaml] {
        let text = written(bundle, format);
        let mut sources = Sources::default();
        let id = sources.add("written", text.clone());
        let (documents, _) = ollama_k8s::tree::read(&sources, id);
        let ours: Vec<Json> = documents
            .iter()
            .map(|document| {
                let data = document.get("data").expect("data");
                data.entries()
                    .iter()
                    .map(|entry| (entry.key.to_string(), Json::from(entry.value.text().expect("text"))))
                    .collect::<serde_json::Map<_, _>>()
                    .into()
            })
            .collect();
        compare("ollama-k8s", &expected, &ours);
        let second: Vec<Json> = serde_yaml::Deserializer::from_str(&text)
            .map(|document| data(&serde::Deserialize::deserialize(document).expect("serde_yaml reads it")))
            .collect();
        compare("serde_yaml", &expected, &second);
        let third: Vec<Json> = serde_saphyr::from_multiple(&text).expect("serde-saphyr reads it");
        compare("serde-saphyr", &expected, &third.iter().map(data).collect::<Vec<_>>());
    }
}

fn has_kubectl() -> bool {
    let found =
        Command::new("kubectl").args(["version", "--client"]).output().is_ok_and(|output| output.status.success());
    if !found {
        // Not by the macro, whose text is hidden when a test passes.
        let _ = writeln!(std::io::stderr(), "skipped: kubectl is not installed, so nothing is read back by it");
    }
    found
}

fn run(command: &mut Command, input: &str) -> String {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("no panic").expect("it reads all");
    assert!(output.status.success());
    String::from_utf8(output.stdout).expect("text")
}

fn json_stream(text: &str) -> Vec<Json> {
    serde_json::Deserializer::from_str(text).into_iter().map(|document| document.expect("JSON")).collect()
}

/// What `kubectl apply` would read: the label is only there to have something to do.
fn read_by_kubectl(text: &str) -> Vec<Json> {
    let mut command = Command::new("kubectl");
    command.args(["label", "--local", "-f", "-", "read=1", "-o", "json"]);
    json_stream(&run(&mut command, text)).iter().map(data).collect()
}

fn check_kubectl(bundle: &Bundle) {
    for format in [Format::Yaml, Format::Kyaml, Format::Json] {
        compare(&format!("kubectl, {format:?}"), &expected(bundle), &read_by_kubectl(&written(bundle, format)));
    }
}

fn check_kustomize(bundle: &Bundle) {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("all.yaml"), written(bundle, Format::Yaml)).expect("written");
    std::fs::write(folder.path().join("kustomization.yaml"), "resources: [all.yaml]\nsortOptions: {order: fifo}\n")
        .expect("written");
    let built = run(Command::new("kubectl").arg("kustomize").arg(folder.path()), "");
    compare("kustomize", &expected(bundle), &read_by_kubectl(&built));
}

#[test]
fn every_trap_is_read_back_by_libraries_as_a_value() {
    check_libraries(&bundle_of(&as_values(traps_and_random(10_000))));
}

#[test]
fn every_trap_is_read_back_by_libraries_as_a_key() {
    check_libraries(&bundle_of(&as_keys(traps_and_random(10_000))));
}

#[test]
fn every_trap_is_read_back_by_kubectl() {
    if has_kubectl() {
        check_kubectl(&bundle_of(&as_values(traps_and_random(5_000))));
        check_kubectl(&bundle_of(&as_keys(traps_and_random(5_000))));
    }
}

#[test]
fn every_trap_is_read_back_by_kustomize() {
    if has_kubectl() {
        let fit: Vec<String> = traps_and_random(3_000).into_iter().filter(|text| survives_kustomize(text)).collect();
        check_kustomize(&bundle_of(&as_values(fit.clone())));
        // Kustomize takes even a quoted `<<` for a merge; no field and no key of a ConfigMap can be called that.
        check_kustomize(&bundle_of(&as_keys(fit.into_iter().filter(|text| text != "<<").collect())));
    }
}

#[test]
fn a_comment_cannot_end_early_whatever_is_in_it() {
    let map =
        ConfigMap { metadata: ObjectMeta { name: Some("trap".into()), ..Default::default() }, ..Default::default() };
    let mut bundle = Bundle { header: "a\u{2028}kind: Secret\r\nb: c".into(), ..Bundle::default() };
    bundle.extend([Commented::new(map, "a\nkind: Secret\u{85}kind: Secret\rkind: Secret")]);
    let text = written(&bundle, Format::Yaml);
    let document: BTreeMap<String, serde_yaml::Value> = serde_yaml::from_str(&text).expect("one document");
    assert_eq!(document.keys().collect::<Vec<_>>(), ["apiVersion", "kind", "metadata"]);
    assert!(
        text.lines().take_while(|line| *line != "apiVersion: v1").all(|line| line == "---" || line.starts_with('#'))
    );
}

#[test]
fn lists_and_empty_values_of_all_kinds_are_read_back() {
    let policy = r#"{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "a"}, "spec": {"podSelector": {}, "ingress": [],
        "egress": [{}, {"to": [{"podSelector": {}}], "ports": [{"port": 53}, {"port": "http", "endPort": 9}]}], "policyTypes": ["Ingress", "on"]}}"#;
    let document: Json = serde_json::from_str(policy).expect("JSON");
    let object = Object::read("networking.k8s.io/v1", "NetworkPolicy", document.clone())
        .expect("a known kind")
        .expect("a policy");
    let mut bundle = Bundle::default();
    bundle.extend([Commented::new(object, "")]);
    for format in [Format::Yaml, Format::Kyaml] {
        let text = written(&bundle, format);
        assert_eq!(serde_yaml::from_str::<Json>(&text).expect("YAML"), document, "{text}");
        assert_eq!(serde_saphyr::from_str::<Json>(&text).expect("YAML"), document, "{text}");
    }
}
