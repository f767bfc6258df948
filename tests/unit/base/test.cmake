homeward_test(unit_base unit/base DEPS base LABELS unit)
