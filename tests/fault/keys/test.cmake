# Rotation of keys, and backups: the real program, killed at each step. HOMEWARD_KEYS=full for a
# release.
homeward_node_test(fault_rotation tests/fault/keys rotation.test.mjs LABEL fault TIMEOUT 28800)
homeward_node_test(fault_backup tests/fault/keys backup.test.mjs LABEL fault TIMEOUT 28800)
