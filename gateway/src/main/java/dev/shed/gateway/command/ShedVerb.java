package dev.shed.gateway.command;

import dev.shed.gateway.name.ShedName;
import java.util.Optional;
import picocli.CommandLine.Parameters;

/// A verb about one shed, which is its first argument. In the lobby the caller gives it; on a shed the table
/// inserts it.
abstract class ShedVerb extends Verb {
    @Parameters(index = "0", paramLabel = "SHED", description = "the shed; omitted if the address names it")
    ShedName name;

    @Override
    final Optional<ShedName> shed() {
        return Optional.of(name);
    }
}
