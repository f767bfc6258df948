# What lies at rest, and what opens it: the real program, looked through from outside.
homeward_node_test(fault_secrets tests/fault/secrets secrets.test.mjs LABEL fault TIMEOUT 600)
homeward_node_test(fault_keys tests/fault/secrets keys.test.mjs LABEL fault TIMEOUT 600)
