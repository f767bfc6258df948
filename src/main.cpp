#include "commands/command_line.hpp"

#include <cstdio>
#include <exception>

int main(int argc, char** argv) {
    try {
        return homeward::commands::run_command_line(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "homeward: %s\n", error.what());
        return 2;
    }
}
