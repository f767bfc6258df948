#include "journal/rotation.hpp"

#include "journal/keys.hpp"

namespace homeward::journal {
namespace {

constexpr store::Query count_old{
    "SELECT (SELECT count(*) FROM dossier_key WHERE epoch < $1) + "
    "(SELECT count(*) FROM board_key WHERE epoch < $1)"};

class Rotator {
  public:
    Rotator(store::Database& keys, crypto::Keyring& keyring, const RotationOptions& options)
        : keys_(keys), keyring_(keyring), options_(options) {}

    Result<Rotation> run(std::uint32_t retire) {
        if (retire > keyring_.epoch()) return fail(Code::invalid, "the epoch has not begun yet");
        if (retire == keyring_.epoch()) {
            if (auto begun = keyring_.begin_epoch(); !begun) return Failure{begun.error()};
            if (auto told = tell(RotationStep::begun); !told) return Failure{told.error()};
        }
        done_.epoch = keyring_.epoch();
        if (keyring_.epochs().size() == 1) return done_;
        if (auto wrapped = rewrap(); !wrapped) return Failure{wrapped.error()};
        if (auto emptied = empty(); !emptied) return Failure{emptied.error()};
        for (const auto epoch : keyring_.epochs()) {
            if (epoch == done_.epoch) continue;
            if (auto gone = keyring_.destroy_epoch(epoch); !gone) return Failure{gone.error()};
            ++done_.destroyed;
            if (auto told = tell(RotationStep::destroyed); !told) return Failure{told.error()};
        }
        return done_;
    }

  private:
    Result<void> tell(RotationStep step) const {
        if (!options_.on_step || options_.on_step(step, done_.tables)) return {};
        return fail(Code::unavailable, "stopped: it goes on when it is called again");
    }

    // Every change of the key database runs on its writer's thread and takes the epoch that wraps
    // then. So none that comes after this loop's last can bring an old one back.
    Result<void> rewrap() {
        while (true) {
            std::size_t count = 0;
            const auto written = keys_.write([&](store::Session& session) -> Result<void> {
                const auto some = rewrap_keys(session, keyring_, options_.tables_per_change);
                if (!some) return Failure{some.error()};
                count = *some;
                return {};
            });
            if (!written) return written;
            if (count == 0) return {};
            done_.tables += count;
            if (auto told = tell(RotationStep::rewrapped); !told) return told;
        }
    }

    // A reader whose snapshot is from before would be left with boxes that nothing opens. Emptying
    // the log needs every such reader to have left, and fails while there is one.
    Result<void> empty() {
        if (auto emptied = keys_.scrub(); !emptied) return emptied;
        std::uint64_t left = 0;
        const auto read = keys_.read([&](store::Session& session) -> Result<void> {
            const auto old = session.count(count_old, done_.epoch);
            if (!old) return Failure{old.error()};
            left = *old;
            return {};
        });
        if (!read) return read;
        if (left != 0) return fail(Code::internal, "an old epoch still wraps keys");
        return tell(RotationStep::emptied);
    }

    store::Database& keys_;
    crypto::Keyring& keyring_;
    const RotationOptions& options_;
    Rotation done_;
};

}  // namespace

Result<Rotation> rotate_keys(
    store::Database& keys,
    crypto::Keyring& keyring,
    std::uint32_t retire,
    const RotationOptions& options
) {
    return Rotator(keys, keyring, options).run(retire);
}

}  // namespace homeward::journal
