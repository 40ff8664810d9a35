package dev.shed.gateway.command;

import dev.shed.gateway.access.AccessPolicy;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.recording.Recorded;
import dev.shed.gateway.recording.RecordingReader;
import dev.shed.gateway.text.Json;
import dev.shed.gateway.text.TextTable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `recordings`: the recorded output of sessions.
@Command(
        name = "recordings",
        description = "list, play and export the recordings of sessions",
        customSynopsis = {
            "ssh shed@HOST recordings list",
            "ssh shed@HOST recordings play NAME [--speed N] [--idle-limit D]",
            "ssh shed@HOST recordings export NAME"
        },
        footer = "ssh shed@HOST recordings export myproj+default.20261127T221500Z >myproj.cast")
final class RecordingsCommand extends Verb {
    private static final Logger LOG = LoggerFactory.getLogger(RecordingsCommand.class);
    private static final double FASTEST = 1000;

    /// Lists are made one at a time, on a platform thread that connections do not use, because a list reads
    /// all files.
    private static final ExecutorService LISTS = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("recordings-list").daemon().factory());

    enum Task {
        list,
        play,
        export
    }

    @Parameters(index = "0", paramLabel = "list|play|export", description = "the action")
    Task task;

    @Parameters(index = "1", arity = "0..1", paramLabel = "NAME", description = "the recording, as named by `list`")
    Optional<String> name;

    @Option(names = "--speed", paramLabel = "N", description = "with play: N times as fast")
    Optional<Double> speed;

    @Option(
            names = "--idle-limit",
            paramLabel = "D",
            converter = DurationConverter.class,
            description = "with play: shorten longer pauses to this, such as 500ms or 10s (default: 2s)")
    Optional<Duration> idleLimit;

    private final RecordingReader recordings;
    private final AccessPolicy policy;

    RecordingsCommand(Path directory, AccessPolicy policy) {
        this.recordings = new RecordingReader(directory);
        this.policy = policy;
    }

    record Row(
            String name, String shedName, String session, String began, long lengthMs, long bytes, List<String> who) {
        static Row of(Recorded recorded) {
            return new Row(
                    recorded.name(),
                    recorded.shed(),
                    recorded.session(),
                    Json.time(recorded.began()),
                    recorded.length().toMillis(),
                    recorded.bytes(),
                    recorded.who());
        }
    }

    record Listing(List<Row> recordings) {}

    @Override
    Optional<ShedName> shed() {
        return name.flatMap(RecordingReader::shed).map(ShedName::parse);
    }

    @Override
    boolean endsWithClient() {
        return true;
    }

    @Override
    ExitStatus run(CommandContext context) throws IOException, InterruptedException {
        if (task == Task.list) {
            requireNone(name, "NAME");
        }
        if (task != Task.play) {
            requireNone(speed, "--speed");
            requireNone(idleLimit, "--idle-limit");
        }
        switch (task) {
            case list -> list(context);
            case play -> play(context);
            case export -> export(context);
        }
        return ExitStatus.SUCCESS;
    }

    private void requireNone(Optional<?> given, String what) {
        if (given.isPresent()) {
            throw usage("'" + task + "' takes no " + what);
        }
    }

    private void list(CommandContext context) throws IOException, InterruptedException {
        var all = LISTS.submit(() -> recordings.list(
                shed -> maySee(context, shed),
                problem -> LOG.atWarn().addKeyValue("problem", problem).log("not a recording")));
        try {
            var rows = all.get().stream().map(Row::of).toList();
            context.print(json ? Json.line(new Listing(rows)) : table(rows).text(context.columns()));
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException problem
                    ? ShedException.stateUnusable(recordings.directory(), problem)
                    : new IllegalStateException(e.getCause());
        } finally {
            all.cancel(true);
        }
    }

    /// A file that the gateway did not write may not be named after a shed.
    private boolean maySee(CommandContext context, String shed) {
        try {
            return policy.maySee(context.identity(), ShedName.parse(shed));
        } catch (ShedException _) {
            return false;
        }
    }

    private static TextTable table(List<Row> rows) {
        var table = new TextTable("NAME", "BEGAN", "LENGTH", "SIZE", "WHO").dropping("SIZE", "BEGAN", "WHO");
        for (var row : rows) {
            table.row(
                    row.name(),
                    row.began(),
                    length(Duration.ofMillis(row.lengthMs())),
                    Long.toString(row.bytes()),
                    FailureText.printable(String.join(", ", row.who())));
        }
        return table;
    }

    private static String length(Duration length) {
        return String.format(
                Locale.ROOT, "%d:%02d:%02d", length.toHours(), length.toMinutesPart(), length.toSecondsPart());
    }

    private void play(CommandContext context) throws IOException, InterruptedException {
        double times = speed.orElse(RecordingReader.Pace.USUAL.speed());
        if (!(times > 0 && times <= FASTEST)) {
            throw usage("--speed must be more than 0 and at most " + (int) FASTEST);
        }
        var pace = new RecordingReader.Pace(times, idleLimit.orElse(RecordingReader.Pace.USUAL.idleLimit()));
        try {
            recordings.play(required(), pace, context.out());
        } catch (NoSuchFileException e) {
            throw unknown(e);
        }
    }

    private void export(CommandContext context) throws IOException {
        try {
            recordings.export(required(), context.out());
        } catch (NoSuchFileException e) {
            throw unknown(e);
        }
    }

    private String required() {
        return name.orElseThrow(() -> usage("NAME is missing"));
    }

    private static ShedException unknown(NoSuchFileException e) {
        return new ShedException(
                Failure.usage("there is no recording '" + e.getMessage() + "'", "ssh shed@HOST recordings list"), e);
    }

    private ShedException usage(String problem) {
        return new ShedException(Failure.usage(problem, Grammar.synopsis(this)));
    }
}
