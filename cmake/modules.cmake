# SPDX-License-Identifier: Apache-2.0
# The words our CMakeLists.txt are written in.

# glimt_module(<name> [ASIO] DEPENDS <module>... [LINK <library>...])
# A folder of src/ as one static library. DEPENDS is the whole truth about what it may include;
# tools/tidy.py checks the includes against it. ASIO gives it the precompiled Asio headers.
function(glimt_module name)
    cmake_parse_arguments(arg "ASIO" "" "DEPENDS;LINK" ${ARGN})
    set(folder ${PROJECT_SOURCE_DIR}/src/${name})
    file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.cpp)
    file(GLOB headers CONFIGURE_DEPENDS ${folder}/*.hpp)
    add_library(glimt_${name} STATIC ${sources})
    target_sources(glimt_${name} PUBLIC
        FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/src FILES ${headers})
    set_target_properties(glimt_${name} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
    list(TRANSFORM arg_DEPENDS PREPEND glimt_)
    target_link_libraries(glimt_${name} PUBLIC glimt_options ${arg_DEPENDS} ${arg_LINK})
    if(arg_ASIO)
        glimt_precompiled(glimt_${name})
    endif()
    add_library(glimt::${name} ALIAS glimt_${name})
endfunction()

# glimt_kernel(<source> <option>...): compiles it with instructions that not every CPU has. It asks
# before it runs, and includes nothing that others might be linked to. Always optimized, or it would
# be slower than what it replaces; without a scheduler, which would undo the order it is written in.
# Without UBSan, which has nothing to find in unsigned words and takes minutes for it.
function(glimt_kernel source)
    if(NOT CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
        return()
    endif()
    if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
        set(unscheduled -mllvm -enable-misched=false -mllvm -enable-post-misched=false)
    else()
        set(unscheduled -fno-schedule-insns -fno-schedule-insns2)
    endif()
    set_source_files_properties(${source} PROPERTIES
        SKIP_PRECOMPILE_HEADERS ON
        COMPILE_OPTIONS "-O2;-fno-sanitize=undefined;${ARGN};${unscheduled}")
endfunction()

# Lets a target use the one precompiled header of src/core (made with the flags every target has).
function(glimt_precompiled target)
    if(NOT TARGET glimt_precompiled_asio)
        file(WRITE ${CMAKE_BINARY_DIR}/empty.cpp "")
        add_library(glimt_precompiled_asio OBJECT ${CMAKE_BINARY_DIR}/empty.cpp)
        target_link_libraries(glimt_precompiled_asio PUBLIC glimt_options Boost::headers)
        target_precompile_headers(glimt_precompiled_asio PRIVATE
            ${PROJECT_SOURCE_DIR}/src/core/precompiled.hpp)
    endif()
    target_precompile_headers(${target} REUSE_FROM glimt_precompiled_asio)
endfunction()

# glimt_unit_tests(<module> [ASIO] [BOTH_LOOPS] [LINK <library>...])
# Every tests/unit/<module>/*_test.cpp as one executable and one ctest entry; with BOTH_LOOPS it is
# run once on io_uring and once on epoll (the fixture reads GLIMT_LOOP).
function(glimt_unit_tests module)
    cmake_parse_arguments(arg "ASIO;BOTH_LOOPS" "" "LINK" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/unit/${module}/*_test.cpp)
    if(NOT sources)
        return()
    endif()
    set(target ${module}_test)
    add_executable(${target} ${sources})
    target_link_libraries(${target} PRIVATE glimt::${module} GTest::gmock_main ${arg_LINK})
    target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
    target_compile_definitions(${target} PRIVATE GLIMT_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data")
    if(arg_ASIO)
        glimt_precompiled(${target})
    endif()
    if(arg_BOTH_LOOPS)
        foreach(loop uring epoll)
            add_test(NAME ${module}.${loop} COMMAND ${target} --gtest_brief=1)
            set_tests_properties(${module}.${loop} PROPERTIES
                LABELS unit TIMEOUT 300 ENVIRONMENT GLIMT_LOOP=${loop})
        endforeach()
    else()
        add_test(NAME ${module} COMMAND ${target} --gtest_brief=1)
        set_tests_properties(${module} PROPERTIES LABELS unit TIMEOUT 300)
    endif()
endfunction()

# glimt_fuzz_target(<name> [SOURCE <file>] LINK <library>...): tests/fuzz/<name>.cpp, unless SOURCE
# says which. With GLIMT_FUZZ it is a libFuzzer binary; in every build its corpus
# tests/fuzz/corpus/<name>/ is replayed as a test.
option(GLIMT_FUZZ "Build the fuzz targets with libFuzzer (clang)" OFF)
function(glimt_fuzz_target name)
    cmake_parse_arguments(arg "" "SOURCE" "LINK" ${ARGN})
    if(NOT arg_SOURCE)
        set(arg_SOURCE ${name}.cpp)
    endif()
    set(corpus ${CMAKE_CURRENT_SOURCE_DIR}/corpus/${name})
    add_executable(fuzz_${name} ${CMAKE_CURRENT_SOURCE_DIR}/${arg_SOURCE})
    target_link_libraries(fuzz_${name} PRIVATE ${arg_LINK})
    if(GLIMT_FUZZ)
        target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
        add_test(NAME fuzz.${name} COMMAND fuzz_${name} -runs=0 ${corpus})
    else()
        target_sources(fuzz_${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/replay.cpp)
        add_test(NAME fuzz.${name} COMMAND fuzz_${name} ${corpus})
    endif()
    set_tests_properties(fuzz.${name} PROPERTIES LABELS fuzz TIMEOUT 300)
endfunction()
