homeward_test(unit_demo unit/demo DEPS demo LABELS unit)
