#include "journal/tail.hpp"

#include "journal/rows.hpp"

#include <utility>

namespace homeward::journal {
namespace {

constexpr store::Query select_hashes{"SELECT seq, hash FROM entry WHERE seq > $1 ORDER BY seq"};
constexpr store::Query select_note{"SELECT note FROM tail"};
constexpr store::Query put_note{"INSERT OR REPLACE INTO tail (id, note) VALUES (1, $1)"};

}  // namespace

Tail::Tail(const crypto::Keyring& keyring, CompactRange tree)
    : keyring_(keyring), origin_(tail_origin_of(keyring.public_key())), durable_(std::move(tree)) {}

Result<void> Tail::before_commit(store::Session& main) {
    next_ = durable_;
    const auto read = main.each(
        select_hashes,
        [&](const store::Row& row) -> Result<void> {
            if (row.count(0) != next_.size() + 1)
                return fail(Code::corrupt, "an entry is missing in the journal");
            next_.add(hash_of(row.blob(1)));
            return {};
        },
        durable_.size()
    );
    if (!read) return Failure{read.error()};
    if (next_.size() == durable_.size()) return {};
    const auto put = main.run(put_note, sign_note(keyring_, {origin_, next_.size(), next_.root()}));
    if (!put) return Failure{put.error()};
    return {};
}

void Tail::committed() { durable_ = next_; }

Result<std::optional<Checkpoint>> read_tail(store::Session& main, const crypto::PublicKey& key) {
    std::optional<Checkpoint> tail;
    const auto read = main.each(select_note, [&](const store::Row& row) -> Result<void> {
        auto opened = open_tail(key, row.text(0));
        if (!opened) return Failure{opened.error()};
        tail = std::move(*opened);
        return {};
    });
    if (!read) return Failure{read.error()};
    return tail;
}

}  // namespace homeward::journal
