# SPDX-License-Identifier: Apache-2.0
# What every glimt target is compiled with.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    message(FATAL_ERROR
        "g++ ${CMAKE_CXX_COMPILER_VERSION} miscompiles co_await expressions (double destruction, "
        "lost wake-ups) without a warning. Use clang++-19 (tools/deps installs it) or g++ 13.")
endif()

if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Build type" FORCE)
endif()
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(GLIMT_CCACHE ccache)
if(GLIMT_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
        ${GLIMT_CCACHE})
endif()

add_library(glimt_options INTERFACE)
target_compile_features(glimt_options INTERFACE cxx_std_20)
target_include_directories(glimt_options INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_compile_options(glimt_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow)
# Debian's librados carries the Asio of Boost 1.74 and exports its symbols; ours must stay private
# or the loader merges the two and rados_connect crashes. The test no_asio_symbols guards these.
target_compile_options(glimt_options INTERFACE -fvisibility=hidden -fvisibility-inlines-hidden)
target_compile_definitions(glimt_options INTERFACE
    BOOST_ASIO_DISABLE_VISIBILITY BOOST_ASIO_NO_DEPRECATED
    BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
    BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE=16  # a request is some ten coroutine frames deep
    GLIMT_VERSION="${PROJECT_VERSION}")
if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
    # Without time stamps in it a precompiled header can be cached.
    target_compile_options(glimt_options INTERFACE "SHELL:-Xclang -fno-pch-timestamp")
    target_link_options(glimt_options INTERFACE -fuse-ld=lld-19)
endif()

option(GLIMT_WERROR "Treat warnings as errors" OFF)
if(GLIMT_WERROR)
    target_compile_options(glimt_options INTERFACE -Werror)
endif()

set(GLIMT_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize takes them")
if(GLIMT_SANITIZE)
    target_compile_options(glimt_options INTERFACE
        -fsanitize=${GLIMT_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(glimt_options INTERFACE -fsanitize=${GLIMT_SANITIZE})
endif()

# Lets GLIMT_BENCHMARK_DIGESTS in the environment leave hashes out (digest/data_digest.cpp). Never
# in what ships.
option(GLIMT_BENCHMARKS "Obey what benchmarks leave out" OFF)

# Lets GLIMT_FAULTS in the environment (core/fault_plan.hpp says how it is written) make chosen
# operations of the binary fail, come back short or come late. Never in what ships.
string(COMPARE EQUAL "${CMAKE_BUILD_TYPE}" Debug GLIMT_DEBUG)
option(GLIMT_FAULTS "Obey the fault plan in the environment" ${GLIMT_DEBUG})
