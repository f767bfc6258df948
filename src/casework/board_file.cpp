#include "casework/board_file.hpp"

#include "base/codec.hpp"
#include "casework/room.hpp"
#include "crypto/box.hpp"
#include "crypto/descriptor.hpp"
#include "crypto/file.hpp"
#include "views/row_codec.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace homeward::casework {

namespace {

namespace fs = std::filesystem;

/// Of the file itself; with those of what stands in it.
constexpr std::uint8_t file_format = 1;
constexpr std::string_view name_begin = "board-";
constexpr std::string_view name_end = ".sealed";

/// Rows are put into a piece until it holds this much.
constexpr std::size_t piece_full = 128U << 10U;
static_assert(kept_row_max + piece_full < journal::board_piece_max);
/// A piece with its padding.
constexpr std::size_t box_max = journal::board_piece_max + 1024 + crypto::box_overhead;
/// So much is written between two syncs, so that nobody's commit waits for a large board.
constexpr std::size_t bytes_per_sync = 8U << 20U;
/// What may be added to a small file before it is begun anew; to a large one as much as it has.
constexpr std::uint64_t added_min = 1U << 20U;
constexpr std::uintmax_t row_about = 1024;

// Rows of an addition come between its head and its tail: what has no tail is not whole.
enum class PieceKind : std::uint8_t { head, rows, tail };

struct Head {
    Cut cut;
    std::uint64_t rows = 0;  ///< about
    Id mark;
};
struct Tail {
    std::uint64_t rows = 0;
    std::set<Id> again;
};

Failure damaged() { return fail(Code::corrupt, "the kept board is damaged"); }
Failure too_many() { return fail(Code::too_large, "too many dossiers are not on the board"); }

Bytes piece_of(PieceKind kind) { return {std::byte{static_cast<std::uint8_t>(kind)}}; }

Bytes write_head(const policy::Pack& pack, const Head& head) {
    Bytes plain = piece_of(PieceKind::head);
    Encoder to(plain);
    to.raw().u8(file_format);
    to.raw().u8(views::row_format);
    to.raw().u8(policy::projection_format);
    to.text(pack.digest());
    to.raw().u64(number_of(head.cut.seq));
    to.raw().raw(head.cut.hash.bytes);
    to.raw().u64(head.rows);
    to.id(head.mark);
    return plain;
}

Result<Head> read_head(const policy::Pack& pack, BytesView plain) {
    Decoder from(plain);
    from.fail_if(from.u8() != static_cast<std::uint8_t>(PieceKind::head));
    const bool is_of_this_program = from.u8() == file_format && from.u8() == views::row_format &&
                                    from.u8() == policy::projection_format;
    if (from.ok() && !is_of_this_program)
        return fail(Code::conflict, "another version kept the board");
    const auto digest = from.text();
    if (from.ok() && digest != pack.digest())
        return fail(Code::conflict, "the kept board is of another pack");
    Head head;
    head.cut.seq = static_cast<journal::Seq>(from.u64());
    from.raw(head.cut.hash.bytes);
    head.rows = from.u64();
    head.mark = from.id();
    if (!from.ok() || !from.at_end()) return damaged();
    return head;
}

Bytes write_tail(const Tail& tail) {
    Bytes plain = piece_of(PieceKind::tail);
    Encoder to(plain);
    to.raw().u64(tail.rows);
    to.list(tail.again, [&](const Id& id) { to.id(id); });
    return plain;
}

Result<Tail> read_tail(Decoder& from) {
    Tail tail;
    tail.rows = from.u64();
    for (const Id& id : from.list<Id>([&] { return from.id(); })) tail.again.insert(id);
    if (!from.ok() || !from.at_end()) return damaged();
    return tail;
}

}  // namespace

Result<Cut> read_cut(store::Database& main) {
    Cut cut;
    const auto read = main.read([&](store::Session& session) -> Result<void> {
        const auto last = journal::last_seq(session);
        if (!last) return Failure(last.error());
        if (*last == journal::Seq::none) return {};
        const auto entry = journal::read_entry(session, *last);
        if (!entry) return Failure(entry.error());
        cut = {*last, entry->hash};
        return {};
    });
    if (!read) return Failure(read.error());
    return cut;
}

/// Goes through a file piece by piece.
class BoardFile::Reading {
  public:
    Reading(const fs::path& file, const journal::Grant& grant, const journal::BoardKey& key)
        : file_(file, O_RDONLY | O_NOFOLLOW), grant_(grant), key_(key) {
        if (file_.is_open()) ::posix_fadvise(file_.fd(), 0, 0, POSIX_FADV_SEQUENTIAL);
    }

    bool is_open() const { return file_.is_open(); }
    std::uint64_t size() const { return size_; }
    std::uint64_t pieces() const { return pieces_; }

    /// The next piece of the addition with that mark; a head has that of the addition before.
    /// A failure at the end, which may be torn.
    Result<Bytes> next(const Id& mark) {
        std::array<std::byte, 4> length{};
        if (!crypto::read_all(file_.fd(), length)) return ended();
        const auto size = Reader(length).u32();
        if (*size > box_max) return damaged();
        box_.resize(*size);
        if (!crypto::read_all(file_.fd(), box_)) return ended();
        auto plain = journal::open_board(grant_, key_, {pieces_, mark}, box_);
        if (!plain) return plain;
        ++pieces_;
        size_ += length.size() + box_.size();
        return plain;
    }

  private:
    static Failure ended() { return fail(Code::corrupt, "the kept board ends too early"); }

    const crypto::Descriptor file_;
    const journal::Grant& grant_;
    const journal::BoardKey& key_;
    Bytes box_;
    std::uint64_t size_ = 0;
    std::uint64_t pieces_ = 0;
};

struct BoardFile::Addition {
    const Cut& cut;
    const std::set<Id>& again;
    const std::vector<views::RowPointer>& rows;
    GoOn go_on;
};

/// Writes pieces at the end of a file.
class BoardFile::Writing {
  public:
    /// Into a new file.
    Writing(const fs::path& path, const journal::BoardKey& key)
        : path_(path), file_(path, O_WRONLY | O_CREAT | O_EXCL, 0600), key_(key) {}
    /// Behind `size` bytes of `pieces` pieces; what stands there of an addition that did not come
    /// to its end goes.
    Writing(
        const fs::path& path,
        const journal::BoardKey& key,
        std::uint64_t size,
        std::uint64_t pieces,
        const Id& mark
    )
        : path_(path),
          file_(path, O_WRONLY | O_NOFOLLOW),
          key_(key),
          begun_(size),
          size_(size),
          pieces_(pieces),
          mark_(mark) {
        const auto end = static_cast<off_t>(size);
        is_at_end_ = file_.is_open() && ::lseek(file_.fd(), 0, SEEK_END) >= end &&
                     ::ftruncate(file_.fd(), end) == 0 && ::lseek(file_.fd(), end, SEEK_SET) == end;
    }

    std::uint64_t size() const { return size_; }
    std::uint64_t pieces() const { return pieces_; }
    const Id& mark() const { return mark_; }

    /// False when it was told not to go on.
    Result<bool> add(const policy::Pack& pack, const Addition& addition) {
        if (!file_.is_open() || !is_at_end_)
            return fail(Code::unavailable, "the board's file is not as it was left");
        const Id before = std::exchange(mark_, make_id());
        Tail tail{0, addition.again};
        auto done = put(before, write_head(pack, {addition.cut, addition.rows.size(), mark_}));
        Bytes rows;
        for (auto row = addition.rows.begin(); done && row != addition.rows.end(); ++row) {
            add_row(**row, rows, tail);
            if (tail.again.size() > again_max) return too_many();
            if (rows.size() < piece_full) continue;
            done = put_rows(rows);
            if (done && addition.go_on && !addition.go_on()) return false;
        }
        if (done && !rows.empty()) done = put_rows(rows);
        if (done) done = put(mark_, write_tail(tail));
        if (!done) return Failure(done.error());
        return true;
    }

    /// What was added since it was opened.
    void take_back() const {
        if (!file_.is_open() || !is_at_end_) return;
        // Where it cannot be, the next start does not take it up.
        [[maybe_unused]] const int cut = ::ftruncate(file_.fd(), static_cast<off_t>(begun_));
    }

    Result<void> sync() {
        if (::fdatasync(file_.fd()) != 0) return crypto::broken("cannot sync", path_);
        unsynced_ = 0;
        return {};
    }

  private:
    static void add_row(const views::Row& row, Bytes& rows, Tail& tail) {
        const std::size_t before = rows.size();
        Encoder to(rows);
        views::encode(row, to);
        if (rows.size() - before <= kept_row_max) {
            ++tail.rows;
        } else {
            rows.resize(before);
            tail.again.insert(row.id);
        }
    }

    Result<void> put_rows(Bytes& rows) {
        Bytes plain = piece_of(PieceKind::rows);
        plain.insert(plain.end(), rows.begin(), rows.end());
        rows.clear();
        return put(mark_, plain);
    }

    Result<void> put(const Id& mark, BytesView plain) {
        const Bytes box = journal::seal_board(key_, {pieces_, mark}, plain);
        Bytes frame;
        frame.reserve(box.size() + 4);
        Writer(frame).run(box);
        if (!crypto::write_all(file_.fd(), frame)) return crypto::broken("cannot write", path_);
        ++pieces_;
        size_ += frame.size();
        unsynced_ += frame.size();
        return unsynced_ < bytes_per_sync ? Result<void>{} : sync();
    }

    const fs::path path_;
    const crypto::Descriptor file_;
    const journal::BoardKey& key_;
    bool is_at_end_ = true;
    const std::uint64_t begun_ = 0;
    std::uint64_t size_ = 0;
    std::uint64_t pieces_ = 0;
    Id mark_;
    std::uint64_t unsynced_ = 0;
};

fs::path BoardFile::path_of(const Id& file) const {
    return folder_ / (std::string(name_begin) + to_text(file) + std::string(name_end));
}

void BoardFile::remove_all_but(const Id& kept) const {
    const fs::path mine = path_of(kept);
    std::error_code ec;
    std::vector<fs::path> others;
    for (fs::directory_iterator at(folder_, ec), end; !ec && at != end; at.increment(ec)) {
        const std::string name = at->path().filename().string();
        if (name.starts_with(name_begin) && name.ends_with(name_end) && at->path() != mine)
            others.push_back(at->path());
    }
    for (const fs::path& other : others) fs::remove(other, ec);
}

Result<void> BoardFile::check_history(const Cut& cut) const {
    if (cut.seq == journal::Seq::none) return {};
    return store_.main().read([&](store::Session& main) -> Result<void> {
        const auto entry = journal::read_entry(main, cut.seq);
        if (!entry && entry.error().code != Code::not_found) return Failure(entry.error());
        if (!entry || entry->hash != cut.hash)
            return fail(Code::conflict, "the kept board is of another journal");
        return {};
    });
}

// Each addition is bound to the one before it, or an older one could stand in its place.
Result<BoardFile::Read> BoardFile::read_addition(Reading& reading, const OnRow& see) const {
    const auto first = reading.next(kept_.mark);
    if (!first) return Failure(first.error());
    const auto head = read_head(pack_, *first);
    if (!head) return Failure(head.error());
    if (auto same = check_history(head->cut); !same) return Failure(same.error());
    for (std::uint64_t rows = 0;;) {
        const auto piece = reading.next(head->mark);
        if (!piece) return Failure(piece.error());
        Decoder from(*piece);
        const auto kind = static_cast<PieceKind>(from.u8());
        if (kind == PieceKind::tail) {
            auto tail = read_tail(from);
            if (!tail) return Failure(tail.error());
            if (tail->rows != rows) return damaged();
            return Read{head->cut, head->mark, std::move(tail->again)};
        }
        if (kind != PieceKind::rows) return damaged();
        while (!from.at_end()) {
            views::Row row = views::decode_row(pack_, from);
            if (!from.ok()) return damaged();
            see(std::move(row), head->rows);
            ++rows;
        }
    }
}

Result<BoardFile::Kept> BoardFile::load(const journal::Grant& grant, const OnRow& see) {
    const auto loaded = store_.keys().read([&](store::Session& keys) -> Result<void> {
        auto key = journal::load_board_key(keys, keyring_);
        if (!key) return Failure(key.error());
        key_.emplace(std::move(*key));
        return {};
    });
    if (!loaded) return Failure(loaded.error());
    kept_ = {};
    Reading reading(path_of(key_->file()), grant, *key_);
    if (!reading.is_open()) return fail(Code::unavailable, "the kept board is not there");
    Kept kept;
    auto addition = read_addition(reading, see);
    if (!addition) return Failure(addition.error());
    for (; addition; addition = read_addition(reading, see)) {
        kept.cut = addition->cut;
        // A row that was too large stands in no later addition, where it is not written again.
        kept.again.merge(addition->again);
        const std::uint64_t first_size = kept_.size == 0 ? reading.size() : kept_.first_size;
        kept_ = {addition->cut, reading.size(), first_size, reading.pieces(), addition->mark};
    }
    remove_all_but(key_->file());
    if (kept.again.size() > again_max) return too_many();
    return kept;
}

Result<void> BoardFile::begin() {
    kept_ = {};
    key_.emplace(journal::BoardKey::make(make_id()));
    remove_all_but(key_->file());
    return store_.keys().write([&](store::Session& keys) {
        return journal::store_board_key(keys, keyring_, *key_);
    });
}

bool BoardFile::wants_all() const {
    return kept_.size - kept_.first_size >= std::max(kept_.first_size, added_min) ||
           kept_.size == 0;
}

Result<void> BoardFile::add(
    const Cut& cut,
    const std::set<Id>& again,
    const std::vector<views::RowPointer>& rows,
    const GoOn& go_on
) {
    const bool all = wants_all();
    const Addition addition{cut, again, rows, all ? go_on : GoOn()};
    Result<bool> added = too_many();
    if (again.size() <= again_max) added = all ? add_all(addition) : add_more(addition);
    if (!added || !*added) kept_ = {};
    if (!added) return Failure(added.error());
    return {};
}

// Not synced: what the power takes is less than the journal has.
Result<bool> BoardFile::add_more(const Addition& addition) {
    bool is_stored = false;
    const auto read = store_.keys().read([&](store::Session& keys) -> Result<void> {
        const auto has = journal::has_board_key(keys, key_->file());
        if (!has) return Failure(has.error());
        is_stored = *has;
        return {};
    });
    if (!read) return Failure(read.error());
    if (!is_stored) {
        remove_all_but(Id{});
        return fail(Code::conflict, "the board's key was destroyed");
    }
    const fs::path file = path_of(key_->file());
    Writing writing(file, *key_, kept_.size, kept_.pieces, kept_.mark);
    const auto added = writing.add(pack_, addition);
    if (added) {
        kept_ = {addition.cut, writing.size(), kept_.first_size, writing.pieces(), writing.mark()};
    } else {
        writing.take_back();
    }
    return added;
}

Result<bool> BoardFile::add_all(const Addition& addition) {
    if (!has_room(folder_, addition.rows.size() * row_about))
        return fail(Code::no_room, "there is no room to keep the board");
    auto key = journal::BoardKey::make(make_id());
    const auto added = write_all(key, addition);
    if (added && *added) {
        key_.emplace(std::move(key));
        remove_all_but(key_->file());
    } else {
        const bool is_destroyed = !added && added.error().code == Code::conflict;
        remove_all_but(is_destroyed ? Id{} : key_->file());
    }
    return added;
}

Result<bool> BoardFile::write_all(const journal::BoardKey& key, const Addition& addition) {
    Writing writing(path_of(key.file()), key);
    const auto added = writing.add(pack_, addition);
    if (!added || !*added) return added;
    auto done = writing.sync();
    if (done) done = crypto::sync_folder(folder_);
    if (done) {
        done = store_.keys().write([&](store::Session& keys) {
            return journal::replace_board_key(keys, keyring_, key_->file(), key);
        });
    }
    if (!done) return Failure(done.error());
    kept_ = {addition.cut, writing.size(), writing.size(), writing.pieces(), writing.mark()};
    return true;
}

}  // namespace homeward::casework
