/// Calls verbs of gateways, and finds the server that has a shed.
@NullMarked
package dev.shed.cli.lobby;

import org.jspecify.annotations.NullMarked;
