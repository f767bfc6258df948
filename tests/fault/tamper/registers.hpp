#pragma once

#include "store/sqlite/connection.hpp"
#include "unit/journal/office.hpp"
#include "unit/journal/tampering.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

/// Registers for whoever tries to alter one unseen.
namespace homeward::test {

inline constexpr std::size_t entries_of_register = 1000;
/// A checkpoint stands after so many entries, and a copy of the folder was kept at each.
inline constexpr std::size_t entries_of_quarter = 250;

/// Three registers below one folder, made once for a test program:
///   `register`         1,000 entries, notes of its checkpoints at 250, 500, 750 and 1,000
///   `old-250` … `-750` copies of the whole folder `register`, taken at those sizes
///   `fork`             begun as a copy at 500 with the same keys, another history from there on
///   `other`            1,000 entries of a register with keys of its own
class Registers {
  public:
    Registers();
    std::filesystem::path folder(std::string_view name) const { return place_.path() / name; }
    std::filesystem::path database(std::string_view name) const {
        return folder(name) / store::main_file_name;
    }
    /// The notes that were kept outside of `register`.
    std::filesystem::path witness() const { return place_.path() / "register.log"; }
    const crypto::PublicKey& key() const { return key_; }
    static const Registers& made();

  private:
    void begin(const std::string& name);
    void grow(const std::string& name, std::size_t to);
    void keep(const std::string& name, const std::string& as) const;

    Folder place_;
    crypto::PublicKey key_;
    std::vector<Id> dossiers_;
    std::vector<Id> records_;
};

/// A copy in memory without keys, checks and tripwires: nothing but the verifier is in the way.
class Copy {
  public:
    explicit Copy(const std::filesystem::path& database);
    store::Session& session() { return *connection_; }
    void run(const std::string& sql) { must(connection_->run_script(sql)); }
    /// The same tables of another register, as `other`.
    void attach(const std::filesystem::path& database, const std::string& name);
    journal::VerifyReport look(
        const crypto::PublicKey& key, const std::filesystem::path& witness = {}
    );

    /// What SQLite itself finds wrong with the tables: a line for each fault.
    std::vector<std::string> engine_check();

    void rechain() { test::rechain(*connection_); }

  private:
    std::unique_ptr<store::sqlite::FileConnection> connection_;
};

}  // namespace homeward::test
