//! Which line of the profile would mend a trouble, with its number from the plan?

use serde::Serialize;

use crate::plan::{Delivery, Part, Plan, PlannedModel, Source, Store, Toleration};
use crate::sizing::Origin;
use crate::units::{Bytes, Millicores, Seconds};

/// Lines as `--set` takes them, `path: value`; none where that is not to be had, or is so already.
#[derive(Serialize)]
pub(super) struct Lines {
    allow_from: String,
    any_card: Option<String>,
    apart_if_possible: Option<String>,
    context: Option<String>,
    cpu: Option<String>,
    drain: Option<String>,
    egress: Option<String>,
    image: String,
    keep_alive: Option<String>,
    load_timeout: String,
    memory: String,
    models: Option<String>,
    more_away: Option<String>,
    more_parallel: Option<String>,
    more_servers: Option<String>,
    no_labels: Option<String>,
    no_prompt_cache: Option<String>,
    one_at_once: Option<String>,
    preload: Option<String>,
    pull_timeout: String,
    queue: Option<String>,
    quota: Option<String>,
    size: Option<String>,
    smaller_card: Option<String>,
    tolerations: String,
    way_in_timeout: Option<String>,
}

/// The lines for a bundle.
pub(super) fn of(plan: &Plan) -> Lines {
    let memory = plan.size.memory.value;
    let spread = plan.servers.spread.filter(|spread| spread.required);
    let drain = Seconds(30);
    let labels = &plan.placement.node_selector;
    Lines {
        allow_from: allow_from(plan),
        any_card: any_card(plan),
        apart_if_possible: spread.map(|_| "spread.required: false".to_owned()),
        context: context(plan),
        cpu: Some(plan.size.cpu.value.0 / 2)
            .filter(|half| *half >= 1000)
            .map(|half| format!("hardware.cpu: {}", Millicores(half))),
        drain: (plan.times.drain > drain).then(|| format!("server.drain: {drain}")),
        egress: (plan.registry.is_some() && !plan.network.servers.open).then(|| "network.egress: open".to_owned()),
        image: image(plan),
        keep_alive: setting(plan, "OLLAMA_KEEP_ALIVE")
            .filter(|time| *time != "-1")
            .map(|_| "server.keepAlive: forever".to_owned()),
        load_timeout: format!("server.loadTimeout: {}", twice(plan.times.load.value)),
        memory: format!("hardware.memory: {}", (memory + Bytes(memory.0 / 4)).round_up(Bytes::gib(1))),
        models: models(plan, false),
        more_away: more_away(plan),
        more_parallel: plan
            .fits()
            .parallel
            .map(|most| format!("server.parallel: {}", most.min(plan.load.parallel * 2))),
        more_servers: more_servers(plan),
        no_labels: (!labels.is_empty()).then(|| "hardware.nodeSelector: null".to_owned()),
        no_prompt_cache: (plan.prompt_cache(&plan.models[0]) > Bytes(0)).then(|| "server.promptCache: 0Mi".to_owned()),
        one_at_once: (plan.load.parallel > 1).then(|| "server.parallel: 1".to_owned()),
        preload: models(plan, true).filter(|_| !plan.models[0].preload),
        pull_timeout: format!("pull.timeout: {}", twice(plan.times.pull.value)),
        queue: setting(plan, "OLLAMA_MAX_QUEUE")
            .and_then(|number| number.parse::<u32>().ok())
            .map(|number| format!("server.maxQueue: {}", number.saturating_mul(2))),
        quota: plan.quota.as_ref().map(|_| "quota: off".to_owned()),
        size: larger(plan).map(|size| format!("storage.size: {size}")),
        smaller_card: plan.fits().gpu.map(|card| format!("hardware.gpu: {card}")),
        tolerations: tolerations(plan),
        way_in_timeout: way_in_timeout(plan),
    }
}

/// Half of the longest context that the server's setting gives: one of a model's own is not to be had by it.
fn context(plan: &Plan) -> Option<String> {
    let shapes = plan.models.iter().map(|model| &model.shape).filter(|shape| shape.own_context.is_none());
    let half = shapes.map(|shape| plan.load.context_of(shape)).max()? / 2;
    (half >= 1024).then(|| format!("server.contextLength: {half}"))
}

fn twice(time: Seconds) -> Seconds {
    time + time
}

fn setting<'a>(plan: &'a Plan, name: &str) -> Option<&'a str> {
    plan.settings.iter().find(|setting| setting.name == name).map(|setting| setting.value.value.as_str())
}

/// Everybody who may connect now, and one namespace more.
fn allow_from(plan: &Plan) -> String {
    let peers = plan.network.servers.from.iter().map(|source| match source {
        Source::SameNamespace => format!("{{namespace: {}}}", plan.release.namespace),
        Source::Namespace(name) => format!("{{namespace: {name}}}"),
        Source::Range(range) => format!("{{cidr: \"{range}\"}}"),
    });
    let peers: Vec<String> = peers.chain(["{namespace: clients}".to_owned()]).collect();
    format!("network.allowFrom: [{}]", peers.join(", "))
}

/// As many GPUs, whatever their labels say.
fn any_card(plan: &Plan) -> Option<String> {
    let gpu = plan.gpu.as_ref().filter(|gpu| gpu.card.usable.is_some() && !gpu.card.labels.is_empty())?;
    let card = &gpu.card;
    let vendor = card.device.vendor.name();
    (card.device.part == Part::Whole && !card.platform.card_required)
        .then(|| format!("hardware.gpu: {{vendor: {vendor}, model: null, memory: null, count: {}}}", card.count))
}

/// The same tag, with credentials; a digest without a tag stays as it is.
fn image(plan: &Plan) -> String {
    let reference = plan.image.reference.split('@').next().unwrap_or_default();
    let tag = reference.rsplit_once(':').map(|(_, tag)| tag).filter(|tag| !tag.contains('/'));
    let tag = tag.map(|tag| format!("tag: \"{tag}\", ")).unwrap_or_default();
    format!("server.image: {{{tag}pullSecrets: [registry-login]}}")
}

/// The list as it is, or with the first one loaded before a server is ready; none where a line does not say it all.
fn models(plan: &Plan, preload: bool) -> Option<String> {
    let is_name_only = |model: &PlannedModel| {
        model.made.is_none()
            && model.origin != Origin::Profile
            && model.pull.source == model.pull.name
            && !model.preload
    };
    let names = plan.models.iter().enumerate().map(|(at, model)| match (at, preload) {
        (0, true) => format!("{{name: {}, preload: true}}", model.name),
        _ => model.name.to_string(),
    });
    let names: Vec<String> = names.collect();
    plan.models.iter().all(is_name_only).then(|| format!("models: [{}]", names.join(", ")))
}

fn more_servers(plan: &Plan) -> Option<String> {
    let more = plan.servers.replicas + 1;
    let field = if plan.autoscale.is_some() { "autoscale.max" } else { "replicas" };
    (!plan.store.is_of_one_node() && more <= 100).then(|| format!("{field}: {more}"))
}

fn more_away(plan: &Plan) -> Option<String> {
    let away = plan.max_unavailable.as_ref()?.value + 1;
    (away < plan.servers.replicas).then(|| format!("disruption: {{maxUnavailable: {away}}}"))
}

/// Room for one model more, as large as the largest.
pub(super) fn larger(plan: &Plan) -> Option<Bytes> {
    let size = match (&plan.store, &plan.delivery) {
        (Store::Claim(claim) | Store::ClaimEach(claim), _) if claim.existing.is_none() => claim.size.value,
        (Store::NodeDisk(disk), Delivery::Init | Delivery::Copy(_)) => disk.size.value,
        _ => return None,
    };
    let more = size + plan.models.iter().map(PlannedModel::disk).max().unwrap_or_default();
    Some(more.round_up(Bytes::gib(if more < Bytes::gib(20) { 1 } else { 10 })))
}

/// Those of the profile, and one more; those for the GPU are always there.
fn tolerations(plan: &Plan) -> String {
    let given = plan.placement.tolerations.iter().map(|Toleration { key, operator, value, effect }| {
        let part =
            |name: &str, value: Option<&str>| value.map(|value| format!(", {name}: \"{value}\"")).unwrap_or_default();
        let rest = [part("key", key.as_deref()), part("value", value.as_deref()), part("effect", *effect)].concat();
        format!("{{operator: {operator}{rest}}}")
    });
    let all: Vec<String> = given.chain(["{operator: Exists, key: dedicated}".to_owned()]).collect();
    format!("hardware.tolerations: [{}]", all.join(", "))
}

fn way_in_timeout(plan: &Plan) -> Option<String> {
    let way = plan.ingress.as_ref()?;
    let longer = way.longest.map_or(twice(way.timeout), |longest| twice(way.timeout).min(longest));
    (longer > way.timeout).then(|| format!("expose.ingress.timeout: {longer}"))
}
