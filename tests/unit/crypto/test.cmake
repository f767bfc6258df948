if(TARGET homeward_crypto)
    homeward_test(unit_crypto unit/crypto DEPS crypto LABELS unit)
endif()
