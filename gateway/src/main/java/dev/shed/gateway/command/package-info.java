/// The verbs. The only place with picocli.
@NullMarked
package dev.shed.gateway.command;

import org.jspecify.annotations.NullMarked;
