/// One class for each verb of the client; those that the gateway answers alone are lines of a table.
@NullMarked
package dev.shed.cli.verb;

import org.jspecify.annotations.NullMarked;
