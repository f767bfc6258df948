# The real program, killed, without room and on a disk that fails. HOMEWARD_CRASH=full for a release.
homeward_node_test(fault_kill tests/fault/crash kill.test.mjs LABEL fault TIMEOUT 28800)
homeward_node_test(fault_disk tests/fault/crash disk.test.mjs LABEL fault TIMEOUT 28800)
