#pragma once

namespace homeward::commands {

/// Reads the command line, runs the command it names and returns its exit status.
int run_command_line(int argc, char** argv);

}  // namespace homeward::commands
