# format, include directions, names, length of files, headers, shell scripts; broken rules are seen
test_lint() {
  "$ROOT/tools/lint.sh"
  python3 "$ROOT/tests/system/lint/test_checks.py"
}
