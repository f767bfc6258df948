homeward_test(unit_casework unit/casework DEPS casework LABELS unit)
