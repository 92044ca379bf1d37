//! Does `lint` behave as people and their pipelines rely on?

mod advice;
mod chart_values;
mod command;
mod corpus;
mod formats;
mod hostile;
mod pipelines;

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Two servers on a volume that one node can mount.
const BROKEN: &str = "\
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: llama-models, namespace: barn}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: llama-farm
  namespace: barn
spec:
  replicas: 2
  strategy: {type: Recreate}
  selector: {matchLabels: {app: llama-farm}}
  template:
    metadata: {labels: {app: llama-farm}}
    spec:
      containers:
        - name: llama
          image: ollama/ollama:0.34.2
          volumeMounts: [{name: models, mountPath: /root/.ollama}]
      volumes: [{name: models, persistentVolumeClaim: {claimName: llama-models}}]
";

/// Runs `lint` in a folder with these files.
fn lint(files: &[(&str, &[u8])], arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).expect("a folder");
        fs::write(path, text).expect("it is written");
    }
    Command::new(env!("CARGO_BIN_EXE_ollama-k8s"))
        .arg("lint")
        .args(arguments)
        .current_dir(&folder)
        .stdin(Stdio::null())
        .output()
        .expect("it runs")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("text")
}

fn status(output: &Output) -> i32 {
    output.status.code().expect("it was not killed")
}
