if(TARGET homeward_crypto)
    # What a sanitizer calls before it has begun may not be looked at by it.
    set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/failing.cpp PROPERTIES
        COMPILE_OPTIONS -fno-sanitize=all SKIP_PRECOMPILE_HEADERS ON)
    homeward_test(unit_crypto unit/crypto DEPS crypto LABELS unit)
endif()
