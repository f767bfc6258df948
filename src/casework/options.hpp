#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace homeward::casework {

/// Limits of what one call may bring or ask for. One more is Code::too_large, or Code::invalid
/// for a page.
inline constexpr std::size_t password_chars_min = 12;
inline constexpr std::size_t name_chars_max = 100;
inline constexpr std::size_t roles_max = 8;
inline constexpr std::size_t records_per_open_max = 500;
inline constexpr std::size_t page_max = 500;
inline constexpr std::size_t export_page_max = 100;
inline constexpr std::size_t reasons_chars_max = 20'000;
inline constexpr std::size_t reveal_fields_max = 16;
inline constexpr std::size_t import_lines_max = 100'000;

/// Settings of the register. The defaults are those of docs/threat-model.md.
struct Options {
    /// A session ends when nothing was asked for `idle`, and `lifetime` after sign-in at the
    /// latest.
    std::chrono::seconds session_idle = std::chrono::minutes(15);
    std::chrono::seconds session_lifetime = std::chrono::hours(12);
    /// How exactly the last use of a session is kept on disk.
    std::chrono::seconds session_seen_grain = std::chrono::minutes(1);
    /// One account's sessions at one time; a further sign-in ends the oldest.
    std::size_t sessions_per_account_max = 16;

    /// Wrong passwords for one name, within `guess_window`, before all further tries are refused;
    /// a source that has succeeded before has a budget of the same size of its own.
    std::size_t guesses_max = 10;
    /// Wrong passwords from one network, within `guess_window`, for whatever names, where neither
    /// the device nor the address has succeeded for that name before.
    std::size_t strange_guesses_max = 100;
    std::chrono::seconds guess_window = std::chrono::hours(1);
    /// Names (existing or not) whose wrong tries are kept in memory.
    std::size_t guessed_names_max = 100'000;
    /// Addresses and devices remembered for one account.
    std::size_t known_sources_max = 16;

    /// Refused calls of one account that are written down one by one, within `refusal_window`; and
    /// failed sign-ins with names that do not exist, of all together.
    std::size_t refusals_written_max = 200;
    std::chrono::seconds refusal_window = std::chrono::hours(1);

    /// Different files that one account may be shown within `looks_window`, and those of which a
    /// list may tell it. 0: no limit. Who may export is not held back from exporting by it.
    std::size_t files_shown_max = 500;
    std::size_t files_listed_max = 10'000;
    std::chrono::seconds looks_window = std::chrono::minutes(10);

    /// Records of one dossier. One more is Code::too_large.
    std::size_t records_per_dossier_max = 5'000;
    /// Bytes of its records as they lie open, their newest versions: whoever opens it needs memory
    /// for all. One more is Code::too_large.
    std::size_t dossier_bytes_max = std::size_t{16} << 20U;
    /// A write that finds another one in its way is done again this often, then Code::unavailable.
    std::size_t write_attempts_max = 8;
    /// Dossiers that stay open in memory: about so many bytes of them, each until nobody has asked
    /// for it in so long (docs/decisions/0019). Zero bytes: none.
    std::size_t opened_bytes_max = std::size_t{64} << 20U;
    std::chrono::seconds opened_keep = std::chrono::minutes(5);
    /// The same for files that were written out for somebody.
    std::size_t given_bytes_max = std::size_t{48} << 20U;
    /// A dossier's records are gathered when it was left alone for so long (decision 0030): since
    /// somebody wrote to it, or opened it record by record. Of so many dossiers at one time.
    std::chrono::seconds gather_after = std::chrono::minutes(1);
    std::size_t settling_max = 10'000;
    /// Where the board is kept between two runs: the data folder, or nowhere when empty
    /// (docs/decisions/0028).
    std::filesystem::path board_folder;
    /// So many entries after its last cut the kept board is given a new one, though no row changed.
    std::size_t entries_after_cut_max = 10'000;
    /// Dossiers that may have been written to after a board was kept, beside a quarter of those on
    /// it; with one more a start builds it anew.
    std::size_t follow_min = 1000;
    /// Threads that read projections at a start which finds no kept board.
    std::size_t start_threads = 4;
    /// Dossiers of an import that become durable together.
    std::size_t import_batch_dossiers = 64;
};

}  // namespace homeward::casework
