homeward_test(property_journal property/journal DEPS journal EXTERN rapidcheck LABELS property)
