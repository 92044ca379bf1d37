//! Does the command behave as scripts and people rely on?

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::{fs, str};

fn command() -> Command {
    Command::new(env!("CARGO_BIN_EXE_ollama-k8s"))
}

fn run(arguments: &[&str]) -> Output {
    command().args(arguments).output().expect("it runs")
}

fn run_with_stdin(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = command()
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    // It may end before it has read everything.
    let _ = child.stdin.take().expect("a pipe").write_all(input);
    child.wait_with_output().expect("it ends")
}

fn status(output: &Output) -> i32 {
    output.status.code().expect("it was not killed")
}

fn stdout(output: &Output) -> &str {
    str::from_utf8(&output.stdout).expect("text")
}

fn stderr(output: &Output) -> &str {
    str::from_utf8(&output.stderr).expect("text")
}

const SMALL: &str =
    "apiVersion: ollama-k8s/v1\nkind: Profile\nname: llama-farm\nnamespace: barn\nmodels: [llama3.2:3b]\n";

#[test]
fn render_without_arguments_writes_the_first_profile_and_nothing_else() {
    let output = run(&["render"]);
    assert_eq!(status(&output), 0);
    assert!(stdout(&output).contains("kind: Deployment"));
    assert_eq!(stderr(&output), "");
    assert_eq!(stdout(&output), stdout(&run(&["render", "single-gpu"])));
}

#[test]
fn a_misspelt_path_is_underlined_where_it_was_typed() {
    let output = run(&["render", "--set", "server.contextLenght=16384"]);
    assert_eq!(status(&output), 3);
    let underlined = "1 | server.contextLenght=16384\n  | ^^^^^^^^^^^^^^^^^^^^ did you mean `contextLength`?";
    assert!(stderr(&output).contains(underlined), "{}", stderr(&output));
}

#[test]
fn a_file_that_cannot_be_made_is_told_by_its_own_name() {
    let output = run(&["render", "-o", "/nowhere/bundle.yaml"]);
    assert_eq!(status(&output), 4);
    assert_eq!(stderr(&output), "error: cannot write /nowhere/bundle.yaml: No such file or directory (os error 2)\n");
}

#[test]
fn the_same_profile_gives_the_same_bytes_everywhere() {
    let folder = tempfile::tempdir().expect("a folder");
    for profile in
        ["single-gpu", "ha-rwx", "cpu-72b", "eks-efs", "per-replica", "air-gapped", "local-copy", "autoscaled"]
    {
        let arguments = ["render", profile, "--example"];
        let here = run(&arguments);
        assert_eq!(status(&here), 0, "{}", stderr(&here));
        let elsewhere = command()
            .args(arguments)
            .current_dir(folder.path())
            .env_clear()
            .envs([
                ("LANG", "tr_TR.UTF-8"),
                ("LC_ALL", "tr_TR.UTF-8"),
                ("TZ", "Asia/Tokyo"),
                ("HOME", "/nonexistent"),
                ("NO_COLOR", "1"),
            ])
            .output()
            .expect("it runs");
        assert_eq!(stdout(&here), stdout(&elsewhere), "{profile}");
    }
}

#[test]
fn a_file_and_stdin_are_profiles_as_well() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("farm.yaml"), SMALL).expect("written");
    let file = command().args(["render", "farm.yaml"]).current_dir(folder.path()).output().expect("it runs");
    assert!(stdout(&file).starts_with("# Made by ollama-k8s from the profile farm.yaml."));
    let far = command().arg("render").arg(folder.path().join("farm.yaml")).output().expect("it runs");
    assert_eq!(stdout(&file), stdout(&far), "no path is in the text");
    let piped = run_with_stdin(&["render", "-"], SMALL.as_bytes());
    assert_eq!(status(&piped), 0);
    assert!(stdout(&piped).contains("namespace: barn"));
}

#[test]
fn later_layers_win_and_null_goes_back_to_the_default() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("written");
    write("base.yaml", &format!("{SMALL}server: {{contextLength: 4096, drain: 60s}}\n"));
    write("prod.yaml", "server: {contextLength: 16384, drain: null}\n");
    let render = |more: &[&str]| {
        let output = command()
            .args(["render", "base.yaml", "--overlay", "prod.yaml"])
            .args(more)
            .current_dir(folder.path())
            .output()
            .expect("it runs");
        assert_eq!(status(&output), 0, "{}", stderr(&output));
        stdout(&output).to_owned()
    };
    let text = render(&[]);
    assert!(text.contains("OLLAMA_CONTEXT_LENGTH: \"16384\"") && text.contains("terminationGracePeriodSeconds: 150"));
    let text = render(&["--set", "server.contextLength=8192", "--namespace", "stable", "--model", "qwen3:8b"]);
    assert!(
        text.contains("OLLAMA_CONTEXT_LENGTH: \"8192\"")
            && text.contains("namespace: stable")
            && text.contains("/v1/models/qwen3:8b")
    );
}

#[test]
fn a_fault_is_shown_in_the_layer_it_came_from() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("prod.yaml"), "# production\nserver: {contextLength: much}\n").expect("written");
    let overlay =
        command().args(["render", "--overlay", "prod.yaml"]).current_dir(folder.path()).output().expect("it runs");
    assert_eq!(status(&overlay), 3);
    assert!(stderr(&overlay).contains("prod.yaml:2:25"), "{}", stderr(&overlay));
    let set = run(&["render", "--set", "server.contextLength=much"]);
    assert!(stderr(&set).contains("--set:1:22"), "{}", stderr(&set));
    for wrong in ["server.contextLength", "=1", "a..b=1", "models[5].name=a", "name.x=1", "server.env={a"] {
        assert_eq!(status(&run(&["render", "--set", wrong])), 3, "{wrong}");
    }
}

#[test]
fn what_only_the_user_knows_is_asked_for_with_the_line_to_paste() {
    let output = run(&["render", "eks-efs"]);
    assert_eq!(status(&output), 3);
    assert_eq!(stdout(&output), "");
    let pasted: Vec<&str> = stderr(&output).split_whitespace().collect();
    let settings: Vec<String> =
        pasted.windows(2).filter(|pair| pair[0] == "--set").map(|pair| pair[1].replace('\'', "")).collect();
    assert_eq!(settings.len(), 3);
    let mut arguments = vec!["render", "eks-efs"];
    arguments.extend(settings.iter().flat_map(|setting| ["--set", setting.as_str()]));
    let output = run(&arguments);
    assert_eq!(status(&output), 0, "{}", stderr(&output));
    assert!(!stdout(&output).contains("EXAMPLE"));
    assert!(stdout(&run(&["render", "eks-efs", "--example"])).contains("THIS IS AN EXAMPLE"));
}

#[test]
fn each_kind_of_failure_has_its_own_status() {
    assert_eq!(status(&run(&["render", "--no-such-flag"])), 2);
    assert_eq!(status(&run(&["frobnicate"])), 2);
    assert_eq!(status(&run(&["render", "single-gpus"])), 3);
    assert_eq!(status(&run(&["profiles", "single-gpus"])), 3);
    assert_eq!(status(&run(&["render", "missing.yaml"])), 4);
    assert_eq!(status(&run(&["render", "./"])), 4);
    assert_eq!(status(&run(&["render", "-o", "/nonexistent/out.yaml"])), 4);
}

#[test]
fn a_misspelt_profile_is_recognised() {
    assert!(stderr(&run(&["render", "singel-gpu"])).contains("did you mean single-gpu?"));
}

#[test]
fn input_that_is_no_profile_ends_with_a_message() {
    for input in [
        &b"\xff\xfe\x00"[..],
        b"",
        b"[",
        b"a",
        b"- a",
        b"\0",
        "[".repeat(100_000).as_bytes(),
        "é: é".as_bytes(),
        b"a: &a [*a]",
        "x".repeat(2 << 20).as_bytes(),
    ] {
        let output = run_with_stdin(&["render", "-"], input);
        assert_eq!(status(&output), 3, "{:?}", &input[..input.len().min(20)]);
        assert!(stderr(&output).contains("error: ") && stdout(&output).is_empty());
    }
}

#[test]
fn a_list_is_not_taken_for_the_fields_of_a_mapping_in_their_order() {
    for wrong in ["server: [0.34.2]", "network: []", "disruption: [1]", "storage: {createClass: [nfs.csi.k8s.io]}"] {
        let output = run_with_stdin(&["render", "-"], format!("{SMALL}{wrong}\n").as_bytes());
        assert_eq!(status(&output), 3, "{wrong}");
        assert!(stderr(&output).contains("list"), "{wrong}: {}", stderr(&output));
    }
}

#[test]
fn a_closed_pipe_is_success() {
    let mut child = command()
        .args(["render", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut pipe = child.stdout.take().expect("a pipe");
    let mut first = [0; 1];
    pipe.read_exact(&mut first).expect("a byte");
    drop(pipe);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((status(&output), stderr(&output)), (0, ""));
}

#[test]
fn a_file_is_written_whole_or_not_at_all() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("out.yaml");
    let path = file.to_str().expect("text");
    assert_eq!(status(&run(&["render", "-o", path])), 0);
    let first = fs::read_to_string(&file).expect("text");
    assert_eq!(first, stdout(&run(&["render"])));
    assert_eq!(status(&run(&["render", "-o", path, "--set", "replicas=2"])), 3);
    assert_eq!(fs::read_to_string(&file).expect("text"), first, "a refusal leaves the file as it was");
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing is left beside it");
    assert_eq!(status(&run(&["render", "-o", &format!("{path}/out.yaml")])), 4, "a file is no folder");
}

#[cfg(unix)]
#[test]
fn devices_are_written_to_and_links_followed_and_permissions_kept() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    assert_eq!(status(&run(&["render", "-o", "/dev/null"])), 0);
    assert!(!Path::new("/dev/null").is_file(), "it is still a device");
    let folder = tempfile::tempdir().expect("a folder");
    let (file, link) = (folder.path().join("out.yaml"), folder.path().join("link.yaml"));
    fs::write(&file, "old").expect("written");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("set");
    symlink(&file, &link).expect("linked");
    assert_eq!(status(&run(&["render", "-o", link.to_str().expect("text")])), 0);
    assert!(link.is_symlink() && fs::read_to_string(&file).expect("text").contains("kind: Deployment"));
    assert_eq!(fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o640);
}

#[test]
fn json_is_one_list_and_kyaml_a_stream() {
    let json = run(&["render", "--format", "json"]);
    let list: k8s_openapi::serde_json::Value = k8s_openapi::serde_json::from_str(stdout(&json)).expect("one document");
    assert_eq!(list["kind"], "List");
    let kyaml = run(&["render", "--format", "kyaml"]);
    let documents = stdout(&kyaml).split("\n---\n").count() - 1;
    assert_eq!(list["items"].as_array().expect("a list").len(), documents);
    assert!(stdout(&kyaml).contains("\n---\n# ") && stdout(&kyaml).contains("\n{\n  apiVersion: \"v1\",\n"));
}

#[test]
fn colours_are_used_only_when_asked_for() {
    assert!(!stderr(&run(&["render", "--set", "replicas=2"])).contains('\u{1b}'));
    assert!(stderr(&run(&["render", "--set", "replicas=2", "--color", "always"])).contains('\u{1b}'));
    let forced =
        command().args(["render", "--set", "replicas=2"]).env("CLICOLOR_FORCE", "1").output().expect("it runs");
    assert!(stderr(&forced).contains('\u{1b}'));
    let none = command()
        .args(["render", "--set", "replicas=2"])
        .env("CLICOLOR_FORCE", "1")
        .env("NO_COLOR", "1")
        .output()
        .expect("it runs");
    assert!(!stderr(&none).contains('\u{1b}'));
}

#[test]
fn warnings_go_to_stderr_and_quiet_hides_them() {
    let arguments = ["render", "--gpu=a100", "--set", "server.contextLength=200000"];
    let loud = run(&arguments);
    assert_eq!(status(&loud), 0);
    assert!(stderr(&loud).starts_with("warning: "));
    let quiet = command().args(arguments).arg("-q").output().expect("it runs");
    assert_eq!(stderr(&quiet), "");
    assert_eq!(stdout(&loud), stdout(&quiet));
}

#[test]
fn profiles_lists_all_and_prints_one_that_renders() {
    let list = run(&["profiles"]);
    let names: Vec<&str> = stdout(&list).lines().filter_map(|line| line.split('\t').next()).collect();
    let built_in: Vec<&str> = ollama_k8s::profile::BUILT_IN.iter().map(|profile| profile.name).collect();
    assert!(names == built_in && names.starts_with(&["single-gpu", "ha-rwx"]), "{names:?}");
    for name in names {
        let file = run(&["profiles", name]);
        let again = run_with_stdin(&["render", "-", "--example"], &file.stdout);
        assert_eq!(status(&again), 0, "{name}: {}", stderr(&again));
    }
}

#[test]
fn help_has_examples_and_the_statuses() {
    assert!(stdout(&run(&["--help"])).contains("Exit status: 0"));
    for command in ["render", "profiles"] {
        assert!(stdout(&run(&[command, "--help"])).contains("Examples:\n  ollama-k8s"), "{command}");
    }
}
