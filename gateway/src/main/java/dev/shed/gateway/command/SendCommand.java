package dev.shed.gateway.command;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.shed.gateway.container.ByteString;
import dev.shed.gateway.event.Events;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.name.LoginName;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.shed.lifecycle.Sheds;
import dev.shed.gateway.shed.session.Panes;
import dev.shed.gateway.shed.session.SessionInput.Input;
import dev.shed.gateway.shed.session.SessionInput.Request;
import dev.shed.gateway.shed.session.SessionInput.Typed;
import dev.shed.gateway.shed.session.Sessions;
import dev.shed.gateway.text.Json;
import dev.shed.gateway.tmux.NamedKey;
import dev.shed.gateway.tmux.Pane;
import dev.shed.gateway.tmux.SentText;
import java.io.IOException;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/// `send`: types text into a session as one paste, then presses Enter; or presses keys. The text comes from the words,
/// or from stdin when there are none; there it may be anything but control characters.
@Command(
        name = "send",
        description = "type text into a session, then press Enter; or press keys",
        customSynopsis = {
            "ssh -s SHED@HOST \"send [OPTIONS] SESSION [OPTIONS] [--] [TEXT...]\"",
            "ssh -s SHED+SESSION@HOST \"send [OPTIONS] [--] [TEXT...]\"",
            "ssh shed@HOST send SHED SESSION [OPTIONS] [--] [TEXT...]",
            "ssh -s SHED+SESSION@HOST \"send --key NAME [--key NAME]...\"",
            "ssh -s SHED+SESSION@HOST \"send --wait [--match REGEX] [--timeout D] [TEXT...]\""
        },
        footer = {
            "ssh -s demo+agent@HOST \"send 'run the tests again'\"",
            "ssh -s demo+agent@HOST send <prompt.md",
            "ssh -s demo+agent@HOST \"send --key down --key enter\"",
            "ssh -s demo+debug@HOST \"send --wait --match '^BUILD' make test\""
        })
final class SendCommand extends WaitingVerb {
    /// What a program's stdin takes before anybody reads its output; a longer text belongs into a file.
    private static final int MAX_BYTES = 128 * 1024;

    /// Somebody who presses more than this writes a program; each takes a moment.
    private static final int MAX_KEYS = 32;

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "[SESSION] [TEXT...]",
            hideParamSyntax = true,
            description = "the session (omitted if the address names it) and the text; without text, stdin is typed."
                    + " Options end at the first word of the text, or at --; use -- if the text begins with a dash")
    List<String> words = List.of();

    @Option(names = "--no-enter", description = "do not press Enter")
    boolean noEnter;

    @Option(
            names = "--expect",
            paramLabel = "COMMAND",
            description = "type only if this program is in the foreground (see `peek --json`)")
    Optional<String> expected;

    @Option(
            names = "--key",
            paramLabel = "NAME",
            converter = KeyConverter.class,
            description = "press this key instead of typing text; may be repeated. Keys are " + NamedKey.NAMES)
    List<NamedKey> keys = List.of();

    @Option(
            names = "--wait",
            description = "then wait as `wait` does, for output after the text; the echo of the text does not count")
    boolean waiting;

    private final Sheds sheds;
    private final Panes panes;

    SendCommand(Sheds sheds, Sessions sessions, Panes panes, Events events, Clock clock) {
        super(sessions, events, clock);
        this.sheds = sheds;
        this.panes = panes;
    }

    /// @param keys the names of the keys that were pressed instead of a text
    /// @param condition what was waited for, with what told that it holds; left out without `--wait`
    record Sent(
            String name,
            String shedName,
            String pane,
            int bytes,
            boolean enter,
            boolean screenChanged,
            List<String> keys,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String condition,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String evidence) {}

    /// What is typed where.
    private record Order(Shed shed, SessionName session, Input input) {}

    /// Behind the session all words are text.
    @Override
    OptionalInt wordsBeforeText(LoginName address) {
        return OptionalInt.of((address instanceof LoginName.Lobby ? 1 : 0)
                + (addressed(address).isPresent() ? 0 : 1));
    }

    @Override
    ExitStatus run(CommandContext context) throws IOException, InterruptedException {
        var addressed = addressed(context.address());
        var session = addressed.orElseGet(() -> namedFirst(context));
        var text = addressed.isPresent() ? words : words.subList(1, words.size());
        var input = keys.isEmpty() ? text(context, text) : keys(text);
        checkWait(context);
        var order = new Order(sheds.find(name), session, input);
        if (waiting) {
            typeAndWait(context, order);
        } else {
            var typed = type(context, order, _ -> {});
            context.print(json ? Json.line(sent(order, typed, null)) : told(session, input, typed));
        }
        return ExitStatus.SUCCESS;
    }

    private void checkWait(CommandContext context) {
        if (!waiting && saysHowToWait()) {
            throw usage("--until, --match, --for and --timeout need --wait");
        }
        pattern(context);
    }

    /// What the shed tells is followed from before the text on, so that nothing that comes of it is missed.
    private void typeAndWait(CommandContext context, Order order) throws IOException, InterruptedException {
        var shed = order.shed();
        var session = order.session();
        sessions().require(shed, session);
        try (var stream = follow()) {
            var view = view(session, waiter(shed, stream, deadline()));
            var condition = new AtomicReference<Condition>();
            var typed = type(context, order, pane -> condition.set(after(context, order, pane)));
            if (!json) {
                context.print(told(session, order.input(), typed));
            }
            // The text is typed whatever becomes of the client; only who is there still waits.
            context.channel().endWithClient(true);
            var evidence = await(condition.get(), waiter(shed, stream, deadline()), view, session);
            context.print(json ? Json.line(sent(order, typed, evidence)) : held(session, evidence));
        }
    }

    private Typed type(CommandContext context, Order order, Consumer<Pane> before) throws InterruptedException {
        var typed = panes.type(order.shed(), order.session(), new Request(order.input(), expected, before));
        context.channel().typed(name, order.session().value());
        return typed;
    }

    private Condition after(CommandContext context, Order order, Pane pane) {
        return condition(
                context,
                now(),
                pattern -> new Condition.NewMatch(
                        new NewMatches(pattern, panes.output(order.shed(), pane), typed(order.input()))));
    }

    /// What a program may echo.
    private static SentText typed(Input input) {
        return switch (input) {
            case Input.Text text -> SentText.of(text.text().toString());
            case Input.Keys _ ->
                SentText.of(
                        names(input).stream().filter(key -> key.length() == 1).collect(Collectors.joining()));
        };
    }

    private SessionName namedFirst(CommandContext context) {
        if (words.isEmpty()) {
            throw missing(context, "SESSION");
        }
        return SessionName.parse(words.getFirst());
    }

    private Input keys(List<String> text) {
        if (!text.isEmpty() || noEnter) {
            throw usage("--key cannot be combined with " + (noEnter ? "--no-enter" : "TEXT"));
        }
        if (keys.size() > MAX_KEYS) {
            throw usage("more than " + MAX_KEYS + " keys");
        }
        return new Input.Keys(keys);
    }

    private Input text(CommandContext context, List<String> given) throws IOException {
        if (given.isEmpty() && context.terminal()) {
            throw usage("TEXT is missing; without a terminal it is read from stdin");
        }
        var text = given.isEmpty() ? fromStdin(context) : ByteString.of(String.join(" ", given));
        if (text.length() == 0 && (noEnter || given.isEmpty())) {
            throw usage("there is nothing to type");
        }
        if (text.length() > MAX_BYTES) {
            throw usage("the text is longer than " + MAX_BYTES + " bytes; put it into a file and send its name");
        }
        refuseControls(text);
        return new Input.Text(text, !noEnter);
    }

    /// All of stdin but the line feed at its end, which every line of a file has and nobody means as Enter.
    private static ByteString fromStdin(CommandContext context) throws IOException {
        var bytes = context.in().readNBytes(MAX_BYTES + 2);
        boolean ended = bytes.length > 0 && bytes[bytes.length - 1] == '\n';
        return ByteString.of(ended ? Arrays.copyOf(bytes, bytes.length - 1) : bytes);
    }

    /// An escape sequence would end the paste, or be a key; a terminal takes them out of what is pasted, too.
    private void refuseControls(ByteString text) {
        text.toString()
                .codePoints()
                .filter(point -> Character.getType(point) == Character.CONTROL)
                .filter(point -> point != '\n' && point != '\t' && point != '\r')
                .findFirst()
                .ifPresent(point -> {
                    throw usage(String.format("the text has the control character U+%04X", point));
                });
    }

    private Sent sent(Order order, Typed typed, @Nullable String evidence) {
        var input = order.input();
        var names = names(input);
        return new Sent(
                order.session().value(),
                name.value(),
                typed.pane(),
                input instanceof Input.Text text ? text.text().length() : 0,
                input instanceof Input.Text text ? text.enter() : names.contains("enter"),
                typed.screenChanged(),
                names,
                evidence == null ? null : until().toString(),
                evidence);
    }

    private String told(SessionName session, Input input, Typed typed) {
        var done = switch (input) {
            case Input.Text text -> "sent " + text.text().length() + " bytes to ";
            case Input.Keys _ -> "pressed " + String.join(", ", names(input)) + " in ";
        };
        return done + name + "+" + session + (typed.screenChanged() ? "\n" : "; its screen has not changed\n");
    }

    private static List<String> names(Input input) {
        return input instanceof Input.Keys pressed
                ? pressed.keys().stream().map(NamedKey::name).toList()
                : List.of();
    }

    /// A key by its name.
    static final class KeyConverter implements ITypeConverter<NamedKey> {
        @Override
        public NamedKey convert(String name) {
            return NamedKey.find(name)
                    .orElseThrow(() -> new TypeConversionException(
                            "there is no key '" + FailureText.printable(name) + "'; keys are " + NamedKey.NAMES));
        }
    }
}
