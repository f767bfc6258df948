#include "fault/tamper/registers.hpp"

#include <utility>

namespace homeward::test {

namespace fs = std::filesystem;

Registers::Registers() {
    begin("register");
    for (std::size_t size = entries_of_quarter; size < entries_of_register;) {
        grow("register", size);
        keep("register", "old-" + std::to_string(size));
        size += entries_of_quarter;
    }
    grow("register", entries_of_register);
    fs::copy(folder("old-500"), folder("fork"));
    // Its witness saw the first half only: the other's lies outside.
    fs::copy_file(folder("old-500") / "witness.log", place_.path() / "fork.log");
    grow("fork", entries_of_register);
    const Office office(folder("register"));
    key_ = office.keyring().public_key();
    const auto dossiers = std::exchange(dossiers_, {});
    begin("other");
    grow("other", entries_of_register);
}

const Registers& Registers::made() {
    static const Registers registers;
    return registers;
}

void Registers::begin(const std::string& name) {
    fs::create_directory(folder(name));
    Office office(folder(name));
    dossiers_.clear();
    records_.clear();
    for (std::size_t i = 0; i < 20; ++i) {
        dossiers_.push_back(office.open_dossier(i % 5 == 4 ? "place" : "child"));
        records_.push_back(make_id());
        records_.push_back(make_id());
    }
}

// Every seventh entry is a remark; the others are versions of forty records of twenty dossiers.
void Registers::grow(const std::string& name, std::size_t to) {
    Office office(folder(name));
    const auto witness = place_.path() / (name + ".log");
    auto checkpoints =
        must(journal::Checkpoints::start(office.main(), office.keyring(), {witness, 1'000'000}));
    std::vector<journal::DossierKeys> keys;
    for (const auto& dossier : dossiers_) keys.push_back(office.keys_of(dossier));
    must(office.main().write([&](store::Session& session) -> Result<void> {
        const auto last = journal::last_seq(session);
        if (!last) return Failure{last.error()};
        for (std::size_t i = journal::number_of(*last); i < to; ++i) {
            const std::size_t which = i % records_.size();
            const bool is_remark = i % 7 == 6;
            std::uint64_t version = 0;
            if (!is_remark) {
                const auto newest =
                    journal::read_record(session, dossiers_[which / 2], records_[which]);
                version = newest ? newest->version + 1 : 1;
            }
            const auto entry = must(journal::prepare(
                keys[which / 2],
                is_remark ? std::nullopt : std::optional<Id>(records_[which]),
                version,
                {}
            ));
            if (auto done = journal::append(session, entry); !done) return Failure{done.error()};
        }
        return {};
    }));
    must(checkpoints->make());
}

void Registers::keep(const std::string& name, const std::string& as) const {
    fs::copy(folder(name), folder(as), fs::copy_options::recursive);
    fs::copy_file(place_.path() / (name + ".log"), folder(as) / "witness.log");
}

Copy::Copy(const fs::path& database) {
    using store::sqlite::FileConnection;
    connection_ = must(FileConnection::open(":memory:", FileConnection::Mode::reading));
    run("PRAGMA query_only = OFF; PRAGMA foreign_keys = OFF");
    attach(database, "real");
    for (const char* table :
         {"dossier", "entry", "record", "projection", "gathered", "checkpoint", "tail"})
        run(std::string("CREATE TABLE ") + table + " AS SELECT * FROM real." + table);
    run("DETACH real");
    run("CREATE INDEX in_order ON entry (seq); CREATE INDEX of_dossier ON entry (dossier, seq)");
    run("CREATE INDEX of_record ON record (dossier, id); CREATE INDEX by_id ON dossier (id)");
}

void Copy::attach(const fs::path& database, const std::string& name) {
    run("ATTACH '" + database.string() + "' AS " + name);
}

journal::VerifyReport Copy::look(const crypto::PublicKey& key, const fs::path& witness) {
    return must(journal::verify(*connection_, {key, witness, nullptr}));
}

std::vector<std::string> Copy::engine_check() {
    static constexpr store::Query ask{"PRAGMA integrity_check"};
    std::vector<std::string> lines;
    must(connection_->each(ask, [&](const store::Row& row) -> Result<void> {
        if (row.text(0) != "ok") lines.emplace_back(row.text(0));
        return {};
    }));
    return lines;
}

}  // namespace homeward::test
