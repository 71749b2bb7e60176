# What a plain run leaves out is chosen by the commit (or --seed): the same commit runs the same, each commit something else.

# seed_of_tree: the commit, short.
seed_of_tree() { git -C "$ROOT" rev-parse --short=12 HEAD 2>/dev/null || echo none; }

# sampled COUNT ITEM...: so many of them, one a line; all with --full. What was chosen is said on standard error.
sampled() {
  local count=$1 all
  shift
  if [ -n "${FULL:-}" ] || [ $# -le "$count" ]; then
    printf '%s\n' "$@"
    return
  fi
  all=$(for item in "$@"; do printf '%s %s\n' "$(printf '%s' "$IM_SEED$item" | sha1sum | cut -c1-12)" "$item"; done | sort | head -n "$count" | cut -d' ' -f2)
  say "sampled $count of $# with seed $IM_SEED, all with --full: ${all//$'\n'/ }" >&2
  printf '%s\n' "$all"
}

# changed_files PATHSPEC...: what differs from where this branch left main, else (on main, in CI) from the commit before.
changed_files() {
  local base
  base=$(git -C "$ROOT" merge-base HEAD origin/main 2>/dev/null || git -C "$ROOT" merge-base HEAD main 2>/dev/null || true)
  if [ -z "$base" ] || [ "$base" = "$(git -C "$ROOT" rev-parse HEAD)" ]; then base=$(git -C "$ROOT" rev-parse -q --verify HEAD~1 || true); fi
  [ -n "$base" ] || { git -C "$ROOT" ls-files -- "$@"; return; }
  git -C "$ROOT" diff --name-only --diff-filter=d "$base" -- "$@"
}
