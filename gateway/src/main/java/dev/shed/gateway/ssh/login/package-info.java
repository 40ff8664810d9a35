/// Chooses and runs what a request asks for: a session of a shed, a command, a verb, or the picker.
@NullMarked
package dev.shed.gateway.ssh.login;

import org.jspecify.annotations.NullMarked;
