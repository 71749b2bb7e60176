# What ./im says about itself: all verbs, or one.
VERBS=(demo status start kill add remove logs stop test help)

usage() {
  cat <<'EOF'
./im demo              install what is missing, build, start a cluster, print what to try
./im status [--json]   what runs, where, and whether it is ready
./im start [NAME]      start what is not running
./im kill NAME         kill -9
./im add KIND          start one more comet, logic, job or router, and print its name
./im remove NAME       end one for good: it drains first
./im logs [NAME]       follow the logs
./im stop              end everything this script started
./im test [GROUP...]   run all groups of tests, or some
./im VERB --help       flags and details
EOF
}

help_of() {
  case $1 in
    demo)
      cat <<'EOF'
./im demo [--yes] [--detach] [--reset] [--comets N] [--logics N] [--jobs N] [--routers N] [--kafka dev|real|HOST:PORT]
          [--redis none|local|HOST:PORT] [--accounts|--open] [--no-calls] [--no-web]
Installs what is missing (asks first), builds, ends the cluster that ran, starts a new one and prints what to try.
  --yes      do not ask        --detach   come back when it is ready; otherwise Ctrl-C stops everything
  --reset    forget the logs and files of the cluster before
  --kafka    dev: im-devkafka, in memory (default); real: a Kafka of its own; HOST:PORT: one that is there
  --redis    several routers need one: local starts it
  --accounts two users, ann and bob, whose tokens and pages it prints (docs/accounts.md); the default with one logic
  --open     as goim: clients say who they are; no users, no pages
  --no-web   no pages; else Node is fetched into build/node and web/ is built
  --no-calls with --accounts: no TURN server for calls (docs/calls.md); else coturn is installed and started
EOF
      ;;
    status) printf '%s\n' "./im status [--json]" "One line for each process: its pid, whether it is ready, its ports. --json: the same for programs." ;;
    start) printf '%s\n' "./im start [NAME]" "Starts what was killed or has ended, all of it or one, with the flags and ports it had." ;;
    kill) printf '%s\n' "./im kill NAME" "kill -9 of one process; ./im start NAME brings it back." ;;
    add)
      printf '%s\n' "./im add comet|logic|job|router" "Starts one more and prints its name. A second router needs --redis." \
        "Comets that run hear of a new logic as soon as it is ready."
      ;;
    remove)
      printf '%s\n' "./im remove [--force] NAME" "Ends a comet, logic, job or router for good; it drains first." \
        "The last of its kind is kept, unless you say --force."
      ;;
    logs) printf '%s\n' "./im logs [NAME]" "Follows the logs of all processes, or of one. Ctrl-C ends it." ;;
    stop) printf '%s\n' "./im stop" "Ends everything that this script started." ;;
    test)
      cat <<'EOF'
./im test [--yes] [--full] [--seed WORD] [--build-only] [GROUP...]
Installs, builds, and runs all groups or some. Without --full what repeats is sampled: the seed is the commit, or WORD.
  --list         groups and their minutes
  --full         nothing is sampled; builds the preset without unity files, too
  --build-only   builds what asan, tsan and fuzz need beside the programs, and runs nothing
./im test compat --list   facts of goim's protocol and the tests that hold them
Results as JUnit files: build/junit
EOF
      ;;
    *) usage ;;
  esac
}

wants_help() {
  local word
  for word in "$@"; do [ "$word" != --help ] && [ "$word" != -h ] || return 0; done
  return 1
}
