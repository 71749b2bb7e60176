# Messages to people.
say() { printf '%s\n' "$*"; }
say_step() { printf '== %s\n' "$*"; }
say_error() { printf 'im: %s\n' "$*" >&2; }

# closest WORD CANDIDATE...: the candidate at most two letters away, if there is one.
closest() {
  awk '
    function least(a, b, c) { return a < b ? (a < c ? a : c) : (b < c ? b : c) }
    function distance(a, b, i, j, row, old, keep) {
      for (j = 0; j <= length(b); j++) row[j] = j
      for (i = 1; i <= length(a); i++) {
        old = row[0]; row[0] = i
        for (j = 1; j <= length(b); j++) {
          keep = row[j]
          row[j] = least(keep + 1, row[j - 1] + 1, old + (substr(a, i, 1) != substr(b, j, 1)))
          old = keep
        }
      }
      return row[length(b)]
    }
    BEGIN {
      best = 3
      for (k = 2; k < ARGC; k++) if ((d = distance(ARGV[1], ARGV[k])) < best) { best = d; name = ARGV[k] }
      if (name != "") print name
    }' "$@"
}

# unknown WHAT WORD CANDIDATE...: says so, with the word that was probably meant; ends with 2.
unknown() {
  local what=$1 word=$2 meant
  shift 2
  meant=$(closest "$word" "$@")
  say_error "unknown $what \"$word\"; ${meant:+did you mean \"$meant\"? }./im help says what there is"
  exit 2
}

# need_value FLAG VALUE...: the flag has one.
need_value() { [ $# -ge 2 ] || { say_error "$1 needs a value"; exit 2; }; }

# only_words VERB MOST WORD...: refuses flags and more than MOST words.
only_words() {
  local verb=$1 most=$2 word
  shift 2
  for word in "$@"; do
    [[ $word != -* ]] || { say_error "unknown flag \"$word\"; ./im $verb --help says what there is"; exit 2; }
  done
  [ $# -le "$most" ] || { say_error "too many words: \"${*:$((most + 1))}\"; ./im $verb --help says what it takes"; exit 2; }
}
