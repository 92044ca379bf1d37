# What does a user see when it fails, and does what he reads mend it? Sourced by real-node.sh.
# shellcheck shell=bash

part_no_such_model() {
  registry_on
  within no-model-shared
  render_shared --set "models=[{name: tinny, $TINY}]"
  apply
  soon 60 job_failed PodFailurePolicy || fail "the Job does not fail"
  has_status Error puller || fail "kubectl get pods shows $(seen)"
  step "a model that does not exist: the Job has failed, PodFailurePolicy; puller $(seen)"
  soon 120 has_status 'Init:(Error|CrashLoopBackOff)' server || fail "kubectl get pods shows $(seen)"
  step "kubectl get pods: servers $(seen)"
  says_why server
  render_shared
  apply
  rolled_out deployment/ollama
  step "with the name corrected: ready"
  answers ollama
  render_shared --set "models=[{name: tiny, $TINY}, {name: tinny, $TINY}]"
  apply
  soon 120 has_status 'Init:(Error|CrashLoopBackOff)' server || fail "kubectl get pods shows $(seen)"
  soon 60 none_stops || fail "the old server does not end"
  is_ready deployment/ollama 1 || fail "no old server is left"
  answers ollama
  step "a wrong second model: servers $(seen), and the Service still answers"
  says_why server
  forget

  within no-model-single
  render single-gpu --set "models=[{name: tinny, $TINY}]"
  apply
  soon 120 has_status 'Init:CrashLoopBackOff' server || fail "kubectl get pods shows $(seen)"
  step "one server, a model that does not exist: $(seen)"
  described 'tinny:latest: there is no such model' server || fail "describe pod does not say why"
  step "describe pod: $(grep -m 1 -o 'failed: .*\|tinny:latest: there is no.*' "$WORK/shown")"
  render single-gpu
  apply
  rolled_out deployment/ollama
  answers ollama
  step "with the name corrected: ready and answers"
  forget
}

none_stops() { has_status . server && ! grep -q Terminating "$WORK/statuses"; }

says_why() {
  described 'there is no such model' "$1" || not "describe pod does not say why"
  step "describe pod: $(grep -m 1 -o '[^ ]* will not come: .*' "$WORK/shown")"
  grep -qF "kubectl -n $NAMESPACE delete job -l" "$WORK/shown" || not "describe pod does not name the command"
  step "describe pod: $(grep -m 1 -o 'if it has failed: .*' "$WORK/shown")"
}

# job_failed REASON
job_failed() {
  k get jobs -o 'jsonpath={.items[*].status.conditions[?(@.type=="Failed")].reason}' | grep -qw "$1"
}

part_not_writable() {
  local why='the store is not writable for 1000:1000, it is 755 0:0'
  registry_on
  unwritable_class readonly-nfs nfs.csi.k8s.io Immediate
  unwritable_class readonly-disk rancher.io/local-path WaitForFirstConsumer
  within unwritable-shared
  render_shared --set storage.createClass=null --set storage.class=readonly-nfs
  # Ten minutes are long for a test.
  grep -q 'WAIT_SILENCE' "$WORK/bundle.yaml" || fail "no WAIT_SILENCE is rendered"
  sed -i '/name: "\{0,1\}WAIT_SILENCE/{n;s/600/20/;}' "$WORK/bundle.yaml"
  apply
  soon 60 has_status Error puller || fail "kubectl get pods shows $(seen)"
  described "$why" puller || not "describe pod does not say why"
  step "a store that belongs to root: puller $(seen), describe pod: $(grep -m 1 -o "$why.*" "$WORK/shown")"
  soon 120 has_status 'Init:(Error|CrashLoopBackOff)' server || fail "kubectl get pods shows $(seen)"
  described 'will not come: .*nobody has said a word' server || not "describe pod does not say why"
  grep -qF "delete job -l" "$WORK/shown" || fail "describe pod does not name the command"
  step "the servers: $(seen), $(grep -m 1 -o '[^ ]* will not come: .*' "$WORK/shown")"
  forget

  within unwritable-single
  render single-gpu --set storage.class=readonly-disk
  apply
  soon 60 has_status 'Init:(Error|CrashLoopBackOff)' server || fail "kubectl get pods shows $(seen)"
  described "$why" server || not "describe pod does not say why"
  step "one server: $(seen), describe pod: $(grep -m 1 -o "$why.*" "$WORK/shown")"
  forget
}

# unwritable_class NAME PROVISIONER BINDING
unwritable_class() {
  kubectl apply -f - > /dev/null <<YAML
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: $1, annotations: {real-node/volume: "hostPath 0755"}}
provisioner: $2
parameters: {server: nfs.test, share: /models}
volumeBindingMode: $3
YAML
}

part_mended() {
  within mended
  registry_on --missing tiny
  render_shared
  apply
  soon 60 job_failed PodFailurePolicy || fail "the Job does not fail"
  soon 120 has_status 'Init:(Error|CrashLoopBackOff)' server || fail "kubectl get pods shows $(seen)"
  registry_on
  step "the Job has failed for good, and the model is there now: servers $(seen)"
  local mend
  described 'delete job' server || fail "describe pod does not name the command"
  mend=$(grep -m 1 -o 'kubectl -n [^ ]* delete job -l [^ ,]*,[^ ,]*' "$WORK/shown")
  $mend > /dev/null || fail "this does not work: $mend"
  apply
  rolled_out deployment/ollama 400
  answers ollama
  step "after \"$mend\" and applying again: ready and answers"
  forget
}
