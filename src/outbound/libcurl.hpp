// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

namespace glimt {

// The functions of libcurl that we use.
struct libcurl_functions {
    decltype(&::curl_easy_cleanup) easy_cleanup;
    decltype(&::curl_easy_getinfo) easy_getinfo;
    decltype(&::curl_easy_init) easy_init;
    decltype(&::curl_easy_pause) easy_pause;
    decltype(&::curl_easy_setopt) easy_setopt;
    decltype(&::curl_easy_strerror) easy_strerror;
    decltype(&::curl_free) free;
    decltype(&::curl_global_init) global_init;
    decltype(&::curl_multi_add_handle) multi_add_handle;
    decltype(&::curl_multi_assign) multi_assign;
    decltype(&::curl_multi_cleanup) multi_cleanup;
    decltype(&::curl_multi_info_read) multi_info_read;
    decltype(&::curl_multi_init) multi_init;
    decltype(&::curl_multi_remove_handle) multi_remove_handle;
    decltype(&::curl_multi_setopt) multi_setopt;
    decltype(&::curl_multi_socket_action) multi_socket_action;
    decltype(&::curl_slist_append) slist_append;
    decltype(&::curl_slist_free_all) slist_free_all;
    decltype(&::curl_url) url;
    decltype(&::curl_url_cleanup) url_cleanup;
    decltype(&::curl_url_get) url_get;
    decltype(&::curl_url_set) url_set;
};

// libcurl, loaded and initialised by the first call: with the thirty libraries that it brings along
// it would be a third of an idle server's memory, and most servers never ask anybody anything. That
// call takes some milliseconds, once. Throws std::runtime_error when there is none. Any thread.
const libcurl_functions& libcurl();

}  // namespace glimt
