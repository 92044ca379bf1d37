//! Is anybody's text read as the cluster would read it, and does hostile text end in a finding?

use std::fmt::Write;

use ollama_k8s::lint::{Options, Report, lint};
use ollama_k8s::tree::Sources;

/// What is found in files.
fn lint_files(files: &[(&str, &[u8])]) -> Report {
    let mut sources = Sources::default();
    let ids: Vec<_> = files.iter().map(|(name, bytes)| sources.add_bytes(*name, bytes.to_vec())).collect();
    lint(&sources, ids, &Options::default())
}

fn rules(report: &Report) -> Vec<&'static str> {
    report.found.iter().map(|found| found.finding.rule.id).collect()
}

fn rules_of(text: &str) -> Vec<&'static str> {
    rules(&lint_files(&[("ollama.yaml", text.as_bytes())]))
}

const POD: &str = "
apiVersion: v1
kind: Service
metadata:
  name: ollama
spec:
  selector: {app: llama}
  ports: [{port: 11434}]
";

#[test]
fn hostile_texts_end_in_a_finding() {
    let head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ollama}\n";
    let mut bomb = String::from("data:\n  a: &a [x,x,x,x,x,x,x,x,x,x]\n");
    for (this, last) in ('b'..='k').zip('a'..) {
        let _ = writeln!(bomb, "  {this}: &{this} [{}]", format!("*{last},").repeat(10));
    }
    let long = format!("data:\n  a: &a {}\n  b: [{}]\n", "x".repeat(50_000), "*a,".repeat(20_000));
    let mut named = String::new();
    for depth in 0..40 {
        let _ = write!(named, "{{a: &n{depth} ");
    }
    let named = format!("data: {named}{}{}", "x".repeat(1 << 20), "}".repeat(40));
    for body in [
        bomb,
        long,
        named,
        format!("data: {}", "[".repeat(100_000)),
        format!("data: {}", "{a: ".repeat(100_000)),
        format!("data: {}", "- ".repeat(100_000)),
        format!("data: [{}]", "a,".repeat(600_000)),
        "data: {a: \"\\0\"}".into(),
        "data: {a: \0}".into(),
        "data: {a: *missing}".into(),
        "data: {a: &a [*a]}".into(),
    ] {
        assert!(rules_of(&format!("{head}{body}\n")).contains(&"yaml-syntax"), "{body:.40}");
    }
    let broken = lint_files(&[("ollama.yaml", b"apiVersion: v1\nkind: Service\nmetadata: {name: ollama\xff}\n")]);
    assert_eq!(rules(&broken), ["yaml-syntax"]);
    let doubled = format!("{head}data: {{{}}}\n", "a: b, ".repeat(20_000));
    assert_eq!(rules_of(&doubled).len(), 100);
    let mut many = String::new();
    for number in 0..50_000 {
        let _ = writeln!(many, "  k{number}: v");
    }
    assert!(rules_of(&format!("{head}data:\n{many}")).is_empty());
    assert!(rules_of(&format!("{head}data: {{a: {}}}\n", "x".repeat(5 << 20))).is_empty());
}

#[test]
fn what_kubectl_reads_is_read() {
    let utf_16: Vec<u8> = [0xff, 0xfe].into_iter().chain(POD.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let crlf = POD.trim_start().replace('\n', "\r\n");
    let marked = format!("\u{feff}{}", POD.trim_start());
    let tabs = POD.replace("name: ollama", "name: ollama\t# a name\t").replace("v1", "v1 \t");
    let json = r#"{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "ollama"},
        "spec": {"selector": {"app": "llama"}, "ports": [{"port": 11434}]}}]}"#;
    let aliases = POD
        .replace("{app: llama}", "&l {<<: {app: llama}, tier: *t}")
        .replace("name: ollama", "name: ollama\n  labels: {tier: &t a}");
    let many = format!("# llamas\n---\n{POD}---\n# nothing\n---\n{}", POD.replace("name: ollama", "name: ollama-2"));
    for (text, objects) in [
        (utf_16, 1),
        (crlf.into_bytes(), 1),
        (marked.into_bytes(), 1),
        (tabs.into_bytes(), 1),
        (json.as_bytes().to_vec(), 1),
        (aliases.into_bytes(), 1),
        (many.into_bytes(), 2),
    ] {
        let report = lint_files(&[("ollama.yaml", &text)]);
        let shown = String::from_utf8_lossy(&text).into_owned();
        assert_eq!((report.objects, report.others), (objects, 0), "{shown}");
        assert!(report.found.is_empty(), "{:?} {shown}", report.found);
    }
}

#[test]
fn what_is_no_manifest_is_passed_over() {
    for text in [
        "on: [push]\njobs: {a: {steps: [{run: ollama}, {run: a, run: b}]}}\n",
        "jobs:\n  a:\n    run: |\n      kubectl apply -f - <<EOF\n      apiVersion: v1\n      kind: Pod\n      EOF\n    run: ollama\n",
        "services: {ollama: {image: ollama/ollama, image: b}}\n",
        "apiVersion: v2\nname: ollama\nversion: 1.0.0\n",
        "ollama: {image: ollama/ollama, models: [a], replicas: 2}\nenv: {A: 1}\n",
        "{{- if .Values.ollama }}\napiVersion: v1\nkind: Service\nmetadata: {{ .name }}\n{{- end }}\n",
        "apiVersion: v1\nkind: Service\nmetadata: {name: \"{{ ollama_name }}\"}\nspec: {selectorr: {a: b}}\n",
    ] {
        assert_eq!(rules_of(text), Vec::<&str>::new(), "{text}");
    }
}

#[test]
fn values_of_other_tools_make_no_template() {
    let release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: ollama}\nspec:\n  values:\n    claim: \"{{ .Release.Name }}\"\n    a: 1\n    a: 2\n";
    assert_eq!(rules_of(release), ["yaml-duplicate-key"]);
}

#[test]
fn reading_goes_on_behind_a_document_that_cannot_be_read() {
    let text = format!(
        "apiVersion: v1\nkind: Service\n bad: [\n---\n{}",
        POD.replace("port: 11434", "port: 11434, targetport: http")
    );
    assert_eq!(rules_of(&text), ["yaml-syntax", "unknown-field"]);
}

const DEPLOYMENT: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: llama}
spec:
  selector: {matchLabels: {app: llama}}
  template:
    metadata: {labels: {app: llama}}
    spec:
      containers:
      - {name: llama, image: ollama/ollama, volumeMounts: [{name: models, mountPath: /root/.ollama}]}
      volumes: [{name: models, persistentVolumeClaim: {claimName: models}}]
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: models}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}}
";

#[test]
fn patches_are_no_objects_and_change_those_that_they_are_for() {
    let patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: llama}\nspec: {strategy: {type: Recreate}}\n";
    let with = |kustomization: &str| {
        let files: [(&str, &[u8]); 4] = [
            ("apps/base/kustomization.yaml", b"resources: [all.yaml]\n"),
            ("apps/base/all.yaml", DEPLOYMENT.as_bytes()),
            ("apps/barn/kustomization.yaml", kustomization.as_bytes()),
            ("apps/barn/patch.yaml", patch.as_bytes()),
        ];
        lint_files(&files)
    };
    let surges = |report: &Report| rules(report).contains(&"rollout-rwo-surge-unclear");
    assert!(surges(&with("resources: [../base]\n")));
    for patched in [
        "resources: [../base]\npatches: [{path: patch.yaml}]\n",
        "resources: [../base]\npatchesStrategicMerge: [./patch.yaml]\n",
        "resources: [../base]\npatches:\n- target: {kind: Deployment}\n  patch: |\n    - {op: add, path: /spec/strategy, value: {type: Recreate}}\n",
        "resources: [../base]\npatches:\n- patch: |-\n    kind: Deployment\n    metadata: {name: llama}\n    spec:\n      strategy: {type: Recreate}\n",
    ] {
        let report = with(patched);
        assert!(!surges(&report), "{patched}");
    }
    let report = with("resources: [../base]\npatches: [{path: patch.yaml}]\n");
    assert_eq!((report.objects, report.patches, report.others), (4, 1, 0));
}

#[test]
fn the_text_of_values_is_read_at_its_place() {
    let text = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: ollama}\nspec:\n  source:\n    chart: ollama\n    repoURL: https://helm.otwld.com/\n    helm:\n      values: |\n        # models\n        ollama: {models: {pull: [llama3.2]}}\n        persistance: {enabled: true}\n";
    let report = lint_files(&[("ollama.yaml", text.as_bytes())]);
    let found = report.found.iter().find(|found| found.finding.rule.id == "chart-unknown-value").expect("found");
    let at = found.spot.origin;
    assert_eq!(&text[at.start as usize..at.end as usize], "persistance");
}

#[test]
fn values_of_an_old_release_are_judged_by_that_release() {
    let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: ollama}\nspec:\n  sources:\n  - {chart: ollama, repoURL: https://otwld.github.io/ollama-helm/, targetRevision: 0.58.0, helm: {valueFiles: [$values/ollama.yaml]}}\n  - {repoURL: https://git.example.com/apps, targetRevision: main, ref: values}\n";
    let values = "ollama:\n  gpu: {enabled: true, type: nvidia, number: 1}\n  models: [llama3.2]\npersistentVolume: {enabled: true}\n";
    let old = lint_files(&[("app.yaml", application.as_bytes()), ("values/ollama.yaml", values.as_bytes())]);
    assert_eq!(rules(&old), Vec::<&str>::new());
    assert_eq!(rules_of(values), ["chart-models-depth"]);
}
