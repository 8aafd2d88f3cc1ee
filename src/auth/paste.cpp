// SPDX-License-Identifier: Apache-2.0
#include "auth/paste.hpp"

#include "auth/paste_ini.hpp"
#include "config/strip.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>

namespace glimt {
namespace {

constexpr int depth_max = 8;  // pipelines and composites that lead to each other
constexpr std::size_t filters_max = 100;

constexpr struct {
    std::string_view factory;
    paste_filter kind;
} known_filters[] = {
    {"keystonemiddleware.auth_token:filter_factory", paste_filter::authtoken},
    {"keystoneclient.middleware.auth_token:filter_factory", paste_filter::authtoken},
    {"egg:keystonemiddleware#auth_token", paste_filter::authtoken},
    {"glance.tests.utils:FakeAuthMiddleware.factory", paste_filter::fakeauth},
    {"glance.api.middleware.context:ContextMiddleware.factory", paste_filter::context},
    {"glance.api.middleware.context:UnauthenticatedContextMiddleware.factory",
     paste_filter::unauthenticated_context},
    {"oslo_middleware.cors:filter_factory", paste_filter::cors},
    {"oslo_middleware:CORS.factory", paste_filter::cors},
    {"egg:oslo.middleware#cors", paste_filter::cors},
    {"oslo_middleware:Healthcheck.factory", paste_filter::healthcheck},
    {"egg:oslo.middleware#healthcheck", paste_filter::healthcheck},
    {"oslo_middleware:HTTPProxyToWSGI.factory", paste_filter::http_proxy_to_wsgi},
    {"egg:oslo.middleware#http_proxy_to_wsgi", paste_filter::http_proxy_to_wsgi},
    {"glance.api.middleware.version_negotiation:VersionNegotiationFilter.factory",
     paste_filter::version_negotiation},
    {"glance.api.middleware.gzip:GzipMiddleware.factory", paste_filter::gzip},
    {"glance.api.middleware.cache:CacheFilter.factory", paste_filter::cache},
    {"glance.api.middleware.cache_manage:CacheManageFilter.factory",
     paste_filter::cache_management},
    {"osprofiler.web:WsgiMiddleware.factory", paste_filter::osprofiler},
};

// What stands in for Glance's file where there is none.
constexpr std::string_view shipped = R"([pipeline:glance-api]
pipeline = cors proxy versions osprofiler unauthenticated rootapp
[pipeline:glance-api-caching]
pipeline = cors proxy versions osprofiler unauthenticated cache rootapp
[pipeline:glance-api-cachemanagement]
pipeline = cors proxy versions osprofiler unauthenticated cache cachemanage rootapp
[pipeline:glance-api-keystone]
pipeline = cors proxy versions osprofiler authtoken context rootapp
[pipeline:glance-api-keystone+caching]
pipeline = cors proxy versions osprofiler authtoken context cache rootapp
[pipeline:glance-api-keystone+cachemanagement]
pipeline = cors proxy versions osprofiler authtoken context cache cachemanage rootapp
[app:rootapp]
[filter:cors]
paste.filter_factory = oslo_middleware.cors:filter_factory
[filter:proxy]
paste.filter_factory = oslo_middleware:HTTPProxyToWSGI.factory
[filter:versions]
paste.filter_factory = glance.api.middleware.version_negotiation:VersionNegotiationFilter.factory
[filter:osprofiler]
paste.filter_factory = osprofiler.web:WsgiMiddleware.factory
[filter:unauthenticated]
paste.filter_factory = glance.api.middleware.context:UnauthenticatedContextMiddleware.factory
[filter:authtoken]
paste.filter_factory = keystonemiddleware.auth_token:filter_factory
delay_auth_decision = true
[filter:context]
paste.filter_factory = glance.api.middleware.context:ContextMiddleware.factory
[filter:cache]
paste.filter_factory = glance.api.middleware.cache:CacheFilter.factory
[filter:cachemanage]
paste.filter_factory = glance.api.middleware.cache_manage:CacheManageFilter.factory
)";

std::vector<std::string> words_of(std::string_view text) {
    constexpr std::string_view white = " \t\r\n";
    std::vector<std::string> words;
    while (true) {
        text.remove_prefix(std::min(text.find_first_not_of(white), text.size()));
        if (text.empty()) return words;
        const auto word = text.substr(0, text.find_first_of(white));
        words.emplace_back(word);
        text.remove_prefix(word.size());
    }
}

paste_filter kind_of(std::string_view factory) {
    const auto* found =
        std::ranges::find(known_filters, factory, [](const auto& each) { return each.factory; });
    return found == std::end(known_filters) ? paste_filter::unknown : found->kind;
}

class pipeline_reader {
public:
    pipeline_reader(std::string_view text, const std::string& path)
        : path_(path.empty() ? "glimt's own pipelines" : path), file_(read_paste_ini(text, path_)) {
        out_.errors = file_.errors;
    }

    paste_pipeline read(std::string name) && {
        out_.name = std::move(name);
        follow(out_.name, 0);
        return std::move(out_);
    }

private:
    template <class... Arguments>
    void fail(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
        out_.errors.push_back({path_, fmt::format(format, std::forward<Arguments>(arguments)...)});
    }

    std::optional<std::string_view> value(std::string_view type, std::string_view name,
                                          std::string_view key) const {
        const auto found = file_.find(fmt::format("{}:{}", type, name), key);
        return found ? std::optional(strip(*found)) : std::nullopt;
    }

    void follow(const std::string& name, int depth) {
        if (depth == depth_max) return fail("{} leads to itself", name);
        std::string_view type;
        for (const std::string_view each :
             {"pipeline", "composite", "composit", "app", "application", "filter-app"}) {
            if (!file_.has(fmt::format("{}:{}", each, name))) continue;
            if (!type.empty()) return fail("{} is both [{}:] and [{}:]", name, type, each);
            type = each;
        }
        if (type.empty()) return fail("there is no [pipeline:{}] or [composite:{}]", name, name);
        follow(type, name, depth);
    }

    void follow(std::string_view type, const std::string& name, int depth) {
        if (type == "filter-app") return fail("[filter-app:{}] is not supported", name);
        if (value(type, name, "filter-with"))
            return fail("[{}:{}] filter-with is not supported", type, name);
        if (type == "pipeline") return follow_pipeline(name, depth);
        if (!type.starts_with("composit")) return;  // an app: this is the end
        auto next = value(type, name, "/v2");
        if (!next) next = value(type, name, "/");
        if (!next) return fail("[{}:{}] has no '/': /v2 is not served", type, name);
        follow(std::string(*next), depth + 1);
    }

    void follow_pipeline(const std::string& name, int depth) {
        const auto words = words_of(value("pipeline", name, "pipeline").value_or(""));
        if (words.empty()) return fail("[pipeline:{}] names nothing", name);
        if (out_.filters.size() + words.size() > filters_max)
            return fail("[pipeline:{}] names too many", name);
        for (const auto& word : std::span(words).first(words.size() - 1)) add_filter(word);
        follow(words.back(), depth + 1);
    }

    void add_filter(const std::string& name) {
        const auto factory = factory_of(name, 0);
        if (factory.empty()) return fail("there is no [filter:{}] that says what makes it", name);
        out_.filters.push_back({name, factory, kind_of(factory), {}});
        add_options(name, 0, out_.filters.back().options);
    }

    // Of a filter that uses another, its own last: they count.
    void add_options(const std::string& name, int depth,
                     std::vector<std::pair<std::string, std::string>>& into) const {
        if (depth == depth_max) return;
        const std::string section = fmt::format("filter:{}", name);
        if (const auto used = value("filter", name, "use"))
            add_options(std::string(*used), depth + 1, into);
        for (const auto& each : file_.entries)
            if (each.section == section && each.name != "use" && !each.name.starts_with("paste."))
                into.emplace_back(each.name, strip(each.value));
    }

    // What makes a filter: what it says itself, or what the filter it uses says.
    std::string factory_of(const std::string& name, int depth) {
        if (name.starts_with("egg:")) return name;
        if (depth == depth_max) return "";
        if (value("filter", name, "filter-with")) {
            fail("[filter:{}] filter-with is not supported", name);
            return "";
        }
        for (const auto key : {"paste.filter_factory", "paste.filter_app_factory"})
            if (const auto made = value("filter", name, key)) return std::string(*made);
        const auto used = value("filter", name, "use");
        return used ? factory_of(std::string(*used), depth + 1) : "";
    }

    std::string path_;
    paste_ini file_;
    paste_pipeline out_;
};

}  // namespace

bool paste_pipeline::has(paste_filter kind) const noexcept {
    return std::ranges::find(filters, kind, &filter::kind) != filters.end();
}

paste_pipeline read_paste_pipeline(std::string_view text, const std::string& path,
                                   std::string_view flavor) {
    std::string name = "glance-api";
    if (!flavor.empty()) name.append("-").append(flavor);
    return pipeline_reader(path.empty() ? shipped : text, path).read(std::move(name));
}

}  // namespace glimt
