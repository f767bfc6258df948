#include "fault/power/workload.hpp"

#include "journal/verify.hpp"
#include "unit/casework/office.hpp"

#include <dlfcn.h>

#include <random>
#include <sstream>
#include <thread>

namespace homeward::test {
namespace {

constexpr int workers = 4;
constexpr int files_each = 8;
constexpr int writes_each = 12;
constexpr std::size_t entries_between_checkpoints = 25;
constexpr std::size_t text_chars_max = 400;
constexpr std::size_t note_chars_max = 6000;
constexpr const char* witness_name = "witness";
// Short logs, so that they are moved and begun anew many times.
constexpr store::LogLimits log_limits{100, 300, 60, 1600};

/// A register in a given folder, with its witness file beside it.
struct Place {
    explicit Place(const std::filesystem::path& folder, std::shared_ptr<const policy::Pack> of)
        : pack(std::move(of)) {
        const auto key_file = folder / "root.key";
        keyring.emplace(
            std::filesystem::exists(folder / "keyring.json")
                ? must(crypto::Keyring::open(folder, {"", key_file}))
                : must(make_keyring(folder, key_file))
        );
        store.emplace(must(store::Store::open(folder, options_of_store())));
        checkpoints = must(journal::Checkpoints::start(
            store->main(), *keyring, {folder / witness_name, entries_between_checkpoints}
        ));
        reg = must(casework::Register::start(
            {*store, *keyring, pack, clock, passwords, *checkpoints}, casework::Options{}
        ));
    }

    static store::DatabaseOptions options_of_store() {
        store::DatabaseOptions options;
        options.log = log_limits;
        return options;
    }

    static Result<crypto::Keyring> make_keyring(
        const std::filesystem::path& folder, const std::filesystem::path& key_file
    ) {
        must(crypto::create_key_file(key_file));
        return crypto::Keyring::create(folder, {"", key_file});
    }

    std::shared_ptr<const policy::Pack> pack;
    StillClock clock;
    crypto::Passwords passwords{{1U << 20U, 1, 4, 64}};
    std::optional<crypto::Keyring> keyring;
    std::optional<store::Store> store;
    std::unique_ptr<journal::Checkpoints> checkpoints;
    std::unique_ptr<casework::Register> reg;
};

void mark(const std::string& text) {
    using Mark = void (*)(const char*, std::size_t);
    static const auto tell = reinterpret_cast<Mark>(dlsym(RTLD_DEFAULT, "homeward_recorder_mark"));
    check(tell != nullptr, "the recorder is preloaded");
    tell(text.data(), text.size());
}

/// One thread of the workload.
class Worker {
  public:
    Worker(Place& place, const casework::Caller& caller, unsigned seed)
        : place_(place), caller_(caller), random_(seed) {}

    void work() {
        for (int file = 0; file < files_each; ++file) {
            const Id ref = make_id();
            std::vector<Id> records{open(ref)};
            for (int i = 0; i < writes_each; ++i) {
                if (random_() % 3 == 0)
                    records.push_back(add(ref));
                else
                    amend(ref, records[random_() % records.size()]);
                if (random_() % 4 == 0) look(ref);
            }
            // Now and then nothing old may stay behind in a log. Rarely, or it would never grow to
            // where it is moved by itself.
            if (file == 0) static_cast<void>(place_.store->main().scrub());
        }
    }

  private:
    // Of many sizes, so that writes end at all places within pages and sectors.
    std::string text(std::size_t chars_max) {
        std::string out;
        for (std::size_t i = random_() % chars_max; i > 0; --i)
            out += static_cast<char>('a' + random_() % 26);
        return out;
    }
    json::object content(const Id& record) {
        if (!is_registration_[record]) return {{"what", text(text_chars_max)}};
        return {{"pseudonym", "Cedar"}, {"note", text(note_chars_max)}};
    }

    // What is about to be written, so that a crash may find it there or not.
    json::object plan(const Id& ref, const Id& record) {
        auto data = content(record);
        mark("try " + line(ref, record, versions_[record] + 1) + " " + json::serialize(data));
        return data;
    }
    void acknowledge(const Id& ref, const Id& record) {
        mark("ack " + line(ref, record, ++versions_[record]));
    }
    static std::string line(const Id& ref, const Id& record, std::uint64_t version) {
        return to_text(ref) + " " + to_text(record) + " " + std::to_string(version);
    }

    Id open(const Id& ref) {
        const Id record = make_id();
        is_registration_[record] = true;
        must(place_.reg->open(caller_, ref, "child", {{record, "registration", plan(ref, record)}})
        );
        acknowledge(ref, record);
        return record;
    }
    Id add(const Id& ref) {
        const Id record = make_id();
        must(place_.reg->add(caller_, ref, {record, "complaint", plan(ref, record)}));
        acknowledge(ref, record);
        return record;
    }
    void amend(const Id& ref, const Id& record) {
        const auto base = versions_[record];
        must(place_.reg->amend(caller_, ref, {record, base, plan(ref, record)}));
        acknowledge(ref, record);
    }
    void look(const Id& ref) {
        must(place_.reg->read(caller_, ref));
        mark("look");
    }

    Place& place_;
    const casework::Caller caller_;
    std::mt19937_64 random_;
    std::map<Id, std::uint64_t> versions_;
    std::map<Id, bool> is_registration_;
};

std::uint64_t count_looks(Place& place) {
    static constexpr store::Query all{"SELECT count(*) FROM entry WHERE record IS NULL"};
    std::uint64_t looks = 0;
    must(place.store->main().read([&](store::Session& session) -> Result<void> {
        must(session.each(all, [&](const store::Row& row) -> Result<void> {
            looks = row.count(0);
            return {};
        }));
        return {};
    }));
    return looks;
}

// What a record should be, against what the register shows. Empty for a good one.
std::string compare(const Acknowledged::Record& expected, const casework::ShownRecord* found) {
    if (found == nullptr) return expected.version > 0 ? "an acknowledged record is lost" : "";
    if (found->version < expected.version) return "an acknowledged version is lost";
    const auto said = expected.said.find(found->version);
    if (said == expected.said.end()) return "a version that nobody wrote";
    if (json::value(found->data) != must(parse_json(said->second))) return "another content";
    return {};
}

std::string compare_files(Place& place, const Acknowledged& acknowledged) {
    const casework::Caller worker{acknowledged.worker, "CW", ""};
    std::map<Id, casework::File> files;
    for (const auto& [id, expected] : acknowledged.records) {
        if (files.count(expected.ref) == 0) {
            auto file = place.reg->read(worker, expected.ref);
            if (!file && file.error().code != Code::not_found) return file.error().text;
            files.emplace(expected.ref, file ? std::move(*file) : casework::File{});
        }
        const casework::ShownRecord* found = nullptr;
        for (const auto& record : files.at(expected.ref).records)
            if (record.id == id) found = &record;
        if (auto wrong = compare(expected, found); !wrong.empty()) return wrong;
    }
    return {};
}

std::string verify(const std::filesystem::path& folder) {
    journal::VerifyFile file;
    file.database = folder / store::main_file_name;
    if (std::filesystem::exists(folder / witness_name)) file.witness_file = folder / witness_name;
    const auto report = journal::verify_file(file);
    if (!report) return "verify: " + report.error().text;
    if (!report->clean()) return "verify: " + report->findings.front().what;
    auto keys = must(store::open_for_reading(folder / store::keys_file_name));
    const auto faults = must(keys->self_check(store::Schema::keys));
    if (!faults.empty()) return "keys: " + faults.front();
    return {};
}

}  // namespace

int run_workload(const std::filesystem::path& folder, unsigned seed) {
    Place place(folder, little_pack());
    casework::NewAccount account;
    account.name = "Amal";
    account.password = "correct horse battery";
    account.roles = {"CW"};
    account.team = "north";
    account.agency = "care";
    const auto made = must(place.reg->create_account(casework::Caller::console(), account));
    mark("ready " + to_text(made.id));
    std::vector<std::thread> threads;
    for (int i = 0; i < workers; ++i) {
        threads.emplace_back([&place, &made, seed, i] {
            Worker(place, {made.id, "CW", ""}, seed * workers + static_cast<unsigned>(i)).work();
        });
    }
    for (auto& thread : threads) thread.join();
    return 0;
}

Acknowledged acknowledged(const std::vector<Event>& events, std::size_t cut) {
    Acknowledged out;
    for (std::size_t i = 0; i < cut; ++i) {
        if (events[i].deed != Deed::mark) continue;
        std::istringstream words{std::string(events[i].bytes)};
        std::string word;
        words >> word;
        if (word == "ready") {
            words >> word;
            out.worker = must(parse_id(word));
            out.ready = true;
            continue;
        }
        out.count += word == "try" ? 0 : 1;
        out.looks += word == "look" ? 1 : 0;
        if (word == "look") continue;
        std::string ref;
        std::string id;
        std::uint64_t version = 0;
        words >> ref >> id >> version;
        auto& record = out.records[must(parse_id(id))];
        record.ref = must(parse_id(ref));
        if (word == "ack") {
            record.version = version;
        } else {
            words >> record.said[version];
        }
    }
    return out;
}

std::string look_for_loss(
    const std::filesystem::path& folder,
    const Acknowledged& acknowledged,
    const std::shared_ptr<const policy::Pack>& pack
) {
    Place place(folder, pack);
    if (count_looks(place) < acknowledged.looks) return "a look that was shown is not written down";
    if (auto wrong = compare_files(place, acknowledged); !wrong.empty()) return wrong;
    return verify(folder);
}

}  // namespace homeward::test
