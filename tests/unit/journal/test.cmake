homeward_test(unit_journal unit/journal DEPS journal LABELS unit)
