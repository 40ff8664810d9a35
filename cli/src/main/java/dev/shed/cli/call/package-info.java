/// One call of the client, the verb that answers it, and what that comes to.
@NullMarked
package dev.shed.cli.call;

import org.jspecify.annotations.NullMarked;
