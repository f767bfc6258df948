#include "journal/checkpoint.hpp"

#include "base/log.hpp"
#include "crypto/file.hpp"
#include "journal/merkle.hpp"
#include "journal/rows.hpp"
#include "journal/tail.hpp"

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

namespace homeward::journal {
namespace {

constexpr store::Query select_newest{
    "SELECT seq, note, tree FROM checkpoint ORDER BY seq DESC LIMIT 1"};
constexpr store::Query select_at{"SELECT note FROM checkpoint WHERE seq = $1"};
constexpr store::Query select_after{"SELECT " HOMEWARD_ENTRY_COLUMNS
                                    " FROM entry e WHERE e.seq > $1 ORDER BY e.seq"};
constexpr store::Query select_ends{
    "SELECT d.type, d.last_seq, d.head, e.hash FROM dossier d "
    "LEFT JOIN entry e ON e.seq = $2 AND e.dossier = d.id WHERE d.id = $1"};
constexpr store::Query insert_checkpoint{
    "INSERT INTO checkpoint (seq, note, tree) VALUES ($1, $2, $3)"};

struct Signed {
    Checkpoint checkpoint;
    std::string note;
    CompactRange tree;
};

// The hash of an entry again, on purpose with no line shared with hash_entry: a fault in one of
// the two must not get a signature. docs/journal-format.md has the layout.
crypto::Hash recompute(const store::Row& row) {
    Bytes all;
    const auto put_number = [&all](std::uint64_t value, unsigned bytes) {
        for (unsigned i = 0; i < bytes; ++i) all.push_back(std::byte(value >> (8 * i) & 0xff));
    };
    const auto put = [&all](BytesView piece) { all.insert(all.end(), piece.begin(), piece.end()); };
    const std::string_view tag = "homeward.entry.v1";
    put_number(tag.size(), 4);
    put(bytes_of(tag));
    put_number(row.count(0), 8);
    put(row.blob(1));
    const bool has_record = !row.is_null(2);
    put_number(has_record ? 1 : 0, 1);
    if (has_record)
        put(row.blob(2));
    else
        put_number(0, 8), put_number(0, 8);
    put_number(row.count(3), 8);
    put(row.blob(5));
    put_number(row.blob(4).size(), 4);
    put(row.blob(4));
    return crypto::hash256(all);
}

// The newest checkpoint of the database, after a look at its signature and its tree: a tree that
// was changed must not be carried into the next signature.
Result<std::optional<Signed>> read_newest(store::Session& main, const crypto::PublicKey& key) {
    std::optional<Signed> newest;
    const auto read = main.each(select_newest, [&](const store::Row& row) -> Result<void> {
        auto checkpoint = open_note(key, row.text(1));
        if (!checkpoint) return Failure{checkpoint.error()};
        auto tree = CompactRange::from_bytes(row.blob(2));
        if (!tree) return Failure{tree.error()};
        if (checkpoint->size != row.count(0) || tree->size() != checkpoint->size ||
            tree->root() != checkpoint->root)
            return fail(Code::corrupt, "the newest checkpoint was altered");
        newest = Signed{std::move(*checkpoint), std::string(row.text(1)), std::move(*tree)};
        return {};
    });
    if (!read) return Failure{read.error()};
    return newest;
}

Failure does_not_follow(Seq seq) {
    return fail(
        Code::corrupt,
        "entry " + std::to_string(number_of(seq)) + " does not follow its dossier's entry before"
    );
}

// The dossiers' chains through the new entries. An entry's own hash can be made right again by
// whoever alters it; the link of the entry after it and the dossier's row then disagree.
class Chains {
  public:
    Result<void> follow(const store::Row& row, const crypto::Hash& hash) {
        const auto seq = static_cast<Seq>(row.count(0));
        const Link before{static_cast<Seq>(row.count(7)), hash_of(row.blob(5))};
        const auto [at, is_first] = chains_.try_emplace(row.id(1), Chain{seq, before, {seq, hash}});
        if (is_first) return {};
        if (at->second.last != before) return does_not_follow(seq);
        at->second.last = {seq, hash};
        return {};
    }

    /// Whether each begins where the signed entries end, or the dossier does, and ends in its row.
    Result<void> check_ends(store::Session& main) const {
        for (const auto& [dossier, chain] : chains_) {
            const bool has_before = chain.before.seq != Seq::none;
            crypto::Hash before;
            Link last;
            const auto read = main.each(
                select_ends,
                [&, id = dossier](const store::Row& row) -> Result<void> {
                    if (!has_before)
                        before = first_hash(id, row.text(0));
                    else if (!row.is_null(3))
                        before = hash_of(row.blob(3));
                    last = {static_cast<Seq>(row.count(1)), hash_of(row.blob(2))};
                    return {};
                },
                dossier,
                number_of(chain.before.seq)
            );
            if (!read) return Failure{read.error()};
            if (chain.before.hash != before) return does_not_follow(chain.begin);
            if (chain.last != last)
                return fail(Code::corrupt, "a dossier's row does not agree with its entries");
        }
        return {};
    }

  private:
    struct Chain {
        Seq begin = Seq::none;  ///< the first new entry, and what it says stands before it
        Link before;
        Link last;
    };
    std::map<Id, Chain> chains_;
};

Result<void> add_entries(store::Session& main, CompactRange& tree) {
    Chains chains;
    const auto read = main.each(
        select_after,
        [&](const store::Row& row) -> Result<void> {
            const auto hash = recompute(row);
            if (row.count(0) != tree.size() + 1 || hash != hash_of(row.blob(6))) {
                return fail(
                    Code::corrupt, "entry " + std::to_string(row.count(0)) + " was altered"
                );
            }
            tree.add(hash);
            return chains.follow(row, hash);
        },
        tree.size()
    );
    if (!read) return Failure{read.error()};
    return chains.check_ends(main);
}

// What the entries after `checked`, which a checkpoint covers, must agree with: without it whoever
// makes hashes and links right again could exchange them.
Result<void> check_tail(
    store::Session& main,
    const crypto::PublicKey& key,
    std::uint64_t checked,
    const CompactRange& tree
) {
    const auto tail = read_tail(main, key);
    if (!tail) return Failure{tail.error()};
    if (!*tail && tree.size() > checked)
        return fail(Code::corrupt, "nothing vouches for the entries after the newest checkpoint");
    if (*tail && ((*tail)->size != tree.size() || (*tail)->root != tree.root()))
        return fail(Code::corrupt, "the journal's end was altered");
    return {};
}

// The newest checkpoint (an empty one if there is none), with the tree over all entries there are.
Result<Signed> read_back(store::Database& database, const crypto::PublicKey& key) {
    Signed back;
    const auto read = database.read_afresh([&](store::Session& main) -> Result<void> {
        auto newest = read_newest(main, key);
        if (!newest) return Failure{newest.error()};
        if (*newest) back = std::move(**newest);
        if (auto added = add_entries(main, back.tree); !added) return added;
        return check_tail(main, key, back.checkpoint.size, back.tree);
    });
    if (!read) return Failure{read.error()};
    return back;
}

}  // namespace

struct Checkpoints::Impl {
    Impl(store::Database& to, const crypto::Keyring& with, CheckpointOptions how)
        : database(to), keyring(with), options(std::move(how)) {}

    ~Impl() {
        {
            const std::lock_guard lock(mutex);
            stopping = true;
        }
        due.notify_all();
        if (!thread.joinable()) return;
        thread.join();
        database.exchange_hook(hook_before);
    }

    Result<void> begin() {
        if (auto same = compare_with_witness(); !same) return same;
        auto now = read_back(database, keyring.public_key());
        if (!now) return Failure{now.error()};
        tail.emplace(keyring, std::move(now->tree));
        hook_before = database.exchange_hook(&*tail);
        thread = std::thread([this] { work(); });
        return {};
    }

    void work() {
        while (true) {
            {
                std::unique_lock lock(mutex);
                const bool many = due.wait_for(lock, options.at_latest, [this] {
                    return stopping || since_last >= options.every;
                });
                if (stopping) return;
                if (!many && since_last == 0) continue;
                since_last = 0;
            }
            if (make_logged()) continue;
            // Again in a while, also when nothing is written meanwhile.
            const std::lock_guard lock(mutex);
            since_last = std::max<std::size_t>(since_last, 1);
        }
    }

    bool make_logged() {
        const auto made = make();
        if (made) return true;
        log::write(
            log::Level::error,
            "checkpoint_failed",
            {{"code", name_of(made.error().code)}, {"text", made.error().text}}
        );
        return false;
    }

    Result<Checkpoint> make() {
        const std::lock_guard one_at_a_time(making);
        if (witness_lags) {
            if (auto told = compare_with_witness(); !told) return Failure{told.error()};
            witness_lags = false;
        }
        auto next = read_back(database, keyring.public_key());
        if (!next) return Failure{next.error()};
        if (next->tree.size() == next->checkpoint.size) return next->checkpoint;
        next->checkpoint = {origin_of(keyring.public_key()), next->tree.size(), next->tree.root()};
        next->note = sign_note(keyring, next->checkpoint);
        const auto written = database.write([&](store::Session& main) -> Result<void> {
            const auto done = main.run(
                insert_checkpoint, next->checkpoint.size, next->note, next->tree.to_bytes()
            );
            if (!done) return Failure{done.error()};
            return {};
        });
        if (!written) return Failure{written.error()};
        if (auto told = tell_witness(next->note); !told) {
            witness_lags = true;
            return Failure{told.error()};
        }
        return next->checkpoint;
    }

    Result<void> tell_witness(const std::string& note) {
        if (options.witness_file.empty()) return {};
        return crypto::append_file(options.witness_file, bytes_of(note));
    }

    // Cuts off what follows these notes, or the next one would not stand alone.
    Result<void> cut_after(const std::vector<std::string>& notes) const {
        std::size_t whole = 0;
        for (const auto& note : notes) whole += note.size();
        std::error_code failed;
        const auto size = std::filesystem::file_size(options.witness_file, failed);
        if (failed || size == whole) return {};
        log::write(log::Level::warning, "witness_cut", {{"bytes", std::to_string(size - whole)}});
        return crypto::cut_file(options.witness_file, whole);
    }

    // The journal must hold every checkpoint that the witness saw last; one that does not was put
    // back to an earlier state. The witness may lack the newest: a crash came between the two.
    Result<void> compare_with_witness() {
        if (options.witness_file.empty()) return {};
        auto notes = read_witness(options.witness_file);
        if (!notes && notes.error().code == Code::not_found) notes = std::vector<std::string>{};
        if (!notes) return Failure{notes.error()};
        // The last note may be torn: it is written after its checkpoint is durable, and the power
        // may go meanwhile. Whoever could spoil a note so that it is taken for a torn one could as
        // well remove it. The file is left alone until the note before was found in the journal.
        if (!notes->empty() && !open_note(keyring.public_key(), notes->back())) notes->pop_back();
        std::string newest;
        bool held = notes->empty();
        const auto read = database.read([&](store::Session& main) -> Result<void> {
            auto found = read_newest(main, keyring.public_key());
            if (!found) return Failure{found.error()};
            if (*found) newest = (*found)->note;
            if (held) return {};
            const auto last = open_note(keyring.public_key(), notes->back());
            if (!last) return Failure{last.error()};
            const auto looked = main.each(
                select_at,
                [&](const store::Row& row) -> Result<void> {
                    held = row.text(0) == notes->back();
                    return {};
                },
                last->size
            );
            if (!looked) return Failure{looked.error()};
            return {};
        });
        if (!read) return read;
        if (!held) return fail(Code::corrupt, "the journal is older than its witness saw it");
        if (auto cut = cut_after(*notes); !cut) return cut;
        if (newest.empty() || (!notes->empty() && notes->back() == newest)) return {};
        return tell_witness(newest);
    }

    store::Database& database;
    const crypto::Keyring& keyring;
    const CheckpointOptions options;
    std::optional<Tail> tail;
    store::CommitHook* hook_before = nullptr;
    std::mutex making;
    bool witness_lags = false;  ///< under `making`: the newest checkpoint could not be appended
    std::mutex mutex;
    std::condition_variable due;
    std::size_t since_last = 0;
    bool stopping = false;
    std::thread thread;
};

Checkpoints::Checkpoints(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<std::unique_ptr<Checkpoints>> Checkpoints::start(
    store::Database& database, const crypto::Keyring& keyring, const CheckpointOptions& options
) {
    if (options.every == 0) return fail(Code::invalid, "a checkpoint needs at least one entry");
    auto impl = std::make_unique<Impl>(database, keyring, options);
    if (auto begun = impl->begin(); !begun) return Failure{begun.error()};
    return std::unique_ptr<Checkpoints>(new Checkpoints(std::move(impl)));
}

Checkpoints::~Checkpoints() { impl_->make_logged(); }

void Checkpoints::appended(std::size_t entries) {
    bool is_due = false;
    {
        const std::lock_guard lock(impl_->mutex);
        impl_->since_last += entries;
        is_due = impl_->since_last >= impl_->options.every;
    }
    if (is_due) impl_->due.notify_one();
}

Result<Checkpoint> Checkpoints::make() { return impl_->make(); }

}  // namespace homeward::journal
