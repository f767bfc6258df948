# Whoever sends what no client sends, or far too much of it, to the real program. The requests go to
# the build with sanitizers too: that is where a fault of memory shows. HOMEWARD_HOSTILE=10000 for a
# release.
if(NOT HOMEWARD_SANITIZE STREQUAL "thread" AND NOT HOMEWARD_FUZZ)
    homeward_node_test(hostile_requests tests/hostile requests.test.mjs LABEL hostile TIMEOUT 3600
        UNDER_SANITIZERS)
endif()
homeward_node_test(hostile_overload tests/hostile overload.test.mjs LABEL hostile TIMEOUT 3600)
