# format, include directions, names, length of files, headers, shell scripts; broken rules are seen
# 0 min
test_lint() {
  "$ROOT/tools/lint.sh"
  python3 "$ROOT/tests/system/lint/test_checks.py"
}
