//! How long does it take until a server that is added gives its first answer?

use super::pull::{IMAGE, STARTUP};
use super::{Delivery, Origin, PlannedModel, Store, models};
use crate::sizing::{DOWNLOAD, STORE};
use crate::units::{Bytes, Seconds};

/// The way from a request that finds no server to its answer, on a node that is there already.
#[derive(Clone, Debug, PartialEq)]
pub struct Wake {
    /// What follows upon each other, with what it is; none of them takes longer.
    parts: Vec<(Seconds, String)>,
    /// How much longer it takes on a node that has no image yet.
    images: Seconds,
}

impl Wake {
    /// Where the node has the images.
    pub fn warm(&self) -> Seconds {
        self.parts.iter().fold(Seconds(0), |sum, (time, _)| sum + *time)
    }

    /// Where it has to fetch them first.
    pub fn cold(&self) -> Seconds {
        self.warm() + self.images
    }
}

/// `259s = 30s until KEDA looks + 3m to start + 49s to load 4.6 GiB at 100 MB/s; 10m more on a node without the image`
impl std::fmt::Display for Wake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parts: Vec<String> = self.parts.iter().map(|(time, what)| format!("{time} {what}")).collect();
        write!(f, "{} = {}; {} more on a node without the image", self.warm(), parts.join(" + "), self.images)
    }
}

/// Adds up: until it is seen that a server is wanted, until that has the models, until it runs, and until it has loaded
/// what is asked for. The sums are those of probes and deadlines, which give twice the time.
pub(super) fn wake(seen: (Seconds, &str), planned: &[PlannedModel], store: &Store, delivery: &Delivery) -> Wake {
    let all = models::all_weights(planned);
    let mut parts = vec![(seen.0, seen.1.to_owned())];
    let brought = match (store, delivery) {
        (Store::NodeDisk(_), Delivery::Init) => Some((DOWNLOAD, "pull")),
        (Store::NodeDisk(_), Delivery::Copy(_)) => Some((STORE, "copy")),
        // What is in a claim stays there.
        _ => None,
    };
    if let Some((line, what)) = brought {
        parts.push((line.time_for(all), format!("to {what} {} GiB at {}", all.in_gib(), line.name)));
    }
    parts.push((STARTUP, "to start".to_owned()));
    let preloaded: Bytes = planned.iter().filter(|model| model.preload).map(PlannedModel::disk).sum();
    let loaded =
        if preloaded == Bytes(0) { planned.first().map(PlannedModel::disk).unwrap_or_default() } else { preloaded };
    parts.push((STORE.time_for(loaded), format!("to load {} GiB at {}", loaded.in_gib(), STORE.name)));
    let of_models = match (store, delivery) {
        (Store::Image(_), _) | (_, Delivery::Copy(Origin::Image(_))) => DOWNLOAD.time_for(all),
        _ => Seconds(0),
    };
    Wake { parts, images: IMAGE + of_models }
}

#[cfg(test)]
mod tests {
    use k8s_openapi::serde_json::{Value, from_value, json};

    use super::super::{Problems, topology};
    use super::*;
    use crate::facts;
    use crate::profile::Profile;

    fn of(models: &Value, storage: &Value) -> Wake {
        let profile = json!({"apiVersion": "ollama-k8s/v1", "kind": "Profile", "kubernetes": "1.36", "models": models, "storage": storage});
        let profile: Profile = from_value(profile).expect("a profile");
        let mut problems = Problems::default();
        let models = models::plan(&profile, &mut problems);
        let topology = topology::plan(&profile, facts::platform("generic").expect("a row"), &models, &mut problems);
        assert!(problems.into_vec().is_empty(), "{storage}");
        wake((Seconds(30), "until KEDA looks"), &models, &topology.store, &topology.delivery)
    }

    #[test]
    fn what_a_new_pod_must_bring_counts_and_what_is_in_a_claim_does_not() {
        // 4.92 GB: 49 s at 100 MB/s, 492 s at 10 MB/s.
        for (storage, warm, cold) in [
            (json!({"topology": "single"}), 30 + 180 + 49, 600),
            (json!({"topology": "perReplica"}), 30 + 180 + 49, 600),
            (json!({"topology": "shared", "class": "nfs"}), 30 + 180 + 49, 600),
            (json!({"topology": "ephemeral"}), 30 + 492 + 180 + 49, 600),
            (json!({"topology": "copy", "source": {"claim": "farm"}}), 30 + 49 + 180 + 49, 600),
            (json!({"topology": "copy", "source": {"claim": "farm"}, "class": "fast"}), 30 + 180 + 49, 600),
            (json!({"topology": "image", "source": {"image": "a.b/c:1"}}), 30 + 180 + 49, 600 + 492),
        ] {
            let wake = of(&json!(["llama3.1:8b"]), &storage);
            assert_eq!((wake.warm(), wake.cold()), (Seconds(warm), Seconds(warm + cold)), "{storage}");
        }
    }

    #[test]
    fn what_is_preloaded_is_loaded_before_and_else_what_is_asked_for_first() {
        let models = json!(["llama3.2:3b", "llama3.1:8b"]);
        assert_eq!(of(&models, &json!({})).warm(), Seconds(30 + 180 + 20));
        let models = json!(["llama3.2:3b", {"name": "llama3.1:8b", "preload": true}]);
        assert_eq!(of(&models, &json!({})).warm(), Seconds(30 + 180 + 49));
    }

    #[test]
    fn the_sum_is_shown_with_its_parts() {
        let shown = of(&json!(["llama3.1:8b"]), &json!({})).to_string();
        let sum = "259s = 30s until KEDA looks + 3m to start + 49s to load 4.6 GiB at 100 MB/s";
        assert_eq!(shown, format!("{sum}; 10m more on a node without the image"));
    }
}
