# What is rendered and applied, and where are the models pulled from? Sourced by real-node.sh.
# shellcheck shell=bash

REGISTRY=
PORT=
NAMESPACES=
TINY='size: 2Mi, layers: 2, kvHeads: 2, headDim: 32'

make_models() {
  "$SERVER/make-model" "$WORK/tiny.gguf" > /dev/null
  "$SERVER/make-model" --layers 8 --embd 256 --heads 8 --kv-heads 8 --ctx 32768 "$WORK/heavy.gguf" > /dev/null
  : > "$WORK/access.log"
}

# registry_on [FAULT...]: at the same address each time.
# shellcheck disable=SC2120 # other files give some
registry_on() {
  registry_off
  rm -f "$WORK/address"
  "$SERVER/registry" ${PORT:+--port "$PORT"} --gguf tiny:latest="$WORK/tiny.gguf" --gguf heavy:latest="$WORK/heavy.gguf" \
    --log "$WORK/registry.log" "$@" > "$WORK/address" 2> "$WORK/registry.err" &
  REGISTRY=$!
  soon 20 test -s "$WORK/address" || fail "the registry does not start"
  if [ -z "$PORT" ]; then
    PORT=$(sed 's/.*://' "$WORK/address")
    "$NODE/models" "$PORT"
  fi
}

registry_off() {
  [ -n "$REGISTRY" ] || return 0
  kill "$REGISTRY" 2>/dev/null || true
  wait "$REGISTRY" 2>/dev/null || true
  REGISTRY=
  # A registry that starts again writes a log of its own.
  cat "$WORK/registry.log" >> "$WORK/access.log" 2>/dev/null || true
  rm -f "$WORK/registry.log"
}

# How often a blob was downloaded from this registry.
downloads() { grep -c 'GET /data/' "$WORK/registry.log" || true; }

# The namespace of what follows.
within() {
  NAMESPACE=$1
  case " $NAMESPACES " in *" $1 "*) return 0 ;; esac
  NAMESPACES="$NAMESPACES $1"
  # Of an earlier run on this node.
  kubectl delete namespace "$1" --ignore-not-found --timeout=120s > /dev/null
}

# Without waiting: what is stopping is in nobody's way.
forget() {
  kubectl delete namespace "$NAMESPACE" --wait=false > /dev/null
  NAMESPACES=${NAMESPACES/ $NAMESPACE/}
}

forget_all() {
  for NAMESPACE in $NAMESPACES; do forget; done
}

# render PROFILE [OPTION...]: for the CPU, with the model tiny, into this namespace.
render() {
  "$TOOL" render "$1" --quiet --namespace "$NAMESPACE" --set "models=[{name: tiny, $TINY}]" --set hardware.gpu=null \
    --set hardware.cpu=1 --set spread.required=false "${@:2}" > "$WORK/bundle.yaml" || fail "it is not rendered"
}

apply() {
  kubectl apply --server-side --validate=strict -f "$WORK/bundle.yaml" > "$WORK/applied" 2>&1 || {
    cat "$WORK/applied"
    fail "it is not accepted"
  }
}

# shellcheck disable=SC2120 # other files give some
render_shared() {
  render ha-rwx --set expose.ingress=null --set storage.createClass.parameters.server=nfs.test \
    --set storage.createClass.parameters.share=/models "$@"
}

# The shared store of other parts.
with_shared() {
  within shared
  if k get deployment ollama > /dev/null 2>&1; then return 0; fi
  # shellcheck disable=SC2119
  registry_on
  # shellcheck disable=SC2119
  render_shared
  apply
  rolled_out deployment/ollama
  step "ready, for its store"
}
