#include "commands/data_commands.hpp"
#include "commands/progress.hpp"
#include "crypto/hash.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <limits>
#include <string_view>

namespace homeward::commands {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t line_bytes_max = 4U << 20U;
constexpr std::size_t batch_lines_max = 512;
constexpr std::size_t batch_bytes_max = 8U << 20U;
constexpr std::size_t piece_bytes = 1U << 20U;

Failure cannot_read(const fs::path& file) {
    return fail(Code::not_found, "cannot read " + file.string());
}

/// The same file is the same job, on whatever day: made from all of it.
Result<Id> job_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    crypto::Hasher hasher;
    std::string piece(piece_bytes, '\0');
    while (in) {
        in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
        hasher.add(bytes_of(piece).first(static_cast<std::size_t>(in.gcount())));
    }
    if (!in.eof()) return cannot_read(file);
    const auto digest = hasher.finish();
    return id_from(BytesView(digest.bytes).first(16));
}

/// Reads lines; of one that is too long only so much is kept that it is refused.
class Lines {
  public:
    explicit Lines(const fs::path& file) : in_(file, std::ios::binary) {}

    std::uint64_t read_bytes() const { return read_; }
    bool ended() const { return in_.eof(); }
    bool failed() const { return in_.bad(); }

    /// The next lines that are not empty and come after `skip`.
    std::vector<casework::ImportLine> next(std::uint64_t skip) {
        std::vector<casework::ImportLine> out;
        std::size_t bytes = 0;
        std::string_view line;
        while (out.size() < batch_lines_max && bytes < batch_bytes_max && read_line(line)) {
            ++number_;
            bytes += line.size();
            if (number_ <= skip || line.empty() || line == "\r") continue;
            out.push_back({number_, parse_json(line, {.bytes_max = line_bytes_max})});
        }
        return out;
    }

  private:
    bool read_line(std::string_view& line) {
        in_.getline(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
        const auto got = static_cast<std::size_t>(in_.gcount());
        read_ += got;
        if (in_.bad()) return false;
        const bool is_too_long = in_.fail() && !in_.eof();
        const bool has_end = !in_.fail() && !in_.eof();
        if (is_too_long) {
            in_.clear();
            in_.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
            read_ += static_cast<std::uint64_t>(in_.gcount());
        }
        line = {buffer_.data(), has_end ? got - 1 : got};
        return got > 0;
    }

    std::ifstream in_;
    std::string buffer_ = std::string(line_bytes_max + 2, '\0');
    std::uint64_t number_ = 0;
    std::uint64_t read_ = 0;
};

struct Totals {
    std::uint64_t taken = 0;
    std::uint64_t unchanged = 0;
    std::uint64_t refused = 0;
};

void write_refused(std::ostream& out, const casework::RefusedLine& line) {
    const json::object one{{"line", line.line}, {"pointer", line.pointer}, {"reason", line.reason}};
    out << json::serialize(one) << '\n';
}

Result<Totals> run_import(
    casework::Register& reg, const ImportOptions& options, std::ostream& refused
) {
    const auto console = casework::Caller::console();
    const auto job = job_of(options.file);
    if (!job) return Failure{job.error()};
    const auto before = reg.import_job(console, *job);
    const std::uint64_t skip = before ? before->line : 0;
    if (skip > 0)
        std::fprintf(stderr, "Going on after line %llu.\n", static_cast<unsigned long long>(skip));
    std::error_code ec;
    const auto size = fs::file_size(options.file, ec);
    Lines lines(options.file);
    Progress progress("Importing (bytes)");
    Totals totals;
    while (true) {
        const auto batch = lines.next(skip);
        if (batch.empty() && lines.ended()) break;
        if (batch.empty() && lines.failed()) return cannot_read(options.file);
        if (batch.empty()) continue;
        const auto imported = reg.import(console, *job, batch);
        if (!imported) return Failure{imported.error()};
        // The register counts for the whole job, however many calls and runs it took.
        totals.taken = imported->taken - (before ? before->taken : 0);
        totals.unchanged = imported->unchanged - (before ? before->unchanged : 0);
        totals.refused += imported->refused.size();
        for (const auto& line : imported->refused) write_refused(refused, line);
        progress.show(lines.read_bytes(), size);
    }
    progress.finish();
    return totals;
}

}  // namespace

int import_file(const ImportOptions& options) {
    auto data = OpenData::open(options.data);
    if (!data) return cannot(data.error());
    std::ofstream file;
    if (!options.refused_file.empty()) {
        file.open(options.refused_file, std::ios::binary | std::ios::app);
        if (!file)
            return cannot({Code::invalid, "cannot write " + options.refused_file.string(), {}});
    }
    const auto totals =
        run_import((*data)->reg(), options, options.refused_file.empty() ? std::cerr : file);
    if (!totals) return cannot(totals.error());
    if (options.as_json) {
        const json::object out{
            {"taken", totals->taken},
            {"unchanged", totals->unchanged},
            {"refused", totals->refused}};
        fmt::print("{}\n", json::serialize(out));
    } else {
        fmt::print(
            "{} files taken, {} there already, {} lines refused\n",
            totals->taken,
            totals->unchanged,
            totals->refused
        );
    }
    return totals->refused == 0 ? 0 : 1;
}

}  // namespace homeward::commands
