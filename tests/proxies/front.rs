//! What stands in front of a server: a real proxy, told what the rendered objects say, as their controller tells it.

use std::fmt::Write;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::Command;

use k8s_openapi::api::networking::v1::Ingress;
use ollama_k8s::bundle::{Bundle, Object};

use crate::farm::Farm;
use crate::running::{Running, until};

/// A name and a password that are let in.
pub const USER: (&str, &str) = ("farmer", "haystack");
/// A key that is let in.
pub const KEY: &str = "a-key-of-the-farm";

/// A proxy that answers.
pub struct Front {
    running: Running,
    pub name: &'static str,
    pub address: String,
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port()
}

fn ingress(bundle: &Bundle) -> &Ingress {
    let found = bundle.iter().find_map(|object| match object {
        Object::Ingress(ingress) => Some(ingress),
        _ => None,
    });
    found.expect("an Ingress")
}

/// The value of an annotation below a prefix.
fn said<'a>(ingress: &'a Ingress, prefix: &str, key: &str) -> Option<&'a str> {
    ingress.metadata.annotations.as_ref()?.get(&format!("{prefix}{key}")).map(String::as_str)
}

/// The paths, each with whether it is meant exactly.
fn paths(ingress: &Ingress) -> Vec<(&str, bool)> {
    let rules = ingress.spec.iter().flat_map(|spec| spec.rules.iter().flatten());
    let paths = rules.flat_map(|rule| rule.http.iter().flat_map(|http| &http.paths));
    paths.map(|path| (path.path.as_deref().expect("a path"), path.path_type == "Exact")).collect()
}

/// A password as a file of users has it.
fn hashed(kind: &str) -> String {
    let output = Command::new("openssl").args(["passwd", kind, USER.1]).output().expect("openssl");
    String::from_utf8(output.stdout).expect("text").trim().to_owned()
}

impl Front {
    fn start(farm: &Farm, name: &'static str, port: u16, command: &mut Command) -> Self {
        let address = format!("127.0.0.1:{port}");
        let mut running = farm.start(command);
        until(name, || {
            assert!(running.is_running(), "{}", running.said());
            TcpStream::connect(&address).is_ok()
        });
        Self { running, name, address }
    }

    /// What it has said.
    pub fn said(&self) -> String {
        self.running.said()
    }

    /// nginx, as ingress-nginx configures it from an Ingress: what its annotations say, and its own defaults else.
    pub fn nginx(farm: &Farm, name: &'static str, bundle: &Bundle, server: &str) -> Self {
        let port = free_port();
        let folder = farm.path(&format!("nginx-{port}"));
        fs::create_dir(&folder).expect("made");
        let ingress = ingress(bundle);
        let of =
            |key: &str, default: &str| said(ingress, "nginx.ingress.kubernetes.io/", key).unwrap_or(default).to_owned();
        let mut inside = format!(
            "proxy_pass http://{server}; proxy_read_timeout {}s; proxy_send_timeout {}s; proxy_buffering {}; \
             proxy_request_buffering {}; client_max_body_size {}; proxy_http_version {};",
            of("proxy-read-timeout", "60"),
            of("proxy-send-timeout", "60"),
            of("proxy-buffering", "off"),
            of("proxy-request-buffering", "on"),
            of("proxy-body-size", "1m"),
            of("proxy-http-version", "1.1"),
        );
        if of("auth-type", "") == "basic" {
            let users = folder.join("users");
            fs::write(&users, format!("{}:{}\n", USER.0, hashed("-apr1"))).expect("written");
            // Whoever nginx's workers are, they read it.
            let _ =
                write!(inside, " auth_basic {}; auth_basic_user_file {};", of("auth-realm", "off"), users.display());
        }
        let mut locations = String::new();
        for (path, exact) in paths(ingress) {
            let _ = writeln!(locations, "location = {path} {{ {inside} }}");
            if !exact {
                let _ = writeln!(locations, "location {}/ {{ {inside} }}", path.trim_end_matches('/'));
            }
        }
        let whole = format!(
            "user root;\nevents {{}}\npid {folder}/pid;\nerror_log stderr;\nhttp {{\naccess_log off;\n\
             client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;\n\
             uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;\nserver {{\nlisten 127.0.0.1:{port};\n{locations}\
             location / {{ return 404; }}\n}}\n}}\n",
            folder = folder.display(),
        );
        let file = folder.join("nginx.conf");
        fs::write(&file, whole).expect("written");
        Self::start(farm, name, port, Command::new("nginx").args(["-g", "daemon off;", "-c"]).arg(file))
    }

    /// `HAProxy`, as haproxytech's controller configures it from an Ingress: its own timeouts of 50 s, where no annotation
    /// says another one.
    pub fn haproxy(farm: &Farm, name: &'static str, bundle: &Bundle, server: &str) -> Self {
        let port = free_port();
        let ingress = ingress(bundle);
        let of = |key: &str| said(ingress, "haproxy.org/", key);
        let mut whole = String::from(
            "global\n  log stdout format raw local0 notice\ndefaults\n  mode http\n  log global\n  timeout connect 5s\n  \
             timeout client 50s\n  timeout client-fin 50s\n  timeout http-request 5s\n  timeout http-keep-alive 1m\n  \
             timeout queue 5s\n  timeout server 50s\n  timeout server-fin 50s\n  timeout tunnel 1h\n",
        );
        if of("auth-type") == Some("basic-auth") {
            let _ = writeln!(whole, "userlist users\n  user {} password {}", USER.0, hashed("-6"));
        }
        let _ = writeln!(whole, "frontend http\n  bind 127.0.0.1:{port}");
        for (path, exact) in paths(ingress) {
            let _ = writeln!(whole, "  acl served path {path}");
            if !exact {
                let _ = writeln!(whole, "  acl served path_beg {}/", path.trim_end_matches('/'));
            }
        }
        whole += "  http-request deny deny_status 404 unless served\n  default_backend ollama\nbackend ollama\n";
        if of("auth-type").is_some() {
            whole += "  http-request auth unless { http_auth(users) }\n";
        }
        if let Some(timeout) = of("timeout-server") {
            let _ = writeln!(whole, "  timeout server {timeout}");
        }
        let _ = writeln!(whole, "  server ollama {server}");
        Self::of_haproxy(farm, name, port, &whole)
    }

    /// The proxy of the pod: `HAProxy` with the configuration that is rendered, at other ports and places.
    pub fn beside(farm: &Farm, name: &'static str, bundle: &Bundle, server: &str) -> (Self, String) {
        let (port, metrics) = (free_port(), free_port());
        let keys = farm.path(&format!("keys-{port}"));
        fs::write(&keys, format!("# those of the farm\n{KEY}\n")).expect("written");
        let config = bundle.iter().find_map(|object| match object {
            Object::ConfigMap(map) => map.data.as_ref()?.get("haproxy.cfg"),
            _ => None,
        });
        let mut config = config.expect("a configuration").clone();
        for (from, to) in [
            ("bind :8080", format!("bind 127.0.0.1:{port}")),
            ("bind :8405", format!("bind 127.0.0.1:{metrics}")),
            ("127.0.0.1:11434", server.to_owned()),
        ] {
            assert!(config.contains(from), "{from}");
            config = config.replace(from, &to);
        }
        config = config.replace("/keys/keys", &keys.display().to_string());
        (Self::of_haproxy(farm, name, port, &config), format!("127.0.0.1:{metrics}"))
    }

    fn of_haproxy(farm: &Farm, name: &'static str, port: u16, config: &str) -> Self {
        let file: PathBuf = farm.path(&format!("haproxy-{port}.cfg"));
        fs::write(&file, config).expect("written");
        Self::start(farm, name, port, Command::new("haproxy").args(["-W", "-db", "-f"]).arg(file))
    }
}
