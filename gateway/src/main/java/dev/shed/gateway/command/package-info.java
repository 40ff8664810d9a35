/// The verbs: one table of them, one grammar, one class each. The only place with picocli.
@NullMarked
package dev.shed.gateway.command;

import org.jspecify.annotations.NullMarked;
