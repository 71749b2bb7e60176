# The demo with users of the cluster's own (./im demo --accounts): ann and bob, ready to use.
DEMO_PASSWORD="correct horse"

# demo_store: where users and messages are, as imctl takes it.
demo_store() { printf 'sqlite:%s' "$RUN/im.db"; }

# accounts_flags: what logic needs for them. The store and the key stay until --reset.
accounts_flags() {
  printf -- '--identity.kind=accounts --identity.accounts_keys_file=%s --store.dsn=%s --accounts.access_lifetime=12h --accounts.guests=true' "$RUN/keys.json" "$(demo_store)"
}

# demo_key: an API key of this demo for users and rooms (not for everybody at once), in a new file each time. Keeps its text in
# $RUN/api-key, which is the demo's alone, and prints the flag that makes logic take it.
demo_key() {
  local file=$RUN/api-keys.json
  rm -f "$file"
  (umask 077 && "$BIN/imctl" --json key add --file "$file" --name demo --scope users --scope rooms |
    grep -o 'imk_[A-Za-z0-9_-]*' >"$RUN/api-key")
  printf -- '--push_api.keys_file=%s' "$file"
}

# print_key UID: what a backend does with it.
print_key() {
  cat <<EOF
An API key for backends, with the scopes users and rooms (docs/push-api.md): $(cat "$RUN/api-key")
  curl -H 'Authorization: Bearer $(cat "$RUN/api-key")' -H 'Content-Type: application/json' \\
    -d '{"to":{"users":[$1]},"operation":1000,"text":"hello"}' http://127.0.0.1:$(port_of logic-1 http.push_port)/v1/push
EOF
}

# account_call COMMAND JSON
account_call() {
  curl -s -m 10 -H 'Content-Type: application/json' -d "$2" "http://127.0.0.1:$(port_of logic-1 http.public_port)/v1/$1"
}

# ready_user NAME: makes the user, or logs in one of an earlier demo; prints "UID TOKEN".
ready_user() {
  local body answer
  body="{\"login\":\"$1\",\"password\":\"$DEMO_PASSWORD\",\"device\":\"demo\"}"
  answer=$(account_call account.register "$body")
  [[ $answer == *'"ok":true'* ]] || answer=$(account_call account.login "$body")
  [[ $answer == *'"ok":true'* ]] || { say_error "user $1: $answer"; return 1; }
  sed -E 's/.*"uid":([0-9]+).*"token":"([^"]+)".*/\1 \2/' <<<"$answer"
}

# print_users WEB: two users, with links to their pages when WEB is 1.
print_users() {
  local name uid token uids=() api
  api=http://127.0.0.1:$(port_of logic-1 http.public_port)
  say ""
  say "Two users (password \"$DEMO_PASSWORD\"). Their links and tokens are good for 12 hours:"
  for name in ann bob; do
    read -r uid token <<<"$(ready_user "$name")"
    [ -n "$token" ] || return 1
    uids+=("$uid")
    say "  $name, uid $uid: $token"
    [ "$1" = 0 ] || say "    chat and call: $api/chat/#uid=$uid&token=$token"
  done
  greet "$token" "${uids[0]}"
  cat <<EOF

Any HTTP client writes a message, too (each with a client_msg_id of its own: the same one again is the same message):
  curl -H "Authorization: Bearer ANN'S TOKEN" -H 'Content-Type: application/json' \\
    -d '{"to":${uids[1]},"client_msg_id":"1","body":"hello"}' $api/v1/msg.send
EOF
  print_key "${uids[0]}"
  cat <<EOF
Users, conversations and messages as the store has them (imctl user|devices|conv|history|calls|store):
  export IM_STORE_DSN=$(demo_store); $BIN/imctl user ann; $BIN/imctl conv --uid ${uids[0]}
To see pushes come in: IM_TOKEN="ANN'S TOKEN" build/demo/bin/imctl watch   A chat in the terminal: build/demo/bin/imctl chat --login ann --to bob
Pushes as goim's API does, without a key:
  curl -d 'hello' 'http://127.0.0.1:$(port_of logic-1 http.push_port)/goim/push/mids?operation=1000&mids=${uids[0]}'
The old chat page: ws://127.0.0.1:$(port_of comet-1 webim.port)/ in its config.js (docs/migrating-from-webim.md)
The room demo: io('http://127.0.0.1:$(port_of comet-1 webim.port)') with web/compat/socket.io.js (docs/room-demo.md)
What else there is: docs/chat.md, docs/accounts.md   Logs: $RUN/log   What runs: ./im status   End: ./im stop
EOF
}

# greet TOKEN UID: one message, so that the first page is not empty. The same id again is the same message.
greet() {
  curl -s -m 10 -o /dev/null -H "Authorization: Bearer $1" -H 'Content-Type: application/json' \
    -d "{\"to\":$2,\"client_msg_id\":\"demo-hello\",\"body\":\"Hi Ann, can you read this?\"}" \
    "http://127.0.0.1:$(port_of logic-1 http.public_port)/v1/msg.send" || true
}
