//! Can servers use the store that `pull.sh` leaves, and what do probes see?

use std::path::Path;
use std::process::Command;

use crate::farm::{Farm, Server};
use crate::machine::{has, may_mount, ollama};
use crate::running::{Service, until};

#[test]
fn ready_is_404_until_the_model_is_there_and_200_after_but_never_with_a_slash() {
    if !has(&[]) {
        return;
    }
    let farm = Farm::new();
    let registry = Service::registry(&["--fake", "sheep:7b=1000000", "--rate", "500000"]);
    let server = farm.server(&[]);
    let full = format!("/v1/models/{}/library/sheep:7b", registry.address);
    assert_eq!(server.get("/v1/models/sheep:7b").0, 404);
    let puller = farm.pull(&registry.models(&["sheep:7b"]), &[]);
    puller.says("pulling");
    assert_eq!(server.get("/v1/models/sheep:7b").0, 404);
    puller.end().is(0, &[]);
    assert_eq!(server.get("/v1/models/sheep:7b").0, 200);
    for slash in ["/", "%2F"] {
        assert_eq!(server.get(&format!("/v1/models/{}", full["/v1/models/".len()..].replace('/', slash))).0, 404);
    }
}

#[test]
fn a_server_on_a_read_only_store_lists_and_serves_as_another_user() {
    if !has(&[]) || !may_mount() {
        return;
    }
    let farm = Farm::new();
    let registry = Service::registry(&["--fake", "sheep:7b"]);
    farm.pull(&registry.models(&["sheep:7b"]), &[]).end().is(0, &[]);
    // The built server is in a home that only its owner may read. All but the home is read-only, what is above it too.
    let text = r#"
        cp "$OLLAMA" "$FARM/ollama"
        mkdir "$FARM/home"
        mount --bind "$FARM" "$FARM"
        mount -o remount,bind,ro "$FARM"
        mount -t tmpfs -o mode=777 none "$FARM/home"
        exec setpriv --reuid 1000 --regid 1000 --clear-groups env HOME="$FARM/home" "$FARM/ollama" "$@"
    "#;
    let settings = [("OLLAMA", ollama().and_then(Path::to_str).expect("text"))];
    let server = Server::start(&farm, &mut farm.mounting(text, &settings));
    assert_eq!(server.get("/v1/models/sheep:7b").0, 200);
    assert!(server.get("/api/tags").1.contains("sheep:7b"));
    let settings = [("OLLAMA_HOST", server.address.as_str())];
    let removed = farm.start(farm.command("ollama", &settings).args(["rm", "sheep:7b"])).end();
    removed.is(1, &["read-only file system"]);
}

#[test]
fn a_server_that_starts_during_a_pull_deletes_nothing() {
    if !has(&["touch"]) {
        return;
    }
    let farm = Farm::new();
    let registry = Service::registry(&["--fake", "sheep:7b=3000000", "--fake", "goat:7b", "--rate", "500000"]);
    let puller = farm.pull(&registry.models(&["goat:7b", "sheep:7b"]), &[]);
    until("a partial download", || puller.said().contains("sheep:7b: pulling") && farm.files("blobs").len() == 4);
    let before = farm.files("blobs").len();
    // As old as what a server takes for left over.
    for blob in farm.files("blobs") {
        let file = farm.store().join("blobs").join(blob);
        assert!(Command::new("touch").args(["-d", "3 hours ago"]).arg(file).status().expect("touch").success());
    }
    let server = farm.server(&[]);
    assert_eq!(farm.files("blobs").len(), before);
    puller.end().is(0, &["all models are there"]);
    assert_eq!(server.get("/v1/models/sheep:7b").0, 200);
    assert_eq!(registry.count("range=bytes=0-2999999"), 1, "{}", registry.log());
}
