if(TARGET homeward_backup)
    homeward_test(unit_backup unit/backup DEPS backup LABELS unit)
endif()
