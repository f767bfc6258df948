homeward_test(unit_policy unit/policy DEPS policy LABELS unit)
