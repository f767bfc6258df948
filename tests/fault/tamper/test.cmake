# Two verifiers against whoever alters a register. HOMEWARD_TAMPER=full for a release.
if(TARGET homeward_journal)
    homeward_test(fault_tamper fault/tamper DEPS journal LABELS fault)
    set_tests_properties(fault_tamper PROPERTIES TIMEOUT 28800)
endif()
