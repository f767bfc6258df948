if(TARGET homeward_store)
    homeward_test(contract_store contract DEPS store LABELS contract)
endif()
