#!/bin/bash
# Looks in src/net for co_await operands that g++ 12 miscompiles, with clang's own tree of the code.
# The matchers have to flag every line of coroutines/bad.txt that says so, or they prove nothing.
set -euo pipefail
root=$1
query=$(command -v clang-query-14 || command -v clang-query || true)
if [ -z "$query" ]; then
    echo "clang-query is not installed"
    exit 77
fi
matchers=(
    'coawaitExpr(hasDescendant(cxxBindTemporaryExpr(has(lambdaExpr()))))'
    'coawaitExpr(hasDescendant(cxxBindTemporaryExpr(has(initListExpr()))))'
    'coawaitExpr(hasDescendant(conditionalOperator()))'
)
# The lines at which a matcher finds something in the given file itself.
lines_of() {
    local file=$1 arguments=()
    for matcher in "${matchers[@]}"; do
        arguments+=(-c "match $matcher")
    done
    "$query" "${arguments[@]}" "$file" -- -std=c++20 -I "$root/src" 2>"$log" |
        sed -n "s|^$file:\([0-9]*\):.*\"root\" binds here.*|\1|p" | sort -nu
    if grep -q 'error:' "$log"; then
        cat "$log" >&2
        echo "clang could not read $file" >&2
        return 1
    fi
}
log=$(mktemp)
trap 'rm -f "$log" "$log.cpp"' EXIT

cp "$root/tests/tidy/coroutines/bad.txt" "$log.cpp"
wanted=$(grep -n '// bad$' "$log.cpp" | cut -d: -f1)
found=$(lines_of "$log.cpp")
if [ "$wanted" != "$found" ]; then
    echo "the matchers flag lines [${found//$'\n'/ }] of bad.txt, not [${wanted//$'\n'/ }]"
    exit 1
fi
bad=0
for file in $(grep -l co_await "$root"/src/net/*.cpp "$root"/src/api/*.cpp); do
    found=$(lines_of "$file")
    [ -z "$found" ] && continue
    echo "$file: co_await operand that g++ 12 miscompiles at line ${found//$'\n'/, }"
    bad=1
done
exit $bad
