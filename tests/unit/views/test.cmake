homeward_test(unit_views unit/views DEPS views LABELS unit)
