// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace glimt {

// Puts "***" where a text that goes to a log shows a secret:
// - what follows a name that ends like a secret's (password, auth_token, X-Subject-Token,
// private_key,
//   X-Amz-Signature, ...; oslo_utils.strutils.mask_password's names and ours), whether written as
//   `name=value`, `name: value`, `"name": "value"`, `--name value`, `<name>value</name>`,
//   `"name", "value"` or `name "value"`, digits after the name allowed;
// - all of an Authorization or Cookie header;
// - the password of a URL's user information, `mysql+pymysql://user:***@host`;
// - Keystone's tokens wherever they stand: Fernet (`gAAAA...`) and JWS (`eyJ...`).
//
// When in doubt it masks: a log may lose a word, never leak one. Values that are objects (`{`, `[`)
// are looked into instead. Masking twice changes nothing. Takes time linear in the text, and does
// not allocate when there is nothing to mask. Any bytes are allowed.
void mask_secrets(std::string& text);

}  // namespace glimt
