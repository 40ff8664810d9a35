/// Logging in: host keys, diagnosis of a failed login, and reconnecting.
@NullMarked
package dev.shed.cli.login;

import org.jspecify.annotations.NullMarked;
