# The admin page of the demo: one admin, whose password is made once and kept in the run folder.

# admin_add FILE LOGIN ROLE PASSWORD
admin_add() { printf '%s\n' "$4" | "$BIN/imctl" admin add "$2" --role "$3" --file "$1" --password-stdin 2>/dev/null; }

# admin_flags: what logic needs for it.
admin_flags() {
  local file=$RUN/admins.json
  [ -s "$RUN/admin.password" ] || (umask 077 && head -c 15 /dev/urandom | base64 | tr '+/' '-_' >"$RUN/admin.password")
  admin_add "$file" admin admin "$(cat "$RUN/admin.password")"
  printf -- '--admin.enabled=true --admin.users_file=%s' "$file"
}

# print_admin: where it is.
print_admin() {
  say "The admin page: http://127.0.0.1:$(port_of logic-1 admin.port)/ (login admin, password $(cat "$RUN/admin.password"))"
}
