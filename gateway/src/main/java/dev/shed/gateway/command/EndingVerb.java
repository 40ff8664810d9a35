package dev.shed.gateway.command;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.query.SessionQuery;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.shed.lifecycle.Sheds;
import dev.shed.gateway.text.Json;
import dev.shed.gateway.text.Sentences;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A verb that ends the sessions of a shed, and reports how many.
abstract class EndingVerb extends ShedVerb {
    private final Sheds sheds;
    private final SessionQuery sessionQuery;

    EndingVerb(Sheds sheds, SessionQuery sessionQuery) {
        this.sheds = sheds;
        this.sessionQuery = sessionQuery;
    }

    /// @param endedSessions the number of sessions that ended; null if it is unknown
    record Ended(@JsonUnwrapped ShedRow shed, @Nullable Integer endedSessions) {}

    /// The action; it returns the changed shed.
    interface Operation {
        Shed to(ShedName name);
    }

    /// @param doing the action in progress, such as `stopping`
    /// @param done the action when complete, such as `stopped`
    ExitStatus run(CommandContext context, String doing, String done, Operation operation) throws IOException {
        var before = sheds.find(name);
        var ended = ShedRow.count(sessionQuery.ask(before));
        announce(context, doing, before, ended);
        var shed = operation.to(name);
        context.print(
                json
                        ? Json.line(new Ended(ShedRow.of(shed, 0), ended))
                        : done + " " + name + " (ended " + Sentences.sessions(ended) + ")\n");
        return ExitStatus.SUCCESS;
    }

    /// Reports the sessions that will end, before they do. With `--json` this is part of the answer.
    private static void announce(CommandContext context, String doing, Shed shed, @Nullable Integer sessions)
            throws IOException {
        boolean nothingEnds = sessions != null && sessions == 0;
        var line = doing + " " + shed.name() + " ends " + Sentences.sessions(sessions);
        if (shed.running() && nothingEnds) {
            context.progress(line);
        } else if (shed.running()) {
            context.notice(line + "\n");
        }
    }
}
