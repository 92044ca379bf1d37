#!/usr/bin/env python3
"""Writes resources.yaml: the fields of custom resources, from the Go modules of the projects that define them.

    src/facts/resources.py DATE > src/facts/resources.yaml    # Go, Python 3 and PyYAML; DATE as 2026-11-29

A line is a field: one space for each level, its name with `!` where it is required, its kind, and the words that it may be.
Kinds: map (its fields follow), text, whole (number), number, bool, amount (number or text), time (with its units), url (with its
schemes), texts (a mapping to text), any. `[]` before a kind: a list of it.
"""
import json, re, subprocess, sys
from pathlib import Path
import yaml

TIMES = {  # the patterns of times, with their units
    r"^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$": "ms s m h",
    r"^([0-9]+(\.[0-9]+)?(ms|s|m))+$": "ms s m",
    r"^([0-9]{1,5}(h|m|s|ms)){1,4}$": "h m s ms",
    r"^(0|(([0-9]+)y)?(([0-9]+)w)?(([0-9]+)d)?(([0-9]+)h)?(([0-9]+)m)?(([0-9]+)s)?(([0-9]+)ms)?)$": "y w d h m s ms",
}
GO_TIME = "https://golang.org/pkg/time/#ParseDuration"
CRDS = [  # module, version, file, versions of the API, software
    ("sigs.k8s.io/gateway-api", "v1.6.3", "config/crd/experimental/gateway.networking.k8s.io_gateways.yaml", ["v1", "v1beta1"], "Gateway API"),
    ("sigs.k8s.io/gateway-api", "v1.6.3", "config/crd/experimental/gateway.networking.k8s.io_httproutes.yaml", ["v1", "v1beta1"], "Gateway API"),
    ("github.com/fluxcd/source-controller", "v1.9.6", "config/crd/bases/source.toolkit.fluxcd.io_gitrepositories.yaml", ["v1"], "source-controller"),
    ("github.com/fluxcd/source-controller", "v1.9.6", "config/crd/bases/source.toolkit.fluxcd.io_helmrepositories.yaml", ["v1"], "source-controller"),
    ("github.com/fluxcd/source-controller", "v1.9.6", "config/crd/bases/source.toolkit.fluxcd.io_ocirepositories.yaml", ["v1"], "source-controller"),
    ("github.com/fluxcd/helm-controller", "v1.6.3", "config/crd/bases/helm.toolkit.fluxcd.io_helmreleases.yaml", ["v2"], "helm-controller"),
    ("github.com/fluxcd/kustomize-controller", "v1.9.6", "config/crd/bases/kustomize.toolkit.fluxcd.io_kustomizations.yaml", ["v1"], "kustomize-controller"),
    ("github.com/kedacore/keda/v2", "v2.21.0", "config/crd/bases/keda.sh_scaledobjects.yaml", ["v1alpha1"], "KEDA"),
    ("github.com/argoproj/argo-cd/v3", "v3.5.7", "manifests/crds/application-crd.yaml", ["v1alpha1"], "Argo CD"),
    ("github.com/prometheus-operator/prometheus-operator", "v0.85.0", "example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml", ["v1"], "Prometheus Operator"),
    ("github.com/prometheus-operator/prometheus-operator", "v0.85.0", "example/prometheus-operator-crd/monitoring.coreos.com_podmonitors.yaml", ["v1"], "Prometheus Operator"),
    ("github.com/cert-manager/cert-manager", "v1.18.2", "deploy/crds/crd-certificates.yaml", ["v1"], "cert-manager"),
]
KUSTOMIZE = ("sigs.k8s.io/kustomize/api", "v0.21.1")
# k8s.io/apimachinery meta/v1 ObjectMeta; what a cluster fills in is left to it.
METADATA = """metadata map
 name text
 generateName text
 namespace text
 labels texts
 annotations texts
 finalizers []text
 ownerReferences any
 creationTimestamp any
 deletionGracePeriodSeconds any
 deletionTimestamp any
 generation any
 managedFields any
 resourceVersion any
 selfLink any
 uid any""".splitlines()


def module(path, version):
    """The folder of a module; the go command fetches it."""
    out = subprocess.run(["go", "mod", "download", "-json", f"{path}@{version}"], cwd="/", env={**__import__("os").environ, "GOWORK": "off"}, capture_output=True, text=True, check=True)
    return Path(json.loads(out.stdout)["Dir"])


def schemes(schema):
    """What an address may begin with: `^(http|https|ssh)://.*$`."""
    found = re.fullmatch(r"\^\(?([a-z|]+)\)?://\.\*\$", schema.get("pattern", ""))
    return found[1].split("|") if found else []


def kind_of(schema):
    if schema.get("x-kubernetes-int-or-string"):
        return "amount"
    if schema.get("type") == "array":
        inner = kind_of(schema["items"])
        return "[]" + inner if "[]" not in inner else "any"
    if schema.get("properties"):
        return "any" if schema.get("x-kubernetes-preserve-unknown-fields") else "map"
    more = schema.get("additionalProperties")
    if isinstance(more, dict) and more.get("type") == "string":
        return "texts"
    if schema.get("type") == "string":
        return "time" if schema.get("pattern") in TIMES or GO_TIME in schema.get("description", "") else "url" if schemes(schema) else "text"
    return {"integer": "whole", "number": "number", "boolean": "bool"}.get(schema.get("type"), "any")


def lines(schema, depth):
    required = set(schema.get("required", []))
    for name, field in schema.get("properties", {}).items():
        kind = kind_of(field)
        inner = field["items"] if kind.startswith("[]") else field
        words = [str(word) for word in inner.get("enum", [])] if kind.endswith("text") else []
        words = [] if any(" " in word for word in words) else [word for word in words if word]
        if kind.endswith("time"):
            words = [TIMES.get(inner.get("pattern"), "ns us µs ms s m h")]
        if kind.endswith("url"):
            words = schemes(inner)
        yield " " * depth + " ".join([name + ("!" if name in required and "default" not in field else ""), kind, *words])
        if kind.endswith("map"):
            yield from lines(inner, depth + 1)


def of_crd(path, version, file, versions):
    crd = yaml.safe_load((module(path, version) / file).read_text())
    group, kind = crd["spec"]["group"], crd["spec"]["names"]["kind"]
    schema = next(v for v in crd["spec"]["versions"] if v["name"] == versions[0])["schema"]["openAPIV3Schema"]
    schema["properties"] = {k: v for k, v in schema["properties"].items() if k not in ("apiVersion", "kind", "metadata", "status", "operation")}
    rest = ["operation any"] if kind == "Application" else []
    return [f"{group}/{v}" for v in versions], kind, METADATA + list(lines(schema, 0)) + rest


def of_go(folder):
    """The fields of Go's `Kustomization` and of what it is made of, as they are in JSON."""
    text = "\n".join(p.read_text() for f in ("types", "resid") for p in list(folder.glob(f"{f}/*.go")) + list(folder.glob(f"../kyaml@{KUSTOMIZE[1]}/{f}/*.go")) if not p.name.endswith("_test.go"))
    structs = {name: body for name, body in re.findall(r"^type (\w+) struct \{\n(.*?)^\}", text, re.M | re.S)}
    def fields(name, depth):
        for own, kind, key in re.findall(r"^\s*(?:(\w+) +)?([\w.*\[\]{}]+) +`json:\"([^\"]*)\"", structs[name], re.M):
            key, bare = key.split(",")[0], kind.lstrip("*").split(".")[-1]
            if not key:
                yield from fields(bare, depth)
                continue
            inner = kind.replace("[]", "").lstrip("*").split(".")[-1]
            said = "texts" if kind == "map[string]string" else "any" if "map[" in kind else None
            said = said or {"string": "text", "bool": "bool", "int": "whole", "int64": "whole", "SortOrder": "text", "PatchStrategicMerge": "text"}.get(inner)
            said = said or ("map" if inner in structs and depth < 6 else "any")
            yield " " * depth + key + " " + ("[]" if kind.startswith("[]") else "") + said
            if said == "map":
                yield from fields(inner, depth + 1)
    return [line for line in fields("Kustomization", 0) if line.split()[0] not in ("kind", "apiVersion") or line.startswith(" ")]


def main():
    checked = sys.argv[1]
    print("# The fields of custom resources that people write beside Ollama. Made by resources.py, which says what the lines mean.")
    rows = []
    for path, version, file, versions, software in CRDS:
        apis, kind, fields = of_crd(path, version, file, versions)
        rows.append((apis, kind, software, version, f"{path} {version} {file}", fields))
    fields = of_go(module(*KUSTOMIZE))
    for api, kind in (("v1beta1", "Kustomization"), ("v1alpha1", "Component")):
        rows.append(([f"kustomize.config.k8s.io/{api}"], kind, "kustomize", KUSTOMIZE[1], f"{KUSTOMIZE[0]} {KUSTOMIZE[1]} types/kustomization.go", fields))
    for apis, kind, software, release, source, fields in rows:
        print(f"- apis: {json.dumps(apis)}\n  kind: {kind}\n  software: {software}\n  release: {release.lstrip('v')}\n  source: {source}\n  checked: \"{checked}\"\n  fields: |-")
        print("\n".join("    " + line for line in fields))


main()
