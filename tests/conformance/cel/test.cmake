homeward_test(conformance_cel conformance/cel DEPS base cel LABELS conformance)
