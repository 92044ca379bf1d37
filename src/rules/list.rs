//! Which rules are there?

use super::*;

macro_rules! rules {
    ($($module:ident)*) => { &[$(&$module::RULE),*] };
}

/// All rules, by name.
pub const RULES: &[&Rule] = rules! {
    allow_unused annotation_misspelt api_version api_version_missing app_template_container app_template_value
    apply_order argo_chart argo_destination argo_hook_early argo_source argo_sync_option autoscaler_double
    autoscaler_range autoscaler_replicas autoscaler_unbackable backend_https cache_type_attention cache_type_unknown
    chart_amd_tolerations chart_autoscaling_unbackable chart_clean_create chart_embedding_run chart_env_repeated
    chart_ephemeral_store chart_exposed chart_gateway_name chart_gpu_resources chart_gpu_vendor chart_host_url
    chart_knative chart_memory chart_models_depth chart_models_lifecycle chart_mount_path chart_name_unknown
    chart_pss chart_repository_page chart_rwo_replicas chart_unknown_value chart_update_strategy cidr_invalid
    claim_block_mounted claim_data_source claim_missing claim_misspelt claim_selector claims_deleted client_base_url
    client_host_port client_https client_localhost client_request command_without_shell config_key_missing
    config_no_checksum cpu_limit_inference custom_field_unknown dns_not_cluster dra_dangling_claim dra_request_shape
    dra_unused_claim dra_version duplicate_object endpoints_mismatch enum_value env_client env_duplicate env_removed
    env_secret env_unknown env_value env_value_and_source exposed_hostport exposed_inside exposed_unauth
    field_required file_mode_decimal fixed_sleep flux_chart_source flux_depends_on_itself flux_helm_timeout
    flux_oci_type flux_old_api flux_subst_script flux_values_from fsgroup_always fsgroup_missing gitops_pvc_wave
    gpu_both_vendors gpu_capabilities gpu_fraction gpu_host_device gpu_image_without_rocm gpu_memory_model
    gpu_on_sidecar gpu_request_only gpu_selector_no_gpu gpu_shared_multi gpu_uncounted gpu_vendor_image
    gpu_visible_all gpu_visible_set grace_period headless_port home_of_root home_read_only host_localhost
    host_namespaces host_url hostname_invalid hpa_cpu_gpu hpa_metric_target hpa_no_request hpa_zero_version
    image_invalid image_never_pulled image_tag image_unknown image_volume_version image_vulnerable ingress_body
    ingress_class_twice ingress_legacy_class ingress_nginx_retired ingress_path ingress_rewrite ingress_timeout
    ingress_tls ingress_tls_host install_at_start job_deadline_short job_fixed_name job_no_deadline
    job_podfailure_onfailure job_restart_policy job_serves_forever job_wffc_zone keda_activation keda_short_host
    keda_strings keda_trigger kustomize_deprecated kustomize_file_missing kustomize_file_unlisted
    kustomize_image_unused kustomize_literal kustomize_name_unfollowed kustomize_patch_inline kustomize_patch_path
    kustomize_patch_target kustomize_source_moved label_model_name limitrange_conflict limitrange_gpu_default
    limitrange_invalid mem_limit_model missing_separator model_unknown models_ephemeral models_in_memory
    monitor_no_metrics monitor_selects_nothing name_invalid namespace_mismatch namespace_misspelt negative_number
    netpol_blocks_client netpol_blocks_ingress netpol_blocks_puller netpol_dns netpol_egress_inert
    netpol_ingress_inert netpol_namespace_label netpol_no_egress netpol_open netpol_or_and netpol_port_mismatch
    netpol_selects_nothing netpol_split_rule no_probes node_label_misspelt node_port_range nonroot_home
    ollama_command_unknown openshift_home operator_old_api origins_any path_missing pdb_blocks_drain
    pdb_blocks_scaled_down pdb_dangling pdb_invalid pdb_overlap pdb_unhealthy_policy pinned_node pinned_nodename
    placeholder port_invalid privileged privileged_no_escalation probe_exec_missing_binary probe_host_field
    probe_https probe_invalid probe_liveness_asks_model probe_liveness_no_startup probe_port_mismatch
    probe_poststart_pull probe_ready_without_model probe_timeout probe_unknown_path progress_deadline
    provisioner_misspelt pss_restricted pull_before_serve pull_elsewhere pull_races_server pull_time_limit
    pv_class_default pv_class_mismatch pv_unfit pvc_empty_class pvc_min_size pvc_modes_invalid pvc_rwx_block
    pvc_too_small quantity_invalid quantity_milli quantity_suspicious quota_class_unused quota_exceeded
    quota_gpu_prefix quota_key quota_needs_defaults quota_storage quota_surge quota_tight readonly_root
    recreate_with_rollingupdate reference_misspelt request_above_limit resource_unknown resources_missing
    ro_models_uninit rollout_antiaffinity_deadlock rollout_gpu_surge rollout_hostport_surge rollout_rwo_surge
    rollout_rwo_surge_unclear rollout_zero_zero route_exact_root route_no_grant route_port_missing route_port_target
    route_service_misspelt route_timeout route_timeout_order route_unknown_path run_as_root_false rwo_multi_replica
    rwx_no_noprune sa_token sc_immediate_zonal sc_missing_param sc_reclaim_delete sc_unknown_param schedule_invalid
    script_bashism script_ends_server script_not_executable script_swallows_pull script_torn script_unended
    script_words_lost selector_expression selector_hits_job selector_mismatch service_external_policy
    service_internal_policy service_name_missing service_selects_nothing service_selects_other shell_hides_term
    spread_selects_nothing spread_tainted_domains store_elsewhere store_hostpath suspended target_port_undeclared
    toleration_everything toleration_invalid traefik_match traefik_middleware_name unknown_field
    variable_not_expanded volume_two_sources volume_unknown wait_inverted wrong_type yaml_duplicate_key
    yaml_implicit yaml_syntax
};
