// SPDX-License-Identifier: Apache-2.0
// Beast's HTTP parser, compiled once. Not boost/beast/src.hpp, which adds WebSocket, zlib and
// files.
#define BOOST_BEAST_SOURCE

#include <boost/beast/core/detail/config.hpp>
// The parts below need the line above.
#include <boost/beast/core/impl/error.ipp>
#include <boost/beast/core/impl/string.ipp>
#include <boost/beast/http/detail/basic_parser.ipp>
#include <boost/beast/http/detail/rfc7230.ipp>
#include <boost/beast/http/impl/basic_parser.ipp>
#include <boost/beast/http/impl/error.ipp>
#include <boost/beast/http/impl/field.ipp>
#include <boost/beast/http/impl/rfc7230.ipp>
#include <boost/beast/http/impl/verb.ipp>
