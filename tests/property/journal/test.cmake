if(TARGET homeward_journal)
    homeward_test(property_journal property/journal DEPS journal EXTERN rapidcheck LABELS property)
endif()
