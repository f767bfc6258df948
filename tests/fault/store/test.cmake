if(TARGET homeward_journal)
    homeward_test(fault_store fault/store DEPS journal LABELS fault)
endif()
