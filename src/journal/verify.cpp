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
    "SELECT id, type, version, entries, last_seq, head FROM dossier WHERE id > $1 ORDER BY id "
    "LIMIT $2"};
constexpr store::Query select_step{
    "SELECT dossier, record, version, prev_seq FROM entry WHERE seq = $1"};
constexpr store::Query select_records{"SELECT id, version, seq FROM record WHERE dossier = $1"};
constexpr store::Query select_projections{
    "SELECT count(*) FROM projection p LEFT JOIN dossier d ON d.id = p.dossier "
    "WHERE d.id IS NULL OR p.version > d.version"};
constexpr store::Query select_gathered{
    "SELECT count(*) FROM gathered g LEFT JOIN dossier d ON d.id = g.dossier "
    "LEFT JOIN entry e ON e.seq = g.seq WHERE d.id IS NULL OR g.version > d.version "
    "OR e.dossier IS NULL OR e.dossier <> g.dossier OR e.record IS NULL"};

constexpr std::size_t dossiers_page = 1000;
constexpr std::uint64_t progress_every = 10'000;

struct Dossier {
    Id id;
    std::string type;
    std::uint64_t version = 0;
    std::uint64_t entries = 0;
    Link last;
};

// A dossier's entries as they came in order.
struct Chain {
    Seq begin = Seq::none;
    Link before;  ///< what the first says stands before it
    Link last;
    std::uint64_t entries = 0;
    std::uint64_t version = 0;
    bool holds = true;  ///< each points to the one before
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
              &Verifier::check_projections,
              &Verifier::check_gathered}) {
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
            follow(entry);
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

    bool check_link(Seq seq, const Link& says, const Link& is) {
        if (says.hash != is.hash) find(seq, "the entry does not follow the dossier's entry before");
        if (says.seq != is.seq) find(seq, "the entry does not point to its dossier's entry before");
        return says == is;
    }

    void follow(const Entry& entry) {
        const auto [at, is_first] = chains_.try_emplace(entry.dossier);
        Chain& chain = at->second;
        if (is_first) {
            chain.begin = entry.seq;
            chain.before = link_before(entry);
        } else {
            chain.holds = check_link(entry.seq, link_before(entry), chain.last) && chain.holds;
        }
        chain.last = link_to(entry);
        ++chain.entries;
        if (entry.record) ++chain.version;
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
                     {static_cast<Seq>(row.count(4)), hash_of(row.blob(5))}}
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
        Bytes after;
        while (true) {
            const auto page = page_after(after);
            if (!page) return Failure{page.error()};
            if (page->empty()) break;
            for (const auto& dossier : *page)
                if (const auto done = check_dossier(dossier); !done) return done;
            after.assign(page->back().id.bytes.begin(), page->back().id.bytes.end());
        }
        for (const auto& [id, chain] : chains_)
            find(chain.begin, "the entry is of a dossier that does not exist");
        const auto records = main_.count(count_records);
        if (!records) return Failure{records.error()};
        if (*records != report_.records)
            find(Seq::none, "there are records of a dossier that does not exist");
        return {};
    }

    Result<void> check_dossier(const Dossier& dossier) {
        ++report_.dossiers;
        Chain chain;
        chain.before.hash = chain.last.hash = first_hash(dossier.id, dossier.type);
        const Link beginning = chain.before;
        if (auto found = chains_.extract(dossier.id)) chain = found.mapped();
        chain.holds = check_link(chain.begin, chain.before, beginning) && chain.holds;
        if (chain.last != dossier.last || chain.entries != dossier.entries ||
            chain.version != dossier.version)
            find(chain.last.seq, "the dossier's row does not agree with its entries");
        Newests newest;
        if (auto walked = find_newest(dossier.id, chain, newest); !walked) return walked;
        return check_records(dossier, newest, chain.holds);
    }

    // Where a record should point, from its entries, and the last that was seen of it.
    struct Newest {
        std::uint64_t version = 0;
        Seq seq = Seq::none;
        std::uint64_t seen_version = 0;
        Seq seen = Seq::none;
    };
    using Newests = std::map<Id, Newest>;

    // From the newest entry to the first, or as far as the chain holds.
    Result<void> find_newest(const Id& dossier, const Chain& chain, Newests& newest) {
        Seq at = chain.last.seq;
        while (at != Seq::none) {
            Seq next = Seq::none;
            const auto read = main_.each(
                select_step,
                [&](const store::Row& row) -> Result<void> {
                    if (row.id(0) != dossier) return {};
                    next = static_cast<Seq>(row.count(3));
                    const auto record = row.id_or_null(1);
                    if (!record) return {};
                    const auto version = row.count(2);
                    const auto [found, is_newest] = newest.try_emplace(*record);
                    if (is_newest) {
                        found->second.version = version;
                        found->second.seq = at;
                    } else if (version + 1 != found->second.seen_version) {
                        find(found->second.seen, "a version of the record is missing");
                    }
                    found->second.seen_version = version;
                    found->second.seen = at;
                    return {};
                },
                number_of(at)
            );
            if (!read) return Failure{read.error()};
            if (next >= at) break;
            at = next;
        }
        return {};
    }

    Result<void> check_records(const Dossier& dossier, Newests& newest, bool is_whole) {
        const auto read = main_.each(
            select_records,
            [&](const store::Row& row) -> Result<void> {
                ++report_.records;
                const auto at = newest.find(row.id(0));
                const auto seq = static_cast<Seq>(row.count(2));
                if (at == newest.end()) {
                    if (is_whole) find(seq, "a record has no entry");
                    return {};
                }
                const Newest& found = at->second;
                if (found.version != row.count(1) || found.seq != seq)
                    find(seq, "a record does not point to its newest entry");
                if (is_whole && found.seen_version != 1)
                    find(found.seen, "a version of the record is missing");
                newest.erase(at);
                return {};
            },
            dossier.id
        );
        if (!read) return Failure{read.error()};
        for (const auto& missing : newest) find(missing.second.seq, "an entry's record is missing");
        return {};
    }

    Result<void> check_projections() {
        const auto wrong = main_.count(select_projections);
        if (!wrong) return Failure{wrong.error()};
        if (*wrong != 0)
            find(Seq::none, "there are projections of no dossier or of a later version");
        return {};
    }

    Result<void> check_gathered() {
        const auto wrong = main_.count(select_gathered);
        if (!wrong) return Failure{wrong.error()};
        if (*wrong != 0) find(Seq::none, "there is something gathered that is not of its dossier");
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
    std::map<Id, Chain> chains_;  ///< of dossiers that were not looked at yet
};

Result<VerifyReport> look_into(const std::filesystem::path& file, const VerifyOptions& options) {
    const auto main = store::open_for_reading(file);
    if (!main) return Failure{main.error()};
    const auto begun = (*main)->begin(store::Connection::Begin::reading);
    if (!begun) return Failure{begun.error()};
    // First, for it looks at the witness before its first statement begins the snapshot.
    auto report = verify(**main, options);
    auto lines = (*main)->self_check(store::Schema::main);
    // What an older version made fails everywhere, and this says why.
    if (!lines && lines.error().code == Code::invalid) return Failure{lines.error()};
    if (!report) return report;
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
