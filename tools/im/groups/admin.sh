# the admin page over HTTP, two comets: every role on every route, hostile requests, guesses; kicks, mutes, bans, removed messages, groups, pushes, a drained comet
# 1 min
test_admin() {
  local files=$ROOT/build/run-test-admin role
  rm -rf "$files" && mkdir -p "$files"
  for role in viewer operator admin; do admin_add "$files/admins.json" $role $role "the $role's password"; done
  export PYTHONPATH=$ROOT/tests/system/requests:$PYTHONPATH
  IM_LOGIC_FLAGS="--identity.kind=accounts --identity.accounts_keys_file=$files/keys.json --store.dsn=sqlite:$files/im.db --requests.rate=0 --requests.command_rates=hello=1000/1000 --admin.enabled=true --admin.users_file=$files/admins.json" \
    test_cluster_up --kafka dev --comets 2
  IM_PUBLIC=http://127.0.0.1:$(port_of logic-1 http.public_port)
  IM_CONSOLE=http://127.0.0.1:$(port_of logic-1 admin.port)
  IM_TCP2=$(port_of comet-2 tcp.port)
  IM_ADMINS=$files/admins.json
  export IM_PUBLIC IM_CONSOLE IM_TCP2 IM_ADMINS IM_RUN_DIR=$RUN IM_BIN=$BIN
  python3 "$ROOT/tests/system/admin/test_doors.py"
  python3 "$ROOT/tests/system/admin/test_deeds.py"
}
