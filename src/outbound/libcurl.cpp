// SPDX-License-Identifier: Apache-2.0
#include "outbound/libcurl.hpp"

#include <dlfcn.h>

#include <stdexcept>
#include <string>

namespace glimt {
namespace {

constexpr const char* library_name = "libcurl.so.4";

template <class Function>
void find(void* library, const char* name, Function& into) {
    into = reinterpret_cast<Function>(::dlsym(library, name));
    if (!into) throw std::runtime_error(std::string(library_name) + " has no " + name);
}

libcurl_functions load() {
    // Its libraries' symbols stay its own; it is never unloaded, as its threads may outlive us.
    void* library = ::dlopen(library_name, RTLD_NOW | RTLD_LOCAL);
    if (!library) throw std::runtime_error(::dlerror());
    libcurl_functions found{};
    find(library, "curl_easy_cleanup", found.easy_cleanup);
    find(library, "curl_easy_getinfo", found.easy_getinfo);
    find(library, "curl_easy_init", found.easy_init);
    find(library, "curl_easy_pause", found.easy_pause);
    find(library, "curl_easy_setopt", found.easy_setopt);
    find(library, "curl_easy_strerror", found.easy_strerror);
    find(library, "curl_free", found.free);
    find(library, "curl_global_init", found.global_init);
    find(library, "curl_multi_add_handle", found.multi_add_handle);
    find(library, "curl_multi_assign", found.multi_assign);
    find(library, "curl_multi_cleanup", found.multi_cleanup);
    find(library, "curl_multi_info_read", found.multi_info_read);
    find(library, "curl_multi_init", found.multi_init);
    find(library, "curl_multi_remove_handle", found.multi_remove_handle);
    find(library, "curl_multi_setopt", found.multi_setopt);
    find(library, "curl_multi_socket_action", found.multi_socket_action);
    find(library, "curl_slist_append", found.slist_append);
    find(library, "curl_slist_free_all", found.slist_free_all);
    find(library, "curl_url", found.url);
    find(library, "curl_url_cleanup", found.url_cleanup);
    find(library, "curl_url_get", found.url_get);
    find(library, "curl_url_set", found.url_set);
    const CURLcode result = found.global_init(CURL_GLOBAL_DEFAULT);
    if (result != CURLE_OK) throw std::runtime_error(found.easy_strerror(result));
    return found;
}

}  // namespace

const libcurl_functions& libcurl() {
    static const libcurl_functions loaded = load();
    return loaded;
}

}  // namespace glimt
