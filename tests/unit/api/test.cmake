homeward_test(unit_api unit/api DEPS api LABELS unit)
