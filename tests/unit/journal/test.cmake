if(TARGET homeward_journal)
    homeward_test(unit_journal unit/journal DEPS journal LABELS unit)
endif()
