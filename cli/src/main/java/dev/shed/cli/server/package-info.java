/// What the person has configured: servers, and the names by which sheds on them are called.
@NullMarked
package dev.shed.cli.server;

import org.jspecify.annotations.NullMarked;
