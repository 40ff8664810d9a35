/// Failures of the client and their exit statuses.
@NullMarked
package dev.shed.cli.failure;

import org.jspecify.annotations.NullMarked;
