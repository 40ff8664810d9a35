/// The thin `shed` client: it builds one ssh command line and runs it. It owns no grammar; the gateway does
/// (ADR-0001).
@NullMarked
package dev.shed.cli;

import org.jspecify.annotations.NullMarked;
