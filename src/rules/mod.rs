//! What is wrong with a set of manifests, whoever wrote them?
//!
//! A rule is a pair: `<id>.rs` finds, `<id>.md` explains, and its examples are the rule's tests. `render` runs
//! the same rules over its own bundle, so that what is rendered is never what is rejected.
//! Rules know what manifests mean together (`scope`), not plans or profiles: they judge manifests from anywhere.

mod finding;
mod list;
mod rule;

pub(crate) mod allow_unused;
mod api_version;
mod api_version_missing;
mod apply_order;
mod argo_source;
mod argo_sync_option;
mod autoscaler_double;
mod autoscaler_range;
mod autoscaler_replicas;
mod autoscaler_unbackable;
mod cache_type_attention;
mod cache_type_unknown;
mod chart_amd_tolerations;
mod chart_autoscaling_unbackable;
mod chart_clean_create;
mod chart_embedding_run;
mod chart_env_repeated;
mod chart_ephemeral_store;
mod chart_exposed;
mod chart_gateway_name;
mod chart_gpu_resources;
mod chart_host_url;
mod chart_knative;
mod chart_memory;
mod chart_models_depth;
mod chart_models_lifecycle;
mod chart_mount_path;
mod chart_rwo_replicas;
mod chart_unknown_value;
mod chart_update_strategy;
mod claim_missing;
mod claim_misspelt;
mod client_host_port;
mod command_without_shell;
mod config_key_missing;
mod config_no_checksum;
mod cpu_limit_inference;
mod custom_field_unknown;
mod dra_dangling_claim;
mod dra_request_shape;
mod dra_unused_claim;
mod dra_version;
mod duplicate_object;
mod enum_value;
mod env_client;
mod env_duplicate;
mod env_removed;
mod env_secret;
mod env_unknown;
mod env_value;
mod env_value_and_source;
mod exposed_hostport;
mod exposed_inside;
mod exposed_unauth;
mod field_required;
mod file_mode_decimal;
mod fixed_sleep;
mod flux_chart_source;
mod flux_depends_on_itself;
mod flux_helm_timeout;
mod flux_old_api;
mod flux_subst_script;
mod flux_values_from;
mod fsgroup_always;
mod gitops_pvc_wave;
mod gpu_both_vendors;
mod gpu_fraction;
mod gpu_image_without_rocm;
mod gpu_on_sidecar;
mod gpu_request_only;
mod gpu_selector_no_gpu;
mod gpu_shared_multi;
mod gpu_uncounted;
mod gpu_vendor_image;
mod gpu_visible_all;
mod gpu_visible_set;
mod grace_period;
mod host_localhost;
mod host_namespaces;
mod host_url;
mod hostname_invalid;
mod hpa_cpu_gpu;
mod hpa_no_request;
mod hpa_zero_version;
mod image_tag;
mod image_volume_version;
mod image_vulnerable;
mod ingress_body;
mod ingress_legacy_class;
mod ingress_nginx_retired;
mod ingress_timeout;
mod ingress_tls;
mod install_at_start;
mod job_fixed_name;
mod job_no_deadline;
mod job_podfailure_onfailure;
mod job_restart_policy;
mod job_serves_forever;
mod job_wffc_zone;
mod keda_strings;
mod kustomize_deprecated;
mod kustomize_file_missing;
mod kustomize_image_unused;
mod kustomize_literal;
mod kustomize_name_unfollowed;
mod kustomize_patch_path;
mod kustomize_patch_target;
mod label_model_name;
mod limitrange_conflict;
mod limitrange_gpu_default;
mod limitrange_invalid;
mod mem_limit_model;
mod missing_separator;
mod model_unknown;
mod models_ephemeral;
mod monitor_no_metrics;
mod name_invalid;
mod namespace_mismatch;
mod negative_number;
mod netpol_blocks_client;
mod netpol_blocks_ingress;
mod netpol_blocks_puller;
mod netpol_dns;
mod netpol_egress_inert;
mod netpol_ingress_inert;
mod netpol_namespace_label;
mod netpol_or_and;
mod netpol_selects_nothing;
mod no_probes;
mod node_port_range;
mod nonroot_home;
mod operator_old_api;
mod origins_any;
mod pdb_blocks_drain;
mod pdb_blocks_scaled_down;
mod pdb_dangling;
mod pdb_invalid;
mod pdb_overlap;
mod pdb_unhealthy_policy;
mod pinned_node;
mod pinned_nodename;
mod placeholder;
mod port_invalid;
mod privileged;
mod privileged_no_escalation;
mod probe_exec_missing_binary;
mod probe_host_field;
mod probe_https;
mod probe_invalid;
mod probe_liveness_asks_model;
mod probe_liveness_no_startup;
mod probe_port_mismatch;
mod probe_poststart_pull;
mod probe_ready_without_model;
mod probe_timeout;
mod probe_unknown_path;
mod progress_deadline;
mod pss_restricted;
mod pull_before_serve;
mod pull_races_server;
mod pv_class_default;
mod pv_class_mismatch;
mod pvc_empty_class;
mod pvc_min_size;
mod pvc_modes_invalid;
mod pvc_rwx_block;
mod pvc_too_small;
mod quantity_invalid;
mod quantity_milli;
mod quantity_suspicious;
mod quota_class_unused;
mod quota_exceeded;
mod quota_gpu_prefix;
mod quota_key;
mod quota_needs_defaults;
mod quota_storage;
mod quota_surge;
mod quota_tight;
mod readonly_root;
mod recreate_with_rollingupdate;
mod reference_misspelt;
mod request_above_limit;
mod resource_unknown;
mod resources_missing;
mod ro_models_uninit;
mod rollout_antiaffinity_deadlock;
mod rollout_gpu_surge;
mod rollout_hostport_surge;
mod rollout_rwo_surge;
mod rollout_rwo_surge_unclear;
mod rollout_zero_zero;
mod route_port_missing;
mod route_port_target;
mod route_service_misspelt;
mod route_timeout;
mod route_timeout_order;
mod route_unknown_path;
mod run_as_root_false;
mod rwo_multi_replica;
mod rwx_no_noprune;
mod sa_token;
mod sc_immediate_zonal;
mod sc_missing_param;
mod sc_reclaim_delete;
mod sc_unknown_param;
mod schedule_invalid;
mod script_ends_server;
mod script_swallows_pull;
mod script_words_lost;
mod selector_hits_job;
mod selector_mismatch;
mod service_name_missing;
mod service_selects_nothing;
mod shell_hides_term;
mod spread_tainted_domains;
mod store_elsewhere;
mod store_hostpath;
mod toleration_everything;
mod toleration_invalid;
mod unknown_field;
mod variable_not_expanded;
mod volume_two_sources;
mod volume_unknown;
mod wrong_type;
mod yaml_duplicate_key;
mod yaml_implicit;
mod yaml_syntax;

use crate::scope::Scope;

pub use finding::{Finding, Findings, Place};
pub use list::RULES;
pub use rule::{Rule, Severity, Versions};

/// The rule of a name.
pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.binary_search_by_key(&id, |rule| rule.id).ok().map(|at| RULES[at])
}

/// Everything that all rules find.
pub fn check(scope: &Scope<'_>) -> Vec<Finding> {
    check_by(RULES.iter().copied(), scope)
}

/// Everything that some rules find.
pub fn check_by(rules: impl IntoIterator<Item = &'static Rule>, scope: &Scope<'_>) -> Vec<Finding> {
    let mut findings = Findings { rule: RULES[0], found: Vec::new() };
    for rule in rules.into_iter().filter(|rule| rule.versions.contains(scope.kubernetes)) {
        findings.rule = rule;
        (rule.check)(scope, &mut findings);
    }
    findings.found
}
