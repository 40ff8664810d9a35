/// An invocation of the client, its verb, and the result.
@NullMarked
package dev.shed.cli.call;

import org.jspecify.annotations.NullMarked;
