if(TARGET homeward_journal)
    homeward_test(fault_verify fault/verify DEPS journal LABELS fault)
endif()
