homeward_test(property_policy property/policy DEPS policy EXTERN rapidcheck LABELS property)
