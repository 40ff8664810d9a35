/// The questions of agents that wait for an answer, in all sheds.
@NullMarked
package dev.shed.gateway.inbox;

import org.jspecify.annotations.NullMarked;
