#include "journal/verify.hpp"

#include "journal/checkpoint.hpp"
#include "journal/merkle.hpp"
#include "journal/rows.hpp"
#include "journal/tail.hpp"
#include "store/database.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

namespace homeward::journal {
namespace {

constexpr store::Query count_entries{"SELECT count(*) FROM entry"};
constexpr store::Query count_records{"SELECT count(*) FROM record"};
constexpr store::Query select_checkpoints{"SELECT seq, note, tree FROM checkpoint ORDER BY seq"};
constexpr store::Query select_entries{"SELECT " HOMEWARD_ENTRY_COLUMNS
                                      " FROM entry e ORDER BY e.seq"};
constexpr store::Query select_dossiers{
    "SELECT id, type, version, entries, head FROM dossier WHERE id > $1 ORDER BY id LIMIT $2"};
constexpr store::Query select_chain{
    "SELECT seq, record, version, prev, hash FROM entry WHERE dossier = $1 ORDER BY seq"};
constexpr store::Query select_records{"SELECT id, version, seq FROM record WHERE dossier = $1"};
constexpr store::Query select_projections{
    "SELECT count(*) FROM projection p LEFT JOIN dossier d ON d.id = p.dossier "
    "WHERE d.id IS NULL OR p.version > d.version"};

constexpr std::size_t dossiers_page = 1000;
constexpr std::uint64_t progress_every = 10'000;

struct Dossier {
    Id id;
    std::string type;
    std::uint64_t version = 0;
    std::uint64_t entries = 0;
    crypto::Hash head;
};

// One signed statement that the tree must agree with when it has grown to that size.
struct Claim {
    Checkpoint checkpoint;
    std::string_view from;
};

class Verifier {
  public:
    Verifier(store::Session& main, const VerifyOptions& options) : main_(main), options_(options) {}

    Result<VerifyReport> run() {
        for (const auto step :
             {&Verifier::read_witness_file,
              &Verifier::read_checkpoints,
              &Verifier::check_witnessed,
              &Verifier::read_end,
              &Verifier::check_entries,
              &Verifier::check_dossiers,
              &Verifier::check_projections}) {
            const auto done = (this->*step)();
            // Bytes too damaged to be read are what we are here to find.
            if (!done && done.error().code == Code::corrupt) {
                find(Seq::none, done.error().text);
            } else if (!done) {
                return Failure{done.error()};
            }
        }
        return std::move(report_);
    }

  private:
    void find(Seq seq, std::string what) {
        ++report_.findings_in_all;
        if (report_.findings.size() < findings_max)
            report_.findings.push_back({seq, std::move(what)});
    }

    Result<void> read_checkpoints() {
        const auto read =
            main_.each(select_checkpoints, [&](const store::Row& row) -> Result<void> {
                ++report_.checkpoints;
                const auto seq = static_cast<Seq>(row.count(0));
                const auto checkpoint = open_note(options_.public_key, row.text(1));
                if (!checkpoint) {
                    find(seq, checkpoint.error().text);
                    return {};
                }
                if (checkpoint->size != row.count(0))
                    find(seq, "the checkpoint stands at another position");
                const auto tree = CompactRange::from_bytes(row.blob(2));
                if (!tree || tree->size() != checkpoint->size || tree->root() != checkpoint->root)
                    find(seq, "the checkpoint's tree is not the one that was signed");
                claims_.push_back({*checkpoint, "the checkpoint"});
                signed_size_ = std::max(signed_size_, checkpoint->size);
                return {};
            });
        if (!read) return Failure{read.error()};
        return {};
    }

    // Before anything of the database: a server that goes on meanwhile may sign more, and its
    // witness must not be ahead of the snapshot.
    Result<void> read_witness_file() {
        if (options_.witness_file.empty()) return {};
        auto notes = read_witness(options_.witness_file);
        if (!notes) return Failure{notes.error()};
        notes_ = std::move(*notes);
        return {};
    }

    Result<void> check_witnessed() {
        for (const auto& note : notes_) {
            ++report_.witnessed;
            const auto checkpoint = open_note(options_.public_key, note);
            if (!checkpoint) {
                find(Seq::none, "in the witness file: " + checkpoint.error().text);
                continue;
            }
            if (checkpoint->size > signed_size_) {
                find(
                    static_cast<Seq>(checkpoint->size),
                    "the witness saw a checkpoint that the journal lacks: it was put back or cut"
                );
            }
            claims_.push_back({*checkpoint, "the witness"});
        }
        return {};
    }

    Result<void> read_end() {
        const auto tail = read_tail(main_, options_.public_key);
        if (!tail) return Failure{tail.error()};
        tail_ = *tail;
        if (tail_) claims_.push_back({*tail_, "the note of the end"});
        return {};
    }

    void check_end() {
        const std::uint64_t vouched = tail_ ? tail_->size : signed_size_;
        if (report_.entries > vouched)
            find(static_cast<Seq>(vouched + 1), "nothing vouches for the entries from here on");
        if (report_.entries > signed_size_)
            report_.after_checkpoint = report_.entries - signed_size_;
    }

    void check_claims(const CompactRange& tree) {
        for (; next_claim_ < claims_.size() && claims_[next_claim_].checkpoint.size <= tree.size();
             ++next_claim_) {
            const auto& claim = claims_[next_claim_];
            if (claim.checkpoint.size == tree.size() && claim.checkpoint.root == tree.root())
                continue;
            find(
                static_cast<Seq>(claim.checkpoint.size),
                "the entries are not those that " + std::string(claim.from) + " was made over"
            );
        }
    }

    Result<void> check_entries() {
        std::stable_sort(claims_.begin(), claims_.end(), [](const auto& a, const auto& b) {
            return a.checkpoint.size < b.checkpoint.size;
        });
        const auto all = main_.count(count_entries);
        if (!all) return Failure{all.error()};
        CompactRange tree;
        std::uint64_t last = 0;
        const auto read = main_.each(select_entries, [&](const store::Row& row) -> Result<void> {
            const Entry entry = entry_of(row);
            const auto seq = number_of(entry.seq);
            if (seq != last + 1) find(entry.seq, "an entry before this one is missing");
            last = seq;
            const auto hash = hash_entry(entry);
            if (hash != entry.hash) find(entry.seq, "the entry was altered");
            tree.add(hash);
            check_claims(tree);
            if (++report_.entries % progress_every == 0 && options_.progress)
                options_.progress(report_.entries, *all);
            return {};
        });
        if (!read) return Failure{read.error()};
        for (; next_claim_ < claims_.size(); ++next_claim_) {
            find(
                static_cast<Seq>(claims_[next_claim_].checkpoint.size),
                "the journal ends before " + std::string(claims_[next_claim_].from) +
                    " was made: it was put back or cut"
            );
        }
        check_end();
        if (options_.progress) options_.progress(report_.entries, *all);
        return {};
    }

    Result<std::vector<Dossier>> page_after(BytesView id) {
        std::vector<Dossier> page;
        const auto read = main_.each(
            select_dossiers,
            [&](const store::Row& row) -> Result<void> {
                page.push_back(
                    {row.id(0),
                     std::string(row.text(1)),
                     row.count(2),
                     row.count(3),
                     hash_of(row.blob(4))}
                );
                return {};
            },
            id,
            dossiers_page
        );
        if (!read) return Failure{read.error()};
        return page;
    }

    Result<void> check_dossiers() {
        std::uint64_t chained = 0;
        Bytes after;
        while (true) {
            const auto page = page_after(after);
            if (!page) return Failure{page.error()};
            if (page->empty()) break;
            for (const auto& dossier : *page) {
                const auto entries = check_dossier(dossier);
                if (!entries) return Failure{entries.error()};
                chained += *entries;
            }
            after.assign(page->back().id.bytes.begin(), page->back().id.bytes.end());
        }
        if (chained != report_.entries)
            find(Seq::none, "there are entries of a dossier that does not exist");
        const auto records = main_.count(count_records);
        if (!records) return Failure{records.error()};
        if (*records != report_.records)
            find(Seq::none, "there are records of a dossier that does not exist");
        return {};
    }

    // Where a record should point, from its entries.
    struct Newest {
        std::uint64_t version = 0;
        std::uint64_t seq = 0;
    };

    Result<std::uint64_t> check_dossier(const Dossier& dossier) {
        ++report_.dossiers;
        std::map<Id, Newest> newest;
        crypto::Hash head = first_hash(dossier.id, dossier.type);
        std::uint64_t entries = 0;
        std::uint64_t version = 0;
        Seq last = Seq::none;
        const auto read = main_.each(
            select_chain,
            [&](const store::Row& row) -> Result<void> {
                last = static_cast<Seq>(row.count(0));
                ++entries;
                if (hash_of(row.blob(3)) != head)
                    find(last, "the entry does not follow the dossier's entry before");
                head = hash_of(row.blob(4));
                const auto record = row.id_or_null(1);
                if (!record) return {};
                ++version;
                auto& at = newest[*record];
                if (row.count(2) != at.version + 1)
                    find(last, "a version of the record is missing");
                at = {row.count(2), number_of(last)};
                return {};
            },
            dossier.id
        );
        if (!read) return Failure{read.error()};
        if (head != dossier.head || entries != dossier.entries || version != dossier.version)
            find(last, "the dossier's row does not agree with its entries");
        if (auto done = check_records(dossier, newest); !done) return Failure{done.error()};
        return entries;
    }

    Result<void> check_records(const Dossier& dossier, std::map<Id, Newest>& newest) {
        const auto read = main_.each(
            select_records,
            [&](const store::Row& row) -> Result<void> {
                ++report_.records;
                const auto at = newest.find(row.id(0));
                const auto seq = static_cast<Seq>(row.count(2));
                if (at == newest.end()) {
                    find(seq, "a record has no entry");
                    return {};
                }
                if (at->second.version != row.count(1) || at->second.seq != row.count(2))
                    find(seq, "a record does not point to its newest entry");
                newest.erase(at);
                return {};
            },
            dossier.id
        );
        if (!read) return Failure{read.error()};
        for (const auto& missing : newest)
            find(static_cast<Seq>(missing.second.seq), "an entry's record is missing");
        return {};
    }

    Result<void> check_projections() {
        const auto wrong = main_.count(select_projections);
        if (!wrong) return Failure{wrong.error()};
        if (*wrong != 0)
            find(Seq::none, "there are projections of no dossier or of a later version");
        return {};
    }

    store::Session& main_;
    const VerifyOptions& options_;
    VerifyReport report_;
    std::vector<std::string> notes_;
    std::vector<Claim> claims_;
    std::optional<Checkpoint> tail_;
    std::size_t next_claim_ = 0;
    std::uint64_t signed_size_ = 0;
};

Result<VerifyReport> look_into(const std::filesystem::path& file, const VerifyOptions& options) {
    const auto main = store::open_for_reading(file);
    if (!main) return Failure{main.error()};
    const auto begun = (*main)->begin(store::Connection::Begin::reading);
    if (!begun) return Failure{begun.error()};
    // First, for it looks at the witness before its first statement begins the snapshot.
    auto report = verify(**main, options);
    if (!report) return report;
    auto lines = (*main)->self_check(store::Schema::main);
    if (!lines) return Failure{lines.error()};
    for (auto& line : *lines) {
        ++report->findings_in_all;
        if (report->findings.size() < findings_max)
            report->findings.push_back({Seq::none, std::move(line)});
    }
    return report;
}

}  // namespace

Result<VerifyReport> verify(store::Session& main, const VerifyOptions& options) {
    return Verifier(main, options).run();
}

Result<VerifyReport> verify_file(const VerifyFile& file) {
    const auto key_file = file.public_key_file.empty() ? file.database.parent_path() / "signing.pub"
                                                       : file.public_key_file;
    const auto key = crypto::read_public_key(key_file);
    if (!key) return Failure{key.error()};
    auto report = look_into(file.database, {*key, file.witness_file, file.progress});
    if (report || report.error().code != Code::corrupt) return report;
    // Too damaged to be opened: that is the finding.
    VerifyReport damaged;
    damaged.findings_in_all = 1;
    damaged.findings.push_back({Seq::none, report.error().text});
    return damaged;
}

}  // namespace homeward::journal
