/// One class for each verb of the client. The verbs that only the gateway answers are lines of a table.
@NullMarked
package dev.shed.cli.verb;

import org.jspecify.annotations.NullMarked;
