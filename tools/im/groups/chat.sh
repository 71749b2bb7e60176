# chat end to end over TCP, WebSocket and HTTP: sending, carbon, marks, history, edits, rights
test_chat() {
  local store=$ROOT/build/run-test-chat
  rm -rf "$store"
  mkdir -p "$store"
  IM_LOGIC_FLAGS="--store.database=sqlite:$store/chat.db" test_cluster_up --kafka dev --comets 2
  IM_TCP2=$(port_of comet-2 tcp.port) IM_PUBLIC=http://127.0.0.1:$(port_of logic-1 http.public_port)
  export IM_TCP2 IM_PUBLIC
  python3 "$ROOT/tests/system/chat/test_chat.py"
}
