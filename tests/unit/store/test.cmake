homeward_test(unit_store unit/store DEPS store LABELS unit)
