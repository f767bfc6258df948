homeward_test(unit_cel unit/cel DEPS cel LABELS unit)
