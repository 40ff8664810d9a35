/// The tmux sessions of a shed: listing them, reading their screens, typing into them.
@NullMarked
package dev.shed.gateway.shed.session;

import org.jspecify.annotations.NullMarked;
