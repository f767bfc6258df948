homeward_test(property_casework property/casework DEPS casework EXTERN rapidcheck LABELS property)
