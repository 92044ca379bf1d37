//! `ollama-k8s`, the command.
//!
//! Exit status, for ever: 0 done (warnings allowed); 1 findings, differences, stale files; 2 the command line;
//! 3 the profile or the manifests cannot be read or used; 4 a file or the system; 70 a bug. A closed pipe is 0.

use std::process::ExitCode;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        use std::io::Write;
        let _ = writeln!(std::io::stderr(), "this is a bug in ollama-k8s, please report it: {panic}");
        std::process::exit(70);
    }));
    ollama_k8s::cli::run()
}
