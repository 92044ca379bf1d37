//! `hpa-cpu-gpu`: a server on a GPU is scaled by its processor.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{About, Scaler, Scope};

pub(super) const RULE: Rule = Rule {
    id: "hpa-cpu-gpu",
    severity: Severity::Warning,
    summary: "a server on a GPU is scaled by its processor",
    versions: Versions::All,
    docs: include_str!("hpa_cpu_gpu.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for scaler in scope.scalers().filter(Scaler::is_by_resource) {
        let Some(target) = scope.target(&scaler).filter(|target| target.about == About::Server) else { continue };
        let gpu = target.servers().find_map(|seat| Some((seat.gpus().next()?, format!("{}.resources", seat.path))));
        let Some(((name, _), path)) = gpu else { continue };
        findings
            .add(
                scaler.item,
                format!("spec.{}", scaler.signals_field()),
                "CPU and memory do not tell how busy a server on a GPU is",
                "scale by requests in flight at the proxy against OLLAMA_NUM_PARALLEL, with an External or prometheus metric",
            )
            .also(target.item, path, format!("works on `{name}`"));
    }
}
