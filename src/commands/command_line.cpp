#include "commands/command_line.hpp"

#include "commands/backup_commands.hpp"
#include "commands/data_commands.hpp"
#include "commands/demo_command.hpp"
#include "commands/pack_commands.hpp"
#include "commands/rekey.hpp"
#include "commands/serve_command.hpp"
#include "commands/version.hpp"

#include <CLI/CLI.hpp>

#include <functional>

namespace homeward::commands {
namespace {

/// Every command's options live here, so that callbacks may refer to them.
struct All {
    CheckPackOptions check_pack;
    TraceOptions trace;
    StoryOptions story;
    InitOptions init;
    UserOptions user;
    ImportOptions import;
    ExportOptions take_out;
    VerifyOptions verify;
    BackupCommand backup;
    RestoreCommand restore;
    RekeyOptions rekey;
    DemoOptions demo;
    ServeOptions serve;
    int status = 0;
};

void add_pack(CLI::App& command, PackOptions& options) {
    command.add_option("--pack", options.pack, "Folder of the pack")->envname("HOMEWARD_PACK");
    command
        .add_option("--overlay", options.overlays, "Folder of a country's overlay; may be repeated")
        ->envname("HOMEWARD_OVERLAY");
}

void add_register(CLI::App& command, DataOptions& options) {
    command.add_option("--data", options.data, "Data folder")
        ->envname("HOMEWARD_DATA")
        ->capture_default_str();
    command
        .add_option(
            "--key-file", options.key_file, "Key file; default: <data>.key beside the folder"
        )
        ->envname("HOMEWARD_KEY_FILE");
    command
        .add_option(
            "--passphrase-file", options.passphrase_file, "File whose first line is the passphrase"
        )
        ->envname("HOMEWARD_PASSPHRASE_FILE");
    command
        .add_option(
            "--witness",
            options.witness_file,
            "File of signed checkpoints, kept elsewhere: appended to, compared with"
        )
        ->envname("HOMEWARD_WITNESS");
}

void add_data(CLI::App& command, DataOptions& options) {
    add_register(command, options);
    add_pack(command, options.pack);
}

void add_pack_commands(CLI::App& app, All& all) {
    auto* check = app.add_subcommand(
        "check-pack", "Check a pack and its overlays; serve nothing with an error"
    );
    check->add_option("folder", all.check_pack.pack.pack, "Folder of the pack");
    check->add_option(
        "--overlay", all.check_pack.pack.overlays, "Folder of an overlay; may be repeated"
    );
    check->add_flag("--json", all.check_pack.as_json, "Answer as JSON");
    check->callback([&all] { all.status = check_pack(all.check_pack); });

    auto* trace_command = app.add_subcommand(
        "trace", "For each provision of the Roadmap: what realises it, and what has nothing yet"
    );
    add_pack(*trace_command, all.trace.pack);
    trace_command
        ->add_option("--stories", all.trace.stories, "Folder of stories that count as tests")
        ->default_val("tests/scenario");
    trace_command->add_flag("--json", all.trace.as_json, "Answer as JSON");
    trace_command->add_flag(
        "--strict", all.trace.strict, "Exit with 1 while a provision has nothing"
    );
    trace_command->callback([&all] { all.status = trace(all.trace); });

    auto* story_command = app.add_subcommand(
        "story", "Try rules on a story, without a server (docs/pack-language.md, section 10)"
    );
    story_command->add_option("file", all.story.files, "Story files")->required();
    story_command->add_option(
        "--at", all.story.at, "Judge at this time only, like 2026-03-05T10:00:00Z"
    );
    story_command->add_option("--lang", all.story.language, "Language of titles")
        ->capture_default_str();
    story_command->add_flag("--json", all.story.as_json, "Answer as JSON");
    add_pack(*story_command, all.story.pack);
    story_command->callback([&all] { all.status = story(all.story); });
}

void add_user_commands(CLI::App& app, All& all) {
    auto* user = app.add_subcommand("user", "People who may sign in");
    user->require_subcommand(1);
    const auto named = [&all](CLI::App& command) {
        command.add_option("name", all.user.name, "Name to sign in with")->required();
        add_data(command, all.user.data);
    };
    auto* add =
        user->add_subcommand("add", "Make an account; prints a password once unless one is given");
    named(*add);
    add->add_option("--role", all.user.roles, "Role of the pack, such as CW; may be repeated")
        ->required();
    add->add_option("--team", all.user.team, "Team");
    add->add_option("--agency", all.user.agency, "Agency");
    add->add_flag(
        "--gbv-cleared",
        all.user.gbv_cleared,
        "May see files on gender-based violence where the role allows it"
    );
    add->add_option(
        "--password-file", all.user.password_file, "File whose first line is the password"
    );
    add->callback([&all] { all.status = user_add(all.user); });
    auto* list = user->add_subcommand("list", "All accounts");
    add_data(*list, all.user.data);
    list->callback([&all] { all.status = user_list(all.user); });
    auto* disable = user->add_subcommand("disable", "Close an account; its sessions end at once");
    named(*disable);
    disable->callback([&all] { all.status = user_disable(all.user); });
    auto* password =
        user->add_subcommand("password", "Give an account a new password; its sessions end");
    named(*password);
    password->add_option(
        "--password-file", all.user.password_file, "File whose first line is the password"
    );
    password->callback([&all] { all.status = user_password(all.user); });
}

void add_data_commands(CLI::App& app, All& all) {
    auto* init_command = app.add_subcommand("init", "Make an empty register");
    add_data(*init_command, all.init.data);
    init_command->add_flag(
        "--ask-passphrase",
        all.init.ask_passphrase,
        "Protect it by a passphrase in place of a key file"
    );
    init_command->callback([&all] { all.status = init(all.init); });

    auto* import_command = app.add_subcommand(
        "import",
        "Bring in dossiers, one JSON object a line; a second run goes on where the first stopped"
    );
    import_command->add_option("file", all.import.file, "NDJSON file")
        ->required()
        ->check(CLI::ExistingFile);
    import_command->add_option(
        "--refused", all.import.refused_file, "Where refused lines are listed"
    );
    import_command->add_flag("--json", all.import.as_json, "Answer as JSON");
    add_data(*import_command, all.import.data);
    import_command->callback([&all] { all.status = import_file(all.import); });

    auto* export_command = app.add_subcommand(
        "export", "Take dossiers out as one account may see them; every look is written down"
    );
    export_command->add_option("file", all.take_out.file, "NDJSON file to write")->required();
    export_command->add_option("--as", all.take_out.account, "Name of the account")->required();
    export_command->add_option(
        "--password-file", all.take_out.password_file, "File whose first line is its password"
    );
    export_command->add_option("--type", all.take_out.type, "Type of dossier, such as child")
        ->required();
    add_data(*export_command, all.take_out.data);
    export_command->callback([&all] { all.status = export_file(all.take_out); });

    auto* verify_command = app.add_subcommand(
        "verify", "Prove, without any key, that nothing was altered, dropped or reordered"
    );
    add_register(*verify_command, all.verify.data);
    verify_command->add_option(
        "--public-key",
        all.verify.public_key_file,
        "Public key kept elsewhere; default: signing.pub in the folder"
    );
    verify_command->add_flag(
        "--digest",
        all.verify.digest,
        "Open every content as well, which needs the key, and print a digest of them all"
    );
    verify_command->add_flag("--json", all.verify.as_json, "Answer as JSON");
    verify_command->callback([&all] { all.status = verify_data(all.verify); });
}

void add_backup_commands(CLI::App& app, All& all) {
    auto* backup_command = app.add_subcommand(
        "backup", "Copy a register, also beside its server, and verify the copy; needs no key"
    );
    backup_command->add_option("target", all.backup.target, "New folder for the data")->required();
    backup_command
        ->add_option("--keys", all.backup.keys_target, "New folder for the wrapped keys, elsewhere")
        ->required();
    backup_command->add_option("--data", all.backup.data, "Data folder")
        ->envname("HOMEWARD_DATA")
        ->capture_default_str();
    backup_command
        ->add_option("--witness", all.backup.witness_file, "Witness file, to be copied with it")
        ->envname("HOMEWARD_WITNESS");
    backup_command->add_flag("--json", all.backup.as_json, "Answer as JSON");
    backup_command->callback([&all] { all.status = make_backup(all.backup); });

    auto* restore_command = app.add_subcommand(
        "restore", "Make a register out of a backup in an empty place, and open everything in it"
    );
    restore_command->add_option("source", all.restore.source, "Folder of the backup's data")
        ->required();
    restore_command
        ->add_option("--keys", all.restore.keys_source, "Folder of the backup's wrapped keys")
        ->required();
    add_register(*restore_command, all.restore.data);
    restore_command->add_flag("--json", all.restore.as_json, "Answer as JSON");
    restore_command->callback([&all] { all.status = restore(all.restore); });

    auto* rekey_command = app.add_subcommand(
        "rekey", "Wrap all keys under a new one and destroy the old; a running server is asked to"
    );
    add_register(*rekey_command, all.rekey.data);
    rekey_command
        ->add_option("--wait", all.rekey.wait_seconds, "Seconds to wait for a running server")
        ->capture_default_str();
    rekey_command->callback([&all] { all.status = rekey(all.rekey); });
}

void add_serve(CLI::App& app, All& all) {
    auto* command = app.add_subcommand("serve", "Serve the pages and the API");
    add_data(*command, all.serve.data);
    command
        ->add_option(
            "--listen", all.serve.listen, "Address and port; port 0 takes a free one and prints it"
        )
        ->envname("HOMEWARD_LISTEN")
        ->capture_default_str();
    command->add_option("--pages", all.serve.pages, "Folder of the built pages")
        ->envname("HOMEWARD_PAGES");
    command
        ->add_option(
            "--tls-certificate", all.serve.certificate, "Certificate chain (PEM): serve HTTPS"
        )
        ->envname("HOMEWARD_TLS_CERTIFICATE");
    command->add_option("--tls-key", all.serve.key, "Its private key (PEM)")
        ->envname("HOMEWARD_TLS_KEY");
    command->add_option(
        "--proxy",
        all.serve.proxies,
        "Address of a reverse proxy whose forwarded headers are believed"
    );
    command->add_option("--host", all.serve.hosts, "Host name that is served; default: any");
    command->add_option(
        "--connections-per-address",
        all.serve.connections_per_address,
        "Connections that one address may hold"
    );
    command
        ->add_option(
            "--files-per-account",
            all.serve.files_per_account,
            "Different files that one account is shown in ten minutes; 0: no limit"
        )
        ->capture_default_str();
    command->callback([&all] { all.status = serve(all.serve); });
}

void add_demo(CLI::App& app, All& all) {
    auto* command = app.add_subcommand(
        "demo", "Make a fictional country: children with stories, and people who sign in"
    );
    add_data(*command, all.demo.data);
    command->add_option("--dossiers", all.demo.dossiers, "How many children")
        ->capture_default_str();
    command->add_option("--seed", all.demo.seed, "The same seed makes the same country")
        ->capture_default_str();
    command->add_option(
        "--until", all.demo.until, "The day on which its stories stand; default: today"
    );
    command->add_option(
        "--out", all.demo.out, "Write NDJSON for `import` in place of filling a register"
    );
    command->add_option("--demo-files", all.demo.files, "Folder of templates and name lists");
    command->add_flag("--sign-ins", all.demo.sign_ins, "Only print the names and passwords");
    command->callback([&all] { all.status = demo(all.demo); });
}

}  // namespace

int run_command_line(int argc, char** argv) {
    CLI::App app{
        "Homeward: a register of children's files that runs the safeguards of the UNODC Roadmap by "
        "itself.\n"
        "Start with `homeward init`, `homeward user add`, `homeward serve`; or `homeward demo`."};
    app.set_version_flag("--version", std::string(version));
    app.require_subcommand(1);
    All all;
    add_data_commands(app, all);
    add_user_commands(app, all);
    add_backup_commands(app, all);
    add_serve(app, all);
    add_demo(app, all);
    add_pack_commands(app, all);
    CLI11_PARSE(app, argc, argv);
    return all.status;
}

}  // namespace homeward::commands
