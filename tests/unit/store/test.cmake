if(TARGET homeward_store)
    homeward_test(unit_store unit/store DEPS store LABELS unit)
endif()
