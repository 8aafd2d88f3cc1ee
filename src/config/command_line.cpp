// SPDX-License-Identifier: Apache-2.0
#include "config/command_line.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <string_view>

namespace glimt {

namespace {

// A flag of ours: one line here. Its text is read as the option of the table is.
struct flag {
    const char* name;
    const char* group;
    const char* option;
    const char* shown;  // the placeholder in --help
    const char* help;
};
constexpr flag flags[] = {
    {"--loop", "glimt", "loop", "auto|uring|epoll", "What drives the rings"},
    {"--listen", "glimt", "listen", "ADDRESS", "host:port or unix:/path; may be repeated"},
    {"--data-dir", "glimt", "data_dir", "DIR", "The folder everything is kept in"},
};

// An option of uwsgi that operators give on its command line.
constexpr const char* uwsgi_flags[] = {"--http-socket",     "--https-socket", "--socket",
                                       "--procname-prefix", "--processes",    "--venv"};

constexpr const char* examples =
    "Examples:\n"
    "  glimt                                             serve on 127.0.0.1:9292\n"
    "  glimt --config-file /etc/glance/glance-api.conf   serve as Glance was told to\n"
    "  glimt --ini /etc/glance/glance-api-uwsgi.ini      serve as uWSGI was told to\n"
    "  glimt check --config-file glance-api.conf         show what that means, and every error\n"
    "  glimt db sync --config-file glance-api.conf       make the tables in an empty database\n"
    "  glimt db load-metadefs /etc/glance/metadefs       put metadata definitions into it\n"
    "  glimt config sample > glimt.conf                  every option with its default\n"
    "\n"
    "Without --config-file and --config-dir, glance-image-import.conf and glance-api.conf are "
    "read\n"
    "from $OS_GLANCE_CONFIG_DIR (/etc/glance when unset), then /etc/glimt/glimt.conf.\n"
    "OS_<GROUP>__<OPTION> in the environment overrides the files.\n";

class command_reader {
public:
    command_reader() {
        app_.name("glimt");
        app_.footer(examples);
        app_.set_version_flag("--version", "glimt " GLIMT_VERSION, "Print the version and exit");
        app_.require_subcommand(0, 1);
        app_.fallthrough();
        serve_ = app_.add_subcommand("serve", "Serve images (what a bare glimt does)");
        check_ = app_.add_subcommand("check", "Show what serve would use, and every error");
        config_ = app_.add_subcommand("config", "Print the options there are");
        sample_ = config_->add_subcommand("sample", "as a configuration file");
        reference_ = config_->add_subcommand("reference", "as docs/reference/options.md");
        config_->require_subcommand(1);
        database_ = app_.add_subcommand("db", "Look after the database");
        sync_ = database_->add_subcommand("sync", "make Glance's tables in an empty one");
        load_ = database_->add_subcommand("load-metadefs", "load files of metadata definitions");
        database_->require_subcommand(1);
        help_ = app_.add_subcommand("help", "Print this help");
        add_options();
    }

    command read(int argc, const char* const* argv) {
        command out;
        try {
            app_.parse(argc, argv);
        } catch (const CLI::CallForHelp&) {
            return print(help(), exit_status::done);
        } catch (const CLI::CallForVersion& version) {
            return print(std::string(version.what()) + "\n", exit_status::done);
        } catch (const CLI::ParseError& error) {
            return usage(error.what());
        }
        if (*help_) return print(help(), exit_status::done);
        if (!bare_ini_.empty() && bare_ini_.find(".ini") == std::string::npos)
            return usage(fmt::format("no such command: {}", bare_ini_));
        if (!bare_ini_.empty() && !out_.ini.empty()) return usage("one ini file is enough");
        const metadef_loading& load = out_.metadefs;
        if ((load.prefer_new || load.overwrite) && !load.merge)
            return usage("--prefer_new and --overwrite are ways to --merge");
        if (load.prefer_new && load.overwrite)
            return usage("--prefer_new or --overwrite, not both");
        return filled();
    }

private:
    void add_options() {
        file_ = repeatable("--config-file", files_, "oslo configuration file; may be repeated");
        file_->type_name("FILE");
        directory_ = repeatable("--config-dir", directories_, "folder of such files, *.conf");
        directory_->type_name("DIR");
        app_.add_option("--ini", out_.ini, "uWSGI's ini file")->type_name("FILE[:SECTION]");
        for (const auto& f : flags) each(f.name, f.shown, f.help, "Options");
        for (const auto* name : uwsgi_flags)
            each(name, "VALUE", "the same as in its ini", "As uwsgi takes them");
        app_.add_flag("--strict", out_.strict, "Refuse an ini with unknown options")
            ->group("As uwsgi takes them");
        add_load_options();
        app_.add_option("INI", bare_ini_, "uWSGI's ini file, the way uwsgi is started");
    }

    // As glance-manage spells them.
    void add_load_options() {
        metadef_loading& load = out_.metadefs;
        load_->add_option("--path,PATH", load.path, "A file, or a folder of *.json");
        load_->add_flag("--merge", load.merge, "Add what namespaces that are there do not have");
        load_->add_flag("--prefer_new,--prefer-new", load.prefer_new,
                        "With --merge: and change what they have");
        load_->add_flag("--overwrite", load.overwrite, "With --merge: replace them instead");
    }

    void each(const char* name, const char* shown, const char* help, const char* group) {
        repeatable(name, values_[name], help)->type_name(shown)->group(group);
    }

    // One value each time it is given: what stands after that is not taken for a second one.
    CLI::Option* repeatable(const char* name, std::vector<std::string>& into, const char* help) {
        return app_.add_option(name, into, help)
            ->expected(1)
            ->allow_extra_args(false)
            ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    }

    command filled() {
        if (*check_) out_.what = command::action::check;
        if (*sample_) out_.what = command::action::sample;
        if (*sync_) out_.what = command::action::sync_database;
        if (*load_) out_.what = command::action::load_metadefs;
        if (*reference_) out_.what = command::action::reference;
        if (!bare_ini_.empty()) out_.ini = bare_ini_;
        fill_sources();
        for (const auto& f : flags) fill_override(f);
        for (const std::string name : uwsgi_flags)
            for (const auto& value : values_[name])
                out_.ini_settings.push_back({name.substr(2), value, name});
        return out_;
    }

    // Files and folders override each other in the order they were given, as with oslo.
    void fill_sources() {
        std::size_t file = 0, directory = 0;
        for (const auto* option : app_.parse_order()) {
            if (option == file_) out_.sources.push_back({files_.at(file++), false});
            if (option == directory_) out_.sources.push_back({directories_.at(directory++), true});
        }
    }

    void fill_override(const flag& f) {
        const auto& values = values_[f.name];
        if (values.empty()) return;
        const bool several = std::string_view(f.name) == "--listen";
        auto text = several ? fmt::format("{}", fmt::join(values, ",")) : values.back();
        out_.overrides.push_back({f.group, f.option, std::move(text), f.name});
    }

    // The whole help, whichever subcommand it is asked of: every option is everybody's.
    std::string help() const {
        return app_.get_formatter()->make_help(&app_, app_.get_name(), CLI::AppFormatMode::Normal);
    }

    static command usage(std::string_view why) {
        return print(fmt::format("glimt: {}\nglimt --help tells more.\n", why), exit_status::usage);
    }

    static command print(std::string text, exit_status status) {
        command out;
        out.what = command::action::print;
        out.text = std::move(text);
        out.status = status;
        return out;
    }

    CLI::App app_{"An image service: OpenStack Glance's API in one process."};
    CLI::App *serve_, *check_, *config_, *sample_, *reference_, *database_, *sync_, *load_, *help_;
    CLI::Option *file_ = nullptr, *directory_ = nullptr;
    std::vector<std::string> files_, directories_;
    std::map<std::string, std::vector<std::string>> values_;  // of the flags, by name
    std::string bare_ini_;
    command out_;
};

}  // namespace

command parse_command_line(int argc, const char* const* argv) {
    return command_reader().read(argc, argv);
}

}  // namespace glimt
