package dev.shed.gateway.command;

import dev.shed.gateway.name.ShedName;
import java.util.Optional;
import picocli.CommandLine.Parameters;

/// A verb about one shed: its first argument in the lobby; on a shed the table puts it there.
abstract class ShedVerb extends Verb {
    @Parameters(index = "0", paramLabel = "SHED", description = "the shed; omitted if the address names it")
    ShedName name;

    @Override
    final Optional<ShedName> shed() {
        return Optional.of(name);
    }
}
