if(HOMEWARD_SERVER)
    homeward_test(unit_net unit/net DEPS net LABELS unit)
    set_tests_properties(unit_net PROPERTIES TIMEOUT 120)
endif()
