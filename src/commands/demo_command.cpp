#include "commands/demo_command.hpp"

#include "commands/data_commands.hpp"
#include "commands/progress.hpp"
#include "demo/template.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>

namespace homeward::commands {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t batch_dossiers = 256;

fs::path files_of(const DemoOptions& options) {
    if (!options.files.empty()) return options.files;
    std::error_code ec;
    if (fs::exists("demo/templates", ec)) return "demo";
    const fs::path program = fs::read_symlink("/proc/self/exe", ec);
    return program.parent_path().parent_path() / "share" / "homeward" / "demo";
}

Result<std::string> text_of_file(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return fail(Code::not_found, "cannot read " + file.string());
    return std::string{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

Result<std::vector<demo::DemoAccount>> accounts_of(const fs::path& files, std::uint64_t seed) {
    const auto text = text_of_file(files / "cast.yaml");
    if (!text) return Failure{text.error()};
    return demo::read_cast(*text, seed);
}

Result<demo::People> people_of(const fs::path& files) {
    std::array<std::string, 3> texts;
    constexpr std::array<std::string_view, 3> names{"forenames.csv", "surnames.csv", "places.csv"};
    for (std::size_t i = 0; i < names.size(); ++i) {
        auto text = text_of_file(files / "names" / names[i]);
        if (!text) return Failure{text.error()};
        texts[i] = std::move(*text);
    }
    return demo::People::load(texts[0], texts[1], texts[2]);
}

Result<std::vector<demo::Template>> templates_of(const fs::path& files) {
    std::error_code ec;
    std::vector<fs::path> paths;
    for (const auto& item : fs::directory_iterator(files / "templates", ec)) {
        if (item.path().extension() == ".yaml") paths.push_back(item.path());
    }
    std::sort(paths.begin(), paths.end());
    std::vector<demo::Template> out;
    for (const auto& path : paths) {
        const auto text = text_of_file(path);
        if (!text) return Failure{text.error()};
        auto story = demo::read_template(path.filename().string(), *text);
        if (!story) return Failure{story.error()};
        out.push_back(std::move(*story));
    }
    if (out.empty()) return fail(Code::not_found, "no templates in " + files.string());
    return out;
}

Result<Instant> until_of(const DemoOptions& options) {
    if (options.until.empty()) return SystemClock().now();
    return parse_instant(options.until + "T12:00:00Z");
}

int write_file(const DemoOptions& options, demo::Country& country) {
    std::ofstream out(options.out, std::ios::binary | std::ios::trunc);
    if (!out) return cannot({Code::invalid, "cannot write " + options.out.string(), {}});
    Progress progress("Writing children");
    for (std::uint64_t i = 0; i < options.dossiers; ++i) {
        out << json::serialize(country.next()) << '\n';
        progress.show(i + 1, options.dossiers);
    }
    progress.finish();
    return out.flush() ? 0 : cannot({Code::no_room, "could not write it all", {}});
}

Result<void> add_accounts(casework::Register& reg, const std::vector<demo::DemoAccount>& accounts) {
    Progress progress("Making accounts");
    std::size_t done = 0;
    for (const auto& one : accounts) {
        casework::NewAccount account;
        account.id = one.id;
        account.name = one.name;
        account.password = one.password;
        account.roles = {one.role};
        account.team = one.team;
        account.agency = one.agency;
        account.gbv_cleared = one.gbv_cleared;
        const auto made = reg.create_account(casework::Caller::console(), account);
        if (!made) return Failure{made.error()};
        progress.show(++done, accounts.size());
    }
    progress.finish();
    return {};
}

Result<void> fill_register(
    casework::Register& reg, const DemoOptions& options, demo::Country& country
) {
    Progress progress("Making children");
    std::optional<Id> job;
    for (std::uint64_t done = 0; done < options.dossiers;) {
        std::vector<casework::ImportLine> lines;
        while (lines.size() < batch_dossiers && done < options.dossiers)
            lines.push_back({++done, json::value(country.next())});
        const auto imported = reg.import(casework::Caller::console(), job, lines);
        if (!imported) return Failure{imported.error()};
        job = imported->job;
        if (!imported->refused.empty()) {
            const auto& first = imported->refused.front();
            return fail(
                Code::invalid,
                fmt::format("child {}: {}: {}", first.line, first.pointer, first.reason)
            );
        }
        progress.show(done, options.dossiers);
    }
    progress.finish();
    return {};
}

void print_sign_ins(const std::vector<demo::DemoAccount>& accounts) {
    fmt::print("\nSign-ins of the demo (nothing in it is real; never use it for real files):\n\n");
    std::string_view last;
    for (const auto& one : accounts) {
        if (one.role == last) continue;
        last = one.role;
        fmt::print("  {:4} {:14} {}\n", one.role, one.name, one.password);
    }
    fmt::print("\n");
}

}  // namespace

int demo(const DemoOptions& options) {
    const auto files = files_of(options);
    const auto accounts = accounts_of(files, options.seed);
    if (!accounts) return cannot(accounts.error());
    if (options.sign_ins) {
        print_sign_ins(*accounts);
        return 0;
    }
    const auto people = people_of(files);
    if (!people) return cannot(people.error());
    auto stories = templates_of(files);
    if (!stories) return cannot(stories.error());
    const auto until = until_of(options);
    if (!until) return cannot(until.error());
    demo::Country country(std::move(*stories), {*people, *accounts, *until}, options.seed);
    if (!options.out.empty()) return write_file(options, country);
    std::error_code ec;
    if (!fs::exists(options.data.data / store::main_file_name, ec)) {
        if (const int status = init({options.data, false}); status != 0) return status;
    }
    auto data = OpenData::open(options.data);
    if (!data) return cannot(data.error());
    auto done = add_accounts((*data)->reg(), *accounts);
    if (done) done = fill_register((*data)->reg(), options, country);
    if (!done) return cannot(done.error());
    print_sign_ins(*accounts);
    return 0;
}

}  // namespace homeward::commands
