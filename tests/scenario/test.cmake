homeward_test(scenario scenario DEPS policy LABELS scenario)
