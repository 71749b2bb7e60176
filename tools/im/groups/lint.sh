# format, include directions, length of files, headers, shell scripts
test_lint() { "$ROOT/tools/lint.sh"; }
