homeward_test(property_cel property/cel DEPS cel EXTERN rapidcheck LABELS property)
