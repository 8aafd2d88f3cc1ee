// SPDX-License-Identifier: Apache-2.0
// What the binary would look like without the visibility flags.
namespace boost::asio {

[[gnu::visibility("default")]] void leaked();

void leaked() {}

}  // namespace boost::asio
