#include "commands/command_line.hpp"

#include <sys/stat.h>

#include <cstdio>
#include <exception>

int main(int argc, char** argv) {
    // Whatever is written, an export or a list of refused lines too, is for its owner only.
    umask(S_IRWXG | S_IRWXO);
    try {
        return homeward::commands::run_command_line(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "homeward: %s\n", error.what());
        return 2;
    }
}
