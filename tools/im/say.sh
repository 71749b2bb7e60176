# Messages to people.
say() { printf '%s\n' "$*"; }
say_step() { printf '== %s\n' "$*"; }
say_error() { printf 'im: %s\n' "$*" >&2; }
