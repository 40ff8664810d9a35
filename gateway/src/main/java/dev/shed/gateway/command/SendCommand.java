package dev.shed.gateway.command;

import dev.shed.gateway.container.ByteString;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.name.LoginName;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.shed.Panes;
import dev.shed.gateway.shed.Sheds;
import dev.shed.gateway.shed.Typing.Input;
import dev.shed.gateway.shed.Typing.Typed;
import dev.shed.gateway.tmux.NamedKey;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
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
            "ssh -s SHED@HOST \"send [OPTIONS] SESSION [OPTIONS] [TEXT...]\"",
            "ssh -s SHED+SESSION@HOST \"send [OPTIONS] [TEXT...]\"",
            "ssh shed@HOST send SHED SESSION [OPTIONS] [TEXT...]",
            "ssh -s SHED+SESSION@HOST \"send --key NAME [--key NAME]...\""
        },
        footer = {
            "ssh -s demo+agent@HOST \"send 'run the tests again'\"",
            "ssh -s demo+agent@HOST send <prompt.md",
            "ssh -s demo+agent@HOST \"send --key down --key enter\""
        })
final class SendCommand extends SessionVerb {
    /// What a program's stdin takes before anybody reads its output; a longer text belongs into a file.
    private static final int MAX_BYTES = 128 * 1024;

    /// Somebody who presses more than this writes a program; each takes a moment.
    private static final int MAX_KEYS = 32;

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "[SESSION] [TEXT...]",
            description = "the session, left out where the address has it, and the text; from stdin when there is none."
                    + " Options end at the first word of the text")
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
            description = "press this key instead of typing text; may be given again. Keys are " + NamedKey.NAMES)
    List<NamedKey> keys = List.of();

    private final Sheds sheds;
    private final Panes panes;

    SendCommand(Sheds sheds, Panes panes) {
        this.sheds = sheds;
        this.panes = panes;
    }

    /// @param keys the names of the keys that were pressed instead of a text
    record Sent(
            String name,
            String shedName,
            String pane,
            int bytes,
            boolean enter,
            boolean screenChanged,
            List<String> keys) {}

    /// Behind the session all words are text.
    @Override
    OptionalInt wordsBeforeText(LoginName address) {
        return OptionalInt.of((address instanceof LoginName.Lobby ? 1 : 0)
                + (addressed(address).isPresent() ? 0 : 1));
    }

    @Override
    ExitStatus run(CommandContext context) throws IOException, InterruptedException {
        var addressed = addressed(context.address());
        var session = addressed.orElseGet(this::namedFirst);
        var text = addressed.isPresent() ? words : words.subList(1, words.size());
        var input = keys.isEmpty() ? text(context, text) : keys(text);
        var typed = panes.type(sheds.find(name), session, input, expected);
        context.print(json ? Json.line(sent(session, input, typed)) : told(session, input, typed));
        return ExitStatus.SUCCESS;
    }

    private SessionName namedFirst() {
        if (words.isEmpty()) {
            throw usage("SESSION is missing: which one is never assumed");
        }
        return SessionName.parse(words.getFirst());
    }

    private Input keys(List<String> text) {
        if (!text.isEmpty() || noEnter) {
            throw usage("--key takes no " + (noEnter ? "--no-enter" : "TEXT"));
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

    private Sent sent(SessionName session, Input input, Typed typed) {
        var names = names(input);
        return new Sent(
                session.value(),
                name.value(),
                typed.pane(),
                input instanceof Input.Text text ? text.text().length() : 0,
                input instanceof Input.Text text ? text.enter() : names.contains("enter"),
                typed.screenChanged(),
                names);
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
