/// tmux as pure text: argument vectors out, listings in. Nothing here runs anything.
@NullMarked
package dev.shed.gateway.tmux;

import org.jspecify.annotations.NullMarked;
