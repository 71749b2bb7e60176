# The demo with users of the cluster's own (./im demo --accounts): ann and bob, ready to use.
DEMO_PASSWORD="correct horse"

# accounts_flags: what logic needs for them. The store and the key stay until --reset.
accounts_flags() {
  printf -- '--identity.kind=accounts --identity.accounts_keys_file=%s --store.dsn=sqlite:%s' "$RUN/keys.json" "$RUN/im.db"
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

print_users() {
  local name uid token api
  api=http://127.0.0.1:$(port_of logic-1 http.public_port)
  say "Users (password \"$DEMO_PASSWORD\"), each with a token for an hour:"
  for name in ann bob; do
    read -r uid token <<<"$(ready_user "$name")"
    [ -n "$token" ] || return 1
    say "  $name, uid $uid: $token"
  done
  cat <<EOF
ann writes to bob:
  curl -H "Authorization: Bearer ANN'S TOKEN" -H 'Content-Type: application/json' \\
    -d '{"to":$uid,"client_msg_id":"1","body":"hello"}' $api/v1/msg.send
What else there is: docs/chat.md, docs/accounts.md
EOF
}
