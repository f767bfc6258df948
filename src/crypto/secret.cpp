#include "crypto/secret.hpp"

#include "base/check.hpp"
#include "crypto/sodium.hpp"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>

namespace homeward::crypto {

void ready() {
    static const bool started = sodium_init() >= 0;
    check(started, "libsodium starts");
}

void random_bytes(std::span<std::byte> out) {
    ready();
    randombytes_buf(out.data(), out.size());
}

void wipe(std::span<std::byte> bytes) { sodium_memzero(bytes.data(), bytes.size()); }

bool same_in_constant_time(BytesView a, BytesView b) {
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

namespace {

std::atomic<bool> all_locked{true};

std::byte* allocate_locked() {
    ready();
    auto* bytes = static_cast<std::byte*>(sodium_malloc(key_size));
    check(bytes != nullptr, "there is memory for a key");
    // It is locked already, or libsodium was refused and does not say so.
    if (mlock(bytes, key_size) != 0) all_locked = false;
    return bytes;
}

}  // namespace

bool keys_are_locked() { return all_locked; }

SecretKey SecretKey::random() {
    SecretKey key(allocate_locked());
    random_bytes(std::span(key.bytes_.get(), key_size));
    return key;
}

SecretKey SecretKey::copy_of(KeyView from) {
    SecretKey key(allocate_locked());
    std::copy(from.begin(), from.end(), key.bytes_.get());
    return key;
}

void SecretKey::Free::operator()(std::byte* bytes) const { sodium_free(bytes); }

Result<void> lock_process_memory() {
    const rlimit none{0, 0};
    if (setrlimit(RLIMIT_CORE, &none) != 0)
        return fail(Code::internal, "core dumps cannot be turned off");
    if (prctl(PR_SET_DUMPABLE, 0) != 0)
        return fail(Code::internal, "the process cannot be closed to debuggers");
    return {};
}

}  // namespace homeward::crypto
