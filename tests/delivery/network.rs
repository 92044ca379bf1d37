//! Does `pull.sh` get through what stands between a cluster and a registry?

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::farm::Farm;
use crate::machine::{has, may_mount};
use crate::running::{Running, Service};

/// An authority and a registry's certificate by it: files.
struct Certificates {
    authority: PathBuf,
    certificate: PathBuf,
    key: PathBuf,
}

fn certificates(farm: &Farm) -> Certificates {
    let openssl = |arguments: &str| {
        let mut command = Command::new("openssl");
        command.args(arguments.split(' ')).current_dir(farm.path("")).stdout(Stdio::null()).stderr(Stdio::null());
        assert!(command.status().expect("openssl").success(), "openssl {arguments}");
    };
    let new = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2";
    openssl(&format!("{new} -subj /CN=farm -keyout authority.key -out authority.pem"));
    openssl(&format!(
        "{new} -subj /CN=registry -CA authority.pem -CAkey authority.key -keyout key.pem -out registry.pem \
         -addext basicConstraints=critical,CA:FALSE \
         -addext subjectAltName=IP:127.0.0.1,DNS:registry.ollama.ai,DNS:hub.farm.test"
    ));
    Certificates {
        authority: farm.path("authority.pem"),
        certificate: farm.path("registry.pem"),
        key: farm.path("key.pem"),
    }
}

/// A registry behind TLS: itself, its front, and the file of its authority.
fn behind_tls(farm: &Farm) -> (Service, Service, String) {
    let files = certificates(farm);
    let registry = Service::registry(&["--fake", "sheep:7b"]);
    let texts = [&files.certificate, &files.key].map(|path| path.to_str().expect("text"));
    let front = Service::front(&["--tls", texts[0], texts[1], "--to", &registry.address]);
    (registry, front, files.authority.to_str().expect("text").to_owned())
}

#[test]
fn a_private_authority_is_trusted_when_it_is_named() {
    if !has(&["openssl"]) {
        return;
    }
    let farm = Farm::new();
    let (_registry, front, authority) = behind_tls(&farm);
    let models = front.models(&["sheep:7b"]);
    let without = [("PULL_INSECURE", ""), ("PULL_PAUSE", "0")];
    let words = ["given up after 5 failures", "x509: certificate signed by unknown authority"];
    farm.pull(&models, &without).end().is(1, &words);
    let with = [("PULL_INSECURE", ""), ("SSL_CERT_FILE", &authority)];
    farm.pull(&models, &with).end().is(0, &["sheep:7b: there"]);
    farm.lists(&["sheep:7b"]);
}

#[test]
fn plain_http_is_spoken_only_when_asked_for() {
    let Some((farm, _registry, models)) = Farm::with_sheep() else { return };
    let settings = [("PULL_INSECURE", ""), ("PULL_PAUSE", "0")];
    let words = ["given up after 5 failures", "first record does not look like a TLS handshake"];
    farm.pull(&models, &settings).end().is(1, &words);
    farm.pull(&models, &[]).end().is(0, &["sheep:7b: there"]);
}

/// Pulls a model through a proxy, except what need not go there.
fn through(farm: &Farm, proxy: &Service, authority: &str, models: &str, direct: &str) -> Running {
    let address = format!("http://{}", proxy.address);
    // In both cases, as Ollama's client is asked for at 127.0.0.1.
    let settings = [
        ("HTTPS_PROXY", address.as_str()),
        ("HTTP_PROXY", address.as_str()),
        ("NO_PROXY", direct),
        ("SSL_CERT_FILE", authority),
        ("PULL_INSECURE", ""),
        ("PULL_PAUSE", "0"),
        ("PULL_SECONDS", "30"),
    ];
    farm.pull(models, &settings)
}

#[test]
fn a_proxy_is_used_and_no_proxy_is_heeded() {
    if !has(&["openssl"]) {
        return;
    }
    let farm = Farm::new();
    let (registry, front, authority) = behind_tls(&farm);
    let proxy = Service::front(&["--proxy", "--to", &front.address]);
    let source = "hub.farm.test/library/sheep:7b=sheep:7b";
    through(&farm, &proxy, &authority, source, ".farm.test").end().is(1, &["hub.farm.test"]);
    assert_eq!(proxy.log(), "");
    through(&farm, &proxy, &authority, source, "127.0.0.1").end().is(0, &["sheep:7b: there"]);
    assert!(proxy.count("CONNECT hub.farm.test:443") >= 1, "{}", proxy.log());
    assert_eq!(registry.count("GET /data/"), 2);
    farm.lists(&["sheep:7b"]);
}

#[test]
fn a_name_without_a_host_is_pulled_from_ollama_s_own_registry() {
    if !has(&["openssl"]) {
        return;
    }
    let farm = Farm::new();
    let (registry, front, authority) = behind_tls(&farm);
    let proxy = Service::front(&["--proxy", "--to", &front.address]);
    let words = ["sheep:7b: pulling\nsheep:7b: there\nall models are there\n"];
    through(&farm, &proxy, &authority, "sheep:7b", "").end().is(0, &words);
    assert!(proxy.count("CONNECT registry.ollama.ai:443") >= 1, "{}", proxy.log());
    assert_eq!(registry.count("GET /data/"), 2);
    assert_eq!(farm.files("manifests"), ["registry.ollama.ai"]);
    farm.lists(&["sheep:7b"]);
    // Made from itself and plain again: its own files stay, its manifest comes anew.
    fs::write(farm.path("scripts/modelfile-a"), "FROM sheep:7b\nPARAMETER top_k 7\n").expect("written");
    let address = format!("http://{}", proxy.address);
    let settings = [
        ("HTTPS_PROXY", address.as_str()),
        ("SSL_CERT_FILE", &authority),
        ("PULL_INSECURE", ""),
        ("CREATE", "sheep:7b=a"),
    ];
    farm.pull("sheep:7b", &settings).end().is(0, &["sheep:7b: present\nsheep:7b: making\nsheep:7b: there\n"]);
    assert!(farm.server(&[]).ask(&farm, &["show", "--parameters", "sheep:7b"]).contains("top_k"));
    farm.pull("sheep:7b", &settings[..3]).end().is(0, &["sheep:7b: pulling\nsheep:7b: there\n"]);
    assert!(!farm.server(&[]).ask(&farm, &["show", "--parameters", "sheep:7b"]).contains("top_k"));
    assert_eq!(registry.count("GET /data/"), 2);
}

#[test]
fn a_key_is_used_as_mounted() {
    if !has(&[]) || !may_mount() {
        return;
    }
    let farm = Farm::new();
    let registry = Service::registry(&["--fake", "sheep:7b"]);
    let desk = Service::front(&["--token", "--to", &registry.address]);
    // A key as Ollama makes it, in a folder that has nothing else, as a Secret is mounted.
    let maker = farm.path("maker");
    fs::create_dir(&maker).expect("made");
    drop(farm.server(&[("HOME", maker.to_str().expect("text"))]));
    fs::create_dir_all(farm.path("keeper/.ollama")).expect("made");
    fs::create_dir(farm.path("secret")).expect("made");
    fs::copy(maker.join(".ollama/id_ed25519"), farm.path("secret/id_ed25519")).expect("copied");
    let public = fs::read_to_string(maker.join(".ollama/id_ed25519.pub")).expect("a key");
    let public = public.split(' ').nth(1).expect("a key").trim().to_owned();

    let models = desk.models(&["sheep:7b"]);
    let home = farm.path("keeper");
    let home = home.to_str().expect("text");
    let settings = [("MODELS", models.as_str()), ("PULL_INSECURE", "1"), ("PULL_SECONDS", "60"), ("HOME", home)];
    let text = r#"
        mount --bind "$FARM/secret" "$HOME/.ollama"
        mount -o remount,bind,ro "$HOME/.ollama"
        ! touch "$HOME/.ollama/x"
        PATH=$IMAGE
        exec sh "$FARM/scripts/pull.sh"
    "#;
    farm.start(&mut farm.mounting(text, &settings)).end().is(0, &["sheep:7b: there"]);
    assert!(desk.count(&format!("/token {public}:")) >= 1, "{public}: {}", desk.log());
    assert!(desk.count("/v2/library/sheep/manifests/7b Bearer farm-token") >= 1, "{}", desk.log());
}
