# SPDX-License-Identifier: Apache-2.0
# g++ 12, Debian 12's default, silently miscompiles ordinary co_await expressions (CONTRIBUTING.md
# says which), so clang 19 is taken when nobody names a compiler, and such a g++ is refused.
if(NOT CMAKE_CXX_COMPILER AND NOT DEFINED ENV{CXX})
    find_program(GLIMT_CLANG clang++-19)
    if(GLIMT_CLANG)
        set(CMAKE_CXX_COMPILER ${GLIMT_CLANG} CACHE FILEPATH "C++ compiler")
    endif()
endif()
