# One puller at a time on a store. Part of pull.sh, which says `say`, `left`, `pod` and `ours`.
#
# PULL_LOCK_STALE  seconds without a sign of life after which another puller's work is taken over, 60
# shellcheck shell=sh disable=SC2154

lock=$ours/lock
# Two pullers on one machine differ in the number; a container that starts again in its pod is the same one.
me=$pod/$$
mine=$lock-$pod-$$
ticks=0
locked=''

# Every wait of a puller goes through here: only one that gets on shows a sign of life.
rest() {
  for _ in $(seq "$1"); do
    nap 1
    ticks=$((ticks + 1))
    if [ -n "$locked" ] && [ $((ticks % 5)) -eq 0 ]; then beat; fi
    if [ "$(left)" -le 0 ]; then break; fi
  done
}

beat() {
  case $(cat "$lock/holder" 2>/dev/null || true) in
    '' | "$me "*) printf '%s %s\n' "$me" "$ticks" 2>/dev/null > "$lock/holder" || true ;;
    *)
      locked=''
      say 'another puller has taken over'
      exit 1 ;;
  esac
}

# A folder that has a holder is not replaced by a rename, which is atomic, also on NFS. Nobody's clock is compared with
# another's.
acquire() {
  if ! { mkdir -p "$mine" && printf '%s 0\n' "$me" > "$mine/holder"; } 2> "$out"; then
    say "no lock: $(last_line "$out"); the store has $(room "$OLLAMA_MODELS")"
    exit 1
  fi
  seen=''
  age=0
  waited=0
  until mv -T "$mine" "$lock" 2>/dev/null; do
    sign=$(cat "$lock/holder" 2>/dev/null || true)
    holder=${sign% *}
    if [ "$sign" != "$seen" ]; then
      seen=$sign
      age=0
    elif [ "$age" -ge "${PULL_LOCK_STALE:-60}" ] || [ "$holder" = "$me" ]; then
      take_over
    fi
    if [ "$(left)" -le 0 ]; then
      say "${holder:-another puller} is still at work after $PULL_SECONDS s"
      exit 1
    fi
    # Not the status: that is the other one's.
    if [ $((waited % 30)) -eq 0 ]; then printf 'waiting: %s is at work\n' "${holder:-another puller}"; fi
    rest 1
    age=$((age + 1))
    waited=$((waited + 1))
  done
  locked=yes
}

# By a rename, which one of many succeeds with. Who has renamed the lock of one that came first puts it back.
take_over() {
  mv -T "$lock" "$mine-old" 2>/dev/null || return 0
  if [ "$(cat "$mine-old/holder" 2>/dev/null || true)" = "$seen" ]; then
    printf '%s has shown no sign of life: taking over\n' "${holder:-another puller}"
  elif mv -T "$mine-old" "$lock" 2>/dev/null; then
    return 0
  fi
  rm -rf "$mine-old"
}

release() {
  rm -rf "$mine"
  case $(cat "$lock/holder" 2>/dev/null || true) in "$me "*) rm -rf "$lock" ;; esac
}
