package dev.shed.gateway.command;

import dev.shed.gateway.event.Events;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.shed.lifecycle.Sheds;
import dev.shed.gateway.shed.session.Panes;
import dev.shed.gateway.shed.session.Sessions;
import dev.shed.gateway.text.Json;
import dev.shed.gateway.tmux.SentText;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `wait`: returns when a session is idle, rings the bell, shows a text or ends.
@Command(
        name = "wait",
        description = "wait until a session is idle, rings the bell, shows a text, or ends",
        customSynopsis = {
            "ssh -s SHED@HOST \"wait SESSION [--until CONDITION] [--for D] [--timeout D]\"",
            "ssh -s SHED@HOST \"wait SESSION --match REGEX [--new] [--timeout D]\"",
            "ssh -s SHED+SESSION@HOST \"wait [OPTIONS]\"",
            "ssh shed@HOST wait SHED SESSION [OPTIONS]"
        },
        footer = "ssh -s demo+debug@HOST \"wait --until bell --timeout 1h\"")
final class WaitCommand extends WaitingVerb {
    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "SESSION",
            description = "the session; omitted if the address names it")
    Optional<SessionName> argument;

    @Option(names = "--new", description = "with --match: search new output only, not what the screen shows already")
    boolean onlyNew;

    private final Sheds sheds;
    private final Panes panes;

    WaitCommand(Sheds sheds, Sessions sessions, Panes panes, Events events, Clock clock) {
        super(sessions, events, clock);
        this.sheds = sheds;
        this.panes = panes;
    }

    record Waited(String name, String shedName, String condition, String evidence) {}

    @Override
    boolean endsWithClient() {
        return true;
    }

    @Override
    boolean isEndless() {
        return true;
    }

    @Override
    ExitStatus run(CommandContext context) throws IOException, InterruptedException {
        var session = session(context, argument);
        if (pattern(context).isEmpty() && onlyNew) {
            throw usage("--new needs --match");
        }
        var shed = sheds.find(name);
        var deadline = deadline();
        patiently(deadline, () -> required(shed, session));
        // Created first, so that output during the start of the shed's events counts as new.
        var condition =
                patiently(deadline, () -> condition(context, Instant.MIN, pattern -> match(pattern, shed, session)));
        try (var stream = follow()) {
            var waiter = waiter(shed, stream, deadline);
            var evidence = await(condition, waiter, view(session, waiter), session);
            context.print(
                    json
                            ? Json.line(new Waited(session.value(), name.value(), until().toString(), evidence))
                            : held(session, evidence));
            return ExitStatus.SUCCESS;
        }
    }

    private Condition match(ScreenPattern pattern, Shed shed, SessionName session) {
        return onlyNew
                ? new Condition.NewMatch(new NewMatches(pattern, panes.output(shed, session), SentText.NONE))
                : new Condition.Match(pattern);
    }
}
