homeward_test(fault_store fault/store DEPS journal LABELS fault)
