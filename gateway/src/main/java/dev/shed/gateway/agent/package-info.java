/// Coding agents in the panes of a shed: which ones run, and what each of them is doing.
@NullMarked
package dev.shed.gateway.agent;

import org.jspecify.annotations.NullMarked;
