#include "commands/data_commands.hpp"

#include "api/shapes.hpp"
#include "backup/backup.hpp"
#include "casework/check_gathered.hpp"
#include "commands/progress.hpp"
#include "crypto/file.hpp"
#include "crypto/secret.hpp"
#include "journal/verify.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <optional>

namespace homeward::commands {
namespace {

namespace fs = std::filesystem;

/// 16 letters from 32: 80 bits. None that is mistaken for another when it is read aloud.
std::string made_up_password() {
    constexpr std::string_view letters = "abcdefghjkmnpqrstuvwxyz23456789A";
    std::array<std::byte, 16> random{};
    crypto::random_bytes(random);
    std::string out;
    for (std::size_t i = 0; i < random.size(); ++i) {
        if (i > 0 && i % 4 == 0) out += '-';
        out += letters[std::to_integer<std::size_t>(random[i]) % letters.size()];
    }
    return out;
}

Result<std::string> password_of(const UserOptions& options) {
    if (options.password_file.empty()) return made_up_password();
    return first_line(options.password_file);
}

Result<Id> account_named(casework::Register& reg, const std::string& name) {
    const auto all = reg.accounts(casework::Caller::console());
    if (!all) return Failure{all.error()};
    for (const auto& account : *all) {
        if (account.name == name) return account.id;
    }
    return fail(Code::not_found, "there is no account of that name");
}

int change_user(const UserOptions& options, const casework::AccountChange& change) {
    auto data = OpenData::open(options.data);
    if (!data) return cannot(data.error());
    auto& reg = (*data)->reg();
    const auto id = account_named(reg, options.name);
    if (!id) return cannot(id.error());
    const auto changed = reg.change_account(casework::Caller::console(), *id, change);
    return changed ? 0 : cannot(changed.error());
}

Result<journal::VerifyReport> look_at_journal(const VerifyOptions& options) {
    Progress progress("Checking entries");
    journal::VerifyFile file;
    file.database = options.data.data / store::main_file_name;
    file.public_key_file = options.public_key_file;
    file.witness_file = options.data.witness_file;
    file.progress = [&](std::uint64_t done, std::uint64_t all) { progress.show(done, all); };
    return journal::verify_file(file);
}

Result<journal::Digest> look_at_contents(const VerifyOptions& options) {
    if (const auto locked = crypto::lock_process_memory(); !locked) return Failure{locked.error()};
    const auto unlock = unlock_of(options.data, false);
    if (!unlock) return Failure{unlock.error()};
    Progress progress("Opening contents");
    return backup::digest_of(
        options.data.data,
        *unlock,
        [&](const char*, std::uint64_t done, std::uint64_t all) { progress.show(done, all); },
        casework::check_gathered
    );
}

json::object to_json(const journal::VerifyReport& report) {
    json::array findings;
    for (const auto& one : report.findings)
        findings.push_back(json::object{{"seq", journal::number_of(one.seq)}, {"what", one.what}});
    return json::object{
        {"clean", report.clean()},
        {"entries", report.entries},
        {"dossiers", report.dossiers},
        {"records", report.records},
        {"checkpoints", report.checkpoints},
        {"witnessed", report.witnessed},
        {"after_checkpoint", report.after_checkpoint},
        {"findings_in_all", report.findings_in_all},
        {"findings", std::move(findings)},
    };
}

void print_report(const journal::VerifyReport& report) {
    for (const auto& one : report.findings)
        fmt::print("entry {}: {}\n", journal::number_of(one.seq), one.what);
    fmt::print(
        "{} entries of {} dossiers, {} records, {} checkpoints ({} witnessed), {} entries not "
        "signed yet: {}\n",
        report.entries,
        report.dossiers,
        report.records,
        report.checkpoints,
        report.witnessed,
        report.after_checkpoint,
        report.clean() ? "nothing was altered" : fmt::format("{} findings", report.findings_in_all)
    );
}

}  // namespace

int cannot(const Error& error) {
    std::fprintf(stderr, "homeward: %s\n", error.text.c_str());
    return 2;
}

int init(const InitOptions& options) {
    if (const auto locked = crypto::lock_process_memory(); !locked) return cannot(locked.error());
    std::error_code ec;
    const auto& folder = options.data.data;
    const bool is_new = !fs::exists(folder, ec);
    fs::create_directories(folder, ec);
    if (ec)
        return cannot({Code::invalid, "cannot make " + folder.string() + ": " + ec.message(), {}});
    fs::permissions(folder, fs::perms::owner_all, ec);
    crypto::Unlock unlock;
    bool made_key = false;
    if (options.ask_passphrase || !options.data.key_file.empty() ||
        !options.data.passphrase_file.empty()) {
        auto given = unlock_of(options.data, true);
        if (!given) return cannot(given.error());
        unlock = std::move(*given);
    } else {
        unlock.key_file = key_beside(folder);
    }
    if (!unlock.key_file.empty() && !fs::exists(unlock.key_file, ec)) {
        if (const auto made = crypto::create_key_file(unlock.key_file); !made)
            return cannot(made.error());
        made_key = true;
    }
    const auto keyring = crypto::Keyring::create(folder, unlock);
    if (!keyring) return cannot(keyring.error());
    const auto store = store::Store::open(folder);
    if (!store) return cannot(store.error());
    // The folder's own name, which nothing in it makes durable.
    if (is_new) {
        const auto named = crypto::sync_folder(fs::absolute(folder / "..").lexically_normal());
        if (!named) return cannot(named.error());
    }
    fmt::print("A register is ready in {}.\n", folder.string());
    if (made_key) {
        fmt::print(
            "Its key is {}. Without it nothing can ever be read; with it everything can.\n"
            "Move it to a medium that is not kept beside the data, and keep a copy elsewhere.\n",
            unlock.key_file.string()
        );
    }
    return 0;
}

int user_add(const UserOptions& options) {
    const auto password = password_of(options);
    if (!password) return cannot(password.error());
    auto data = OpenData::open(options.data);
    if (!data) return cannot(data.error());
    casework::NewAccount account;
    account.name = options.name;
    account.password = *password;
    account.roles = options.roles;
    account.team = options.team;
    account.agency = options.agency;
    account.gbv_cleared = options.gbv_cleared;
    const auto made = (*data)->reg().create_account(casework::Caller::console(), account);
    if (!made) return cannot(made.error());
    if (options.password_file.empty())
        fmt::print(
            "{}\t{}\t(shown once; change it at the first sign-in)\n", options.name, *password
        );
    return 0;
}

int user_list(const UserOptions& options) {
    auto data = OpenData::open(options.data);
    if (!data) return cannot(data.error());
    const auto all = (*data)->reg().accounts(casework::Caller::console());
    if (!all) return cannot(all.error());
    for (const auto& account : *all) {
        fmt::print(
            "{}\t{}\t{}\t{}{}\n",
            account.name,
            fmt::join(account.roles, ","),
            account.team,
            account.agency,
            account.disabled ? "\tdisabled" : ""
        );
    }
    return 0;
}

int user_disable(const UserOptions& options) {
    casework::AccountChange change;
    change.disabled = true;
    return change_user(options, change);
}

int user_password(const UserOptions& options) {
    const auto password = password_of(options);
    if (!password) return cannot(password.error());
    casework::AccountChange change;
    change.password = *password;
    const int status = change_user(options, change);
    if (status == 0 && options.password_file.empty())
        fmt::print("{}\t{}\t(shown once)\n", options.name, *password);
    return status;
}

int export_file(const ExportOptions& options) {
    const auto password = options.password_file.empty()
                              ? ask_secret("Password of " + options.account)
                              : first_line(options.password_file);
    if (!password) return cannot(password.error());
    auto data = OpenData::open(options.data);
    if (!data) return cannot(data.error());
    auto& reg = (*data)->reg();
    casework::SignIn request;
    request.name = options.account;
    request.password = *password;
    request.program = true;
    const auto signed_in = reg.sign_in(request);
    if (!signed_in) return cannot(signed_in.error());
    if (!signed_in->session)
        return cannot({Code::forbidden, "the name and the password do not go together", {}});
    const auto caller = casework::caller_of(*signed_in->session);
    std::ofstream out(options.file, std::ios::binary | std::ios::trunc);
    if (!out) return cannot({Code::invalid, "cannot write " + options.file.string(), {}});
    casework::ExportQuery query;
    query.type = options.type;
    const policy::FindingText finding_text(reg.pack());
    Progress progress("Exporting");
    std::uint64_t done = 0;
    for (bool more = true; more;) {
        auto page = reg.export_page(caller, query);
        if (!page) return cannot(page.error());
        for (auto& file : page->files) out << api::to_text(finding_text, file, "en") << '\n';
        progress.show(done += page->files.size(), 0);
        more = page->next.has_value();
        query.after = page->next.value_or("");
    }
    (void)reg.sign_out(signed_in->token);
    return out.flush()
               ? 0
               : cannot({Code::no_room, "could not write all of " + options.file.string(), {}});
}

int verify_data(const VerifyOptions& options) {
    auto report = look_at_journal(options);
    if (!report) return cannot(report.error());
    std::optional<journal::Digest> digest;
    // What was altered is not opened.
    if (options.digest && report->clean()) {
        auto found = look_at_contents(options);
        if (!found) return cannot(found.error());
        report->findings = std::move(found->findings);
        report->findings_in_all = found->findings_in_all;
        digest = std::move(*found);
    }
    const bool whole = digest && report->clean();
    if (options.as_json) {
        auto out = to_json(*report);
        if (whole) {
            out["contents"] = digest->contents;
            out["destroyed"] = digest->destroyed;
            out["digest"] = to_hex(digest->value.bytes);
        }
        fmt::print("{}\n", json::serialize(out));
    } else {
        print_report(*report);
        if (whole)
            fmt::print(
                "{} contents open, of {} entries something was erased. Digest {}\n",
                digest->contents,
                digest->destroyed,
                to_hex(digest->value.bytes)
            );
    }
    return report->clean() ? 0 : 1;
}

}  // namespace homeward::commands
