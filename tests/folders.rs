//! Do folders, environments and fleets come out as people who commit them rely on?

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use indoc::indoc;

const FARM: &str = indoc! {"
    apiVersion: ollama-k8s/v1
    kind: Profile
    name: llama-farm
    namespace: barn
    models: [llama3.2:3b]
    environments:
      dev: {namespace: barn-dev}
      prod: {server: {parallel: 2}}
"};

/// A folder with a profile in it, in which the command runs.
struct Place(tempfile::TempDir);

impl Place {
    fn with(profile: &str) -> Self {
        let place = Self(tempfile::tempdir().expect("a folder"));
        fs::write(place.0.path().join("farm.yaml"), profile).expect("written");
        place
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_ollama-k8s")).args(arguments).current_dir(&self.0).output().expect("it runs")
    }

    /// Runs it, which must go well, and returns stdout.
    fn done(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    }

    /// Runs it, which must not go well, and returns the exit status with stderr.
    fn refused(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.run(arguments);
        (output.status.code().expect("a status"), String::from_utf8(output.stderr).expect("text"))
    }

    /// The paths of all files below a folder, sorted.
    fn files(&self, folder: &str) -> Vec<String> {
        fn below(folder: &Path, root: &Path, found: &mut Vec<String>) {
            for entry in fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    below(&path, root, found);
                } else {
                    found.push(path.strip_prefix(root).expect("below").display().to_string());
                }
            }
        }
        let root = self.0.path().join(folder);
        let mut found = Vec::new();
        below(&root, &root, &mut found);
        found.sort();
        found
    }

    /// The text of all manifests below a folder, in the order of their names.
    fn manifests(&self, folder: &str) -> String {
        let is_manifest = |path: &String| Path::new(path).extension().is_some_and(|ending| ending == "yaml");
        self.files(folder).into_iter().filter(is_manifest).map(|path| self.read(&format!("{folder}/{path}"))).collect()
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.0.path().join(path)).expect("a file")
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }
}

#[test]
fn the_files_of_a_folder_are_the_stream_cut_where_its_documents_end() {
    fn documents(text: &str) -> Vec<&str> {
        let mut documents: Vec<&str> = text.split("---\n").map(str::trim).filter(|part| !part.is_empty()).collect();
        documents.sort_unstable();
        documents
    }
    let place = Place::with(FARM);
    place.done(&["render", "farm.yaml", "--env", "prod", "-o", "out"]);
    let files = place.manifests("out");
    let stream = place.done(&["render", "farm.yaml", "--env", "prod"]);
    assert!(documents(&files) == documents(&stream), "the files hold something else than the stream");
    assert!(place.files("out").contains(&"00-namespace-barn.yaml".to_owned()));
}

#[test]
fn files_sorted_by_name_are_in_the_order_in_which_objects_are_applied() {
    let place = Place::with(FARM);
    for profile in
        ["single-gpu", "ha-rwx", "cpu-72b", "eks-efs", "per-replica", "air-gapped", "local-copy", "autoscaled"]
    {
        let out = format!("{profile}/");
        place.done(&["render", profile, "--example", "-o", &out]);
        let kinds = |text: &str| -> Vec<String> {
            let mut kinds: Vec<String> =
                text.lines().filter_map(|line| line.strip_prefix("kind: ")).map(str::to_owned).collect();
            kinds.dedup();
            kinds
        };
        assert_eq!(
            kinds(&place.manifests(profile)),
            kinds(&place.done(&["render", profile, "--example"])),
            "{profile}"
        );
    }
}

#[test]
fn environments_are_written_to_a_folder_each_and_one_alone_to_the_folder_itself() {
    let place = Place::with(FARM);
    place.done(&["render", "farm.yaml", "-o", "all/"]);
    assert!(place.read("all/dev/00-namespace-barn-dev.yaml").contains("name: barn-dev"));
    place.done(&["render", "farm.yaml", "--env", "prod", "-o", "one/"]);
    assert_eq!(
        place.read("all/prod/25-configmap-llama-farm-settings.yaml"),
        place.read("one/25-configmap-llama-farm-settings.yaml")
    );
}

#[test]
fn what_is_rendered_no_more_is_removed_and_what_others_wrote_stays() {
    let place = Place::with(FARM);
    place.write("out/notes.md", "ours");
    place.write("out/dev/patch.yaml", "ours");
    place.done(&["render", "farm.yaml", "-o", "out"]);
    let before = place.files("out");
    place.done(&["render", "farm.yaml", "-o", "out", "--set", "storage.topology=ephemeral"]);
    let after = place.files("out");
    let gone: Vec<&String> = before.iter().filter(|path| !after.contains(path)).collect();
    assert_eq!(
        gone,
        ["dev/30-persistentvolumeclaim-llama-farm-models.yaml", "prod/30-persistentvolumeclaim-llama-farm-models.yaml"]
    );
    assert_eq!((place.read("out/notes.md"), place.read("out/dev/patch.yaml")), ("ours".into(), "ours".into()));
}

#[test]
fn a_file_of_somebody_else_is_not_overwritten_and_then_nothing_is() {
    let place = Place::with(FARM);
    place.write("out/45-deployment-llama-farm.yaml", "kind: Deployment");
    let (status, said) = place.refused(&["render", "farm.yaml", "--env", "dev", "-o", "out"]);
    assert_eq!(status, 4);
    assert!(said.contains("out/45-deployment-llama-farm.yaml is not written by this tool"), "{said}");
    assert_eq!(place.files("out"), ["45-deployment-llama-farm.yaml"]);
}

#[test]
fn an_index_that_leads_out_of_its_folder_removes_nothing() {
    let place = Place::with(FARM);
    place.write("out/.ollama-k8s", "../farm.yaml\n");
    let (status, said) = place.refused(&["render", "farm.yaml", "--env", "dev", "-o", "out"]);
    assert_eq!(status, 4);
    assert!(said.contains("lists ../farm.yaml, which is not in its folder"), "{said}");
    assert_eq!(place.read("farm.yaml"), FARM);
}

#[test]
fn check_tells_what_is_stale_and_changes_nothing() {
    let place = Place::with(FARM);
    place.done(&["render", "farm.yaml", "-o", "out"]);
    assert_eq!(place.done(&["render", "farm.yaml", "--check", "out"]), "");
    place.write("out/prod/45-deployment-llama-farm.yaml", "# by hand\n");
    let before = place.files("out");
    let changed = place.run(&["render", "farm.yaml", "--check", "out", "--set", "storage.topology=ephemeral"]);
    assert_eq!(changed.status.code(), Some(1));
    let diff = String::from_utf8(changed.stdout).expect("text");
    for line in [
        "--- out/dev/30-persistentvolumeclaim-llama-farm-models.yaml",
        "+++ /dev/null",
        "--- out/prod/45-deployment-llama-farm.yaml",
        "-# by hand",
    ] {
        assert!(diff.lines().any(|found| found == line), "no {line} in {diff}");
    }
    assert_eq!(place.files("out"), before);
    let (status, _) = place.refused(&["render", "farm.yaml", "--env", "dev", "--check", "nowhere/"]);
    assert_eq!(status, 1);
}

#[test]
fn check_also_compares_a_file() {
    let place = Place::with(FARM);
    place.done(&["render", "farm.yaml", "--env", "prod", "-o", "farm-prod.yaml"]);
    assert_eq!(place.done(&["render", "farm.yaml", "--env", "prod", "--check", "farm-prod.yaml"]), "");
    assert_eq!(
        place
            .refused(&[
                "render",
                "farm.yaml",
                "--env",
                "prod",
                "-o",
                "farm-prod.yaml",
                "--check",
                "--set",
                "server.parallel=3"
            ])
            .0,
        1
    );
}

#[test]
fn two_that_would_write_one_object_are_refused_before_anything_is_written() {
    let twice = format!(
        "{}---\n{}",
        FARM.split("environments").next().expect("a part"),
        FARM.split("environments").next().expect("a part")
    );
    let place = Place::with(&twice);
    let output = place.run(&["render", "farm.yaml"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(3), 0));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("the profile at farm.yaml:1 and the profile at farm.yaml:7 both write Namespace/barn"),
        "{said}"
    );
    let place = Place::with(&FARM.replace("{namespace: barn-dev}", "{}"));
    let (status, said) = place.refused(&["render", "farm.yaml"]);
    assert_eq!(status, 3);
    assert!(said.contains("the profile for dev and the profile for prod both write Namespace/barn"), "{said}");
    place.done(&["render", "farm.yaml", "-o", "out"]);
}

#[test]
fn several_profiles_of_one_file_come_in_one_stream_or_in_a_folder_each() {
    let two = "apiVersion: ollama-k8s/v1\nkind: Profile\nnamespace: barn\nmodels: [llama3.2:3b]\n---\n\
               apiVersion: ollama-k8s/v1\nkind: Profile\nnamespace: shed\nname: goat\nmodels: [llama3.2:3b]\n";
    let place = Place::with(two);
    let text = place.done(&["render", "farm.yaml"]);
    assert_eq!(text.matches("\nkind: Deployment\n").count(), 2);
    place.done(&["render", "farm.yaml", "-o", "out"]);
    assert!(place.files("out").contains(&"shed/goat/45-deployment-goat.yaml".to_owned()));
    let (status, said) = place.refused(&["plan", "farm.yaml"]);
    assert_eq!(status, 3);
    assert!(said.contains("holds 2 profiles"), "{said}");
}

#[test]
fn a_fault_in_the_last_profile_leaves_nothing_written() {
    let two = "apiVersion: ollama-k8s/v1\nkind: Profile\nnamespace: barn\nmodels: [llama3.2:3b]\n---\n\
               apiVersion: ollama-k8s/v1\nkind: Profile\nnamespace: shed\nmodels: [llama3.2:3b]\nreplica: 2\n";
    let place = Place::with(two);
    let output = place.run(&["render", "farm.yaml"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(3), 0));
    assert!(String::from_utf8_lossy(&output.stderr).contains("farm.yaml:10:1"), "{output:?}");
    place.run(&["render", "farm.yaml", "-o", "out"]);
    assert_eq!(place.files("out"), Vec::<String>::new());
}

#[test]
fn an_environment_that_is_not_there_is_told_with_the_nearest_one() {
    let place = Place::with(FARM);
    let (status, said) = place.refused(&["render", "farm.yaml", "--env", "prd"]);
    assert_eq!(status, 3);
    assert!(said.contains("the profile has no environment `prd`") && said.contains("did you mean prod?"), "{said}");
    let (status, said) = place.refused(&["plan", "farm.yaml"]);
    assert_eq!(status, 3);
    assert!(said.contains("farm.yaml has the environments dev, prod: choose one with --env"), "{said}");
}

#[test]
fn each_folder_has_the_page_for_the_person_on_call() {
    let place = Place::with(FARM);
    for (shape, path) in [("plain", "prod"), ("kustomize", "overlays/prod"), ("flux", "prod"), ("helmrelease", "prod")]
    {
        place.done(&["render", "farm.yaml", "--as", shape, "-o", shape]);
        let page = place.read(&format!("{shape}/{path}/RUNBOOK.md"));
        assert_eq!(page, place.done(&["notes", "farm.yaml", "--env", "prod", "--runbook"]), "{shape}");
    }
}
