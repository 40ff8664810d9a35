/// The client's configuration: servers, and the names of sheds on them.
@NullMarked
package dev.shed.cli.server;

import org.jspecify.annotations.NullMarked;
