# SPDX-License-Identifier: Apache-2.0
"""What Glance's FakeAuthMiddleware makes of a token "user:project:roles", as a filter for Glance
under uWSGI: Debian's comes with its tests, which cannot be loaded beside the WSGI application."""


class fake_tokens:
    def __init__(self, inner):
        self.inner = inner

    def __call__(self, environ, start_response):
        parts = environ.get("HTTP_X_AUTH_TOKEN", "").split(":")
        if len(parts) == 3:
            environ["HTTP_X_IDENTITY_STATUS"] = "Confirmed"
            for name, value in zip(("USER_ID", "PROJECT_ID", "ROLES"), parts):
                environ["HTTP_X_" + name] = value
        return self.inner(environ, start_response)


def factory(*_, **__):
    return fake_tokens
