package dev.shed.gateway.command;

import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.shed.lifecycle.Sheds;
import dev.shed.gateway.shed.session.Panes;
import dev.shed.gateway.text.Json;
import dev.shed.gateway.tmux.Pane;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `peek`: the screen of a session as text, at the session's size, whether or not a client is attached.
@Command(
        name = "peek",
        description = "show a session's screen as text, without attaching",
        customSynopsis = {
            "ssh -s SHED@HOST \"peek SESSION [--lines N] [--join] [--color]\"",
            "ssh -s SHED+SESSION@HOST \"peek [--lines N] [--join] [--color]\"",
            "ssh shed@HOST peek SHED SESSION [--lines N] [--join] [--color]"
        },
        footer = "ssh -s demo+debug@HOST \"peek --lines 100\"")
final class PeekCommand extends SessionVerb {
    /// The history limit of the image's tmux.
    private static final int MAX_LINES = 50_000;

    /// Limits the processes: each one exists in the shed until its reader has finished, and a long history
    /// blocks tmux for a moment. A user may have a few readers in a pager; hundreds are an attack. The time
    /// lets earlier ones finish.
    private static final ConcurrencyLimit AT_ONCE = new ConcurrencyLimit(4, Duration.ofSeconds(20));

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "SESSION",
            description = "the session; omitted if the address names it")
    Optional<SessionName> argument;

    @Option(names = "--lines", paramLabel = "N", description = "also print the last N lines of the scrollback")
    int lines;

    @Option(names = "--join", description = "join lines that the terminal has wrapped")
    boolean join;

    @Option(names = "--color", description = "keep colours (default: plain text)")
    boolean color;

    private final Sheds sheds;
    private final Panes panes;

    PeekCommand(Sheds sheds, Panes panes) {
        this.sheds = sheds;
        this.panes = panes;
    }

    record Cursor(int column, int row) {}

    /// @param historyLines how many of the lines are from the history, counted as the terminal has wrapped
    /// them
    record Shown(
            String name,
            String shedName,
            int columns,
            int rows,
            Cursor cursor,
            String command,
            String title,
            int historyLines,
            List<String> lines) {}

    @Override
    boolean endsWithClient() {
        return true;
    }

    @Override
    ExitStatus run(CommandContext context) throws IOException, InterruptedException {
        var session = session(context, argument);
        if (lines < 0 || lines > MAX_LINES) {
            throw usage("--lines must be 0 to " + MAX_LINES);
        }
        var style =
                new PeekPrinter.Style(json ? Optional.of(pane -> head(session, pane)) : Optional.empty(), color, join);
        var printer = new PeekPrinter(context.writer(), context.lineEnd(), style);
        var owner = context.identity().fingerprint() + " " + name;
        try (var _ = AT_ONCE.take(owner, "'peek' of shed '" + name + "'")) {
            panes.show(sheds.find(name), session, new Panes.View(lines, join, color), printer);
        } catch (ShedException e) {
            printer.breakOff();
            throw e;
        }
        printer.end();
        return ExitStatus.SUCCESS;
    }

    /// The JSON up to the lines.
    private String head(SessionName session, Pane pane) {
        var shown = Json.line(new Shown(
                session.value(),
                name.value(),
                pane.columns(),
                pane.rows(),
                new Cursor(pane.cursorColumn(), pane.cursorRow()),
                pane.command(),
                pane.title(),
                Math.min(lines, pane.history()),
                List.of()));
        return shown.substring(0, shown.length() - "]}\n".length());
    }
}
