/// The verbs: one table and one grammar for all, and one class for each. The only package that uses picocli.
@NullMarked
package dev.shed.gateway.command;

import org.jspecify.annotations.NullMarked;
