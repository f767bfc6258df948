#include "unit/crypto/failing.hpp"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>

namespace homeward::crypto {
namespace {

struct Plan {
    std::size_t skipped = 0;
    std::size_t times = 0;
    int error = 0;
};

// No array of the standard library: a sanitizer's copy of its functions may be the one that is
// linked, and these calls come before the sanitizer has begun.
Plan plans[7];

Plan& plan_of(Call call) { return plans[static_cast<std::size_t>(call)]; }

bool fails(Call call) {
    Plan& plan = plan_of(call);
    if (plan.times == 0) return false;
    if (plan.skipped > 0) {
        --plan.skipped;
        return false;
    }
    --plan.times;
    errno = plan.error;
    return true;
}

}  // namespace

Failing::Failing(Call call, int error, std::size_t skipped, std::size_t times) : call_(call) {
    plan_of(call) = {skipped, times, error};
}

Failing::~Failing() { plan_of(call_) = {}; }

bool Failing::happened() const { return plan_of(call_).times == 0; }

}  // namespace homeward::crypto

using homeward::crypto::Call;
using homeward::crypto::fails;

extern "C" {

ssize_t read(int fd, void* to, std::size_t size) {
    return fails(Call::read) ? -1 : syscall(SYS_read, fd, to, size);
}

ssize_t write(int fd, const void* from, std::size_t size) {
    return fails(Call::write) ? -1 : syscall(SYS_write, fd, from, size);
}

int fsync(int fd) { return fails(Call::fsync) ? -1 : static_cast<int>(syscall(SYS_fsync, fd)); }

int fstat(int fd, struct stat* found) noexcept {
    return fails(Call::fstat) ? -1 : static_cast<int>(syscall(SYS_fstat, fd, found));
}

int mlock(const void* from, std::size_t size) noexcept {
    return fails(Call::mlock) ? -1 : static_cast<int>(syscall(SYS_mlock, from, size));
}

int setrlimit(__rlimit_resource_t what, const rlimit* limit) noexcept {
    return fails(Call::setrlimit) ? -1 : static_cast<int>(syscall(SYS_setrlimit, what, limit));
}

int prctl(int what, ...) noexcept {
    if (fails(Call::prctl)) return -1;
    va_list more;
    va_start(more, what);
    unsigned long given[4];
    for (unsigned long& one : given) one = va_arg(more, unsigned long);
    va_end(more);
    return static_cast<int>(syscall(SYS_prctl, what, given[0], given[1], given[2], given[3]));
}

}  // extern "C"
