//! What of a pod does a level of the Pod Security Standards refuse? As kubernetes/pod-security-admission `policy/*.go` has it.

use super::{Seat, Workload};
use crate::facts::Version;
use crate::k8s::*;

/// A level that a namespace enforces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// No way to the node.
    Baseline,
    /// Nothing that is not needed.
    Restricted,
}

/// What a level refuses.
#[derive(Clone, Debug)]
pub struct Breach {
    /// The way to the field, which may be missing.
    pub path: String,
    /// What is so, as the end of a sentence that begins with the pod or the container.
    pub fault: String,
    /// What to write.
    pub help: String,
}

/// Capabilities that `baseline` lets a container have.
const CAPABILITIES: [&str; 13] = [
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];
/// Settings of the kernel that `baseline` lets a pod make.
const SYSCTLS: [&str; 10] = [
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.ping_group_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
];

/// What of the pods of a workload a level refuses; by the rules of a release where it is known.
pub fn breaches(workload: &Workload<'_>, level: Level, version: Option<Version>) -> Vec<Breach> {
    let mut found = Vec::new();
    let at = workload.at;
    let mut add = |path: String, fault: String, help: String| found.push(Breach { path, fault, help });
    let pod = workload.pod;
    for (is_shared, field) in [(pod.host_network, "hostNetwork"), (pod.host_pid, "hostPID"), (pod.host_ipc, "hostIPC")]
    {
        if is_shared == Some(true) {
            add(format!("{at}.{field}"), format!("the pod has {field}"), format!("leave {field} out"));
        }
    }
    for (number, volume) in pod.volumes.iter().flatten().enumerate() {
        let kind = kind_of(volume);
        if kind == "hostPath" || (level == Level::Restricted && !kind.is_empty()) {
            let fault = format!("the volume `{}` is of type {kind}", volume.name);
            add(format!("{at}.volumes[{number}]"), fault, "use a persistentVolumeClaim, or an emptyDir: {}".into());
        }
    }
    let context = pod.security_context.as_ref();
    for (number, sysctl) in context.iter().flat_map(|context| context.sysctls.iter().flatten()).enumerate() {
        if !SYSCTLS.contains(&sysctl.name.as_str()) {
            let fault = format!("the pod sets {}", sysctl.name);
            add(format!("{at}.securityContext.sysctls[{number}].name"), fault, format!("leave {} out", sysctl.name));
        }
    }
    if context.and_then(|context| context.seccomp_profile.as_ref()).is_some_and(|profile| profile.type_ == "Unconfined")
    {
        let help = "set seccompProfile: {type: RuntimeDefault}".into();
        add(format!("{at}.securityContext.seccompProfile.type"), "the pod may make any system call".into(), help);
    }
    for seat in &workload.seats {
        baseline(seat, version, &mut add);
        if level == Level::Restricted {
            restricted(workload, seat, version, &mut add);
        }
    }
    found
}

fn baseline(seat: &Seat<'_>, version: Option<Version>, add: &mut impl FnMut(String, String, String)) {
    let (path, name, container) = (&seat.path, seat.name(), seat.container);
    for (number, port) in container.ports.iter().flatten().enumerate() {
        if let Some(host) = port.host_port.filter(|port| *port != 0) {
            let fault = format!("`{name}` has hostPort {host}");
            add(
                format!("{path}.ports[{number}].hostPort"),
                fault,
                "leave hostPort out; a Service leads to the pod".into(),
            );
        }
    }
    let probes = [
        ("readinessProbe", &container.readiness_probe),
        ("livenessProbe", &container.liveness_probe),
        ("startupProbe", &container.startup_probe),
    ];
    for (field, probe) in probes {
        let host = probe.as_ref().and_then(|probe| probe.http_get.as_ref()?.host.as_deref()).unwrap_or_default();
        if !host.is_empty() && version.is_some_and(|version| version >= Version::minor(34)) {
            let fault = format!("`{name}` has a host in its {field}");
            add(
                format!("{path}.{field}.httpGet.host"),
                fault,
                "leave host out: the kubelet asks the pod itself".into(),
            );
        }
    }
    let Some(context) = &container.security_context else { return };
    if context.privileged == Some(true) {
        let help = "leave privileged out, and ask for the GPU in resources.limits".into();
        add(format!("{path}.securityContext.privileged"), format!("`{name}` is privileged"), help);
    }
    let added = context.capabilities.iter().flat_map(|capabilities| capabilities.add.iter().flatten());
    for (number, capability) in added.enumerate() {
        if !CAPABILITIES.contains(&capability.as_str()) {
            let fault = format!("`{name}` adds the capability {capability}");
            add(format!("{path}.securityContext.capabilities.add[{number}]"), fault, format!("leave {capability} out"));
        }
    }
    if context.seccomp_profile.as_ref().is_some_and(|profile| profile.type_ == "Unconfined") {
        let help = "set seccompProfile: {type: RuntimeDefault}".into();
        add(format!("{path}.securityContext.seccompProfile.type"), format!("`{name}` may make any system call"), help);
    }
    if context.app_armor_profile.as_ref().is_some_and(|profile| profile.type_ == "Unconfined") {
        let help = "leave appArmorProfile out".into();
        add(
            format!("{path}.securityContext.appArmorProfile.type"),
            format!("`{name}` is bound by no AppArmor profile"),
            help,
        );
    }
    if context.proc_mount.as_deref().is_some_and(|mount| mount != "Default") {
        add(
            format!("{path}.securityContext.procMount"),
            format!("`{name}` sees all of /proc"),
            "leave procMount out".into(),
        );
    }
}

fn restricted(
    workload: &Workload<'_>,
    seat: &Seat<'_>,
    version: Option<Version>,
    add: &mut impl FnMut(String, String, String),
) {
    let own = seat.container.security_context.as_ref();
    let pod = workload.pod.security_context.as_ref();
    let name = seat.name();
    let at = |field: &str| format!("{}.securityContext.{field}", seat.path);
    let mut lacks = |field: &str, fault: &str, set: &str| {
        add(at(field), format!("`{name}` {fault}"), format!("set securityContext.{set}"));
    };
    if own.and_then(|context| context.allow_privilege_escalation) != Some(false) {
        lacks("allowPrivilegeEscalation", "may gain privileges", "allowPrivilegeEscalation: false");
    }
    let capabilities = own.and_then(|context| context.capabilities.as_ref());
    if !capabilities.is_some_and(|all| all.drop.iter().flatten().any(|name| name == "ALL")) {
        lacks("capabilities", "keeps capabilities", "capabilities: {drop: [ALL]}");
    }
    let added = capabilities.iter().flat_map(|all| all.add.iter().flatten());
    if added.into_iter().any(|name| name != "NET_BIND_SERVICE" && CAPABILITIES.contains(&name.as_str())) {
        lacks("capabilities.add", "adds capabilities", "capabilities.add: [NET_BIND_SERVICE], or none");
    }
    let has_own_users =
        workload.pod.host_users == Some(false) && version.is_none_or(|version| version >= Version::minor(35));
    let non_root = own.and_then(|context| context.run_as_non_root).or(pod.and_then(|context| context.run_as_non_root));
    if !has_own_users && (non_root != Some(true) || seat.user(workload.pod) == Some(0)) {
        lacks("runAsNonRoot", "may run as root", "runAsNonRoot: true, and runAsUser above 0");
    }
    let of_own = own.and_then(|context| context.seccomp_profile.as_ref());
    if of_own.or(pod.and_then(|context| context.seccomp_profile.as_ref())).is_none() {
        lacks("seccompProfile", "may make any system call", "seccompProfile: {type: RuntimeDefault}");
    }
}

/// The type of a volume that `restricted` does not let a pod have; empty for the others.
fn kind_of(volume: &Volume) -> &'static str {
    let kinds = [
        (volume.host_path.is_some(), "hostPath"),
        (volume.nfs.is_some(), "nfs"),
        (volume.iscsi.is_some(), "iscsi"),
        (volume.cephfs.is_some(), "cephfs"),
        (volume.rbd.is_some(), "rbd"),
        (volume.glusterfs.is_some(), "glusterfs"),
        (volume.flex_volume.is_some(), "flexVolume"),
        (volume.fc.is_some(), "fc"),
        (volume.git_repo.is_some(), "gitRepo"),
        (volume.aws_elastic_block_store.is_some(), "awsElasticBlockStore"),
        (volume.gce_persistent_disk.is_some(), "gcePersistentDisk"),
        (volume.azure_disk.is_some(), "azureDisk"),
        (volume.azure_file.is_some(), "azureFile"),
    ];
    kinds.into_iter().find(|(is_it, _)| *is_it).map_or("", |(_, kind)| kind)
}
