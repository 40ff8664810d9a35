package dev.shed.gateway.command;

import dev.shed.gateway.container.ByteString;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.shed.Panes;
import dev.shed.gateway.shed.Sheds;
import dev.shed.gateway.shed.Typing.Keys;
import dev.shed.gateway.shed.Typing.Typed;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `send`: types text into a session as one paste, then presses Enter. The text comes from the words, or from stdin
/// when there are none; there it may be anything but control characters.
@Command(
        name = "send",
        description = "type text into a session, then press Enter",
        customSynopsis = {
            "ssh -s SHED@HOST \"send SESSION [--no-enter] [--expect COMMAND] [TEXT...]\"",
            "ssh -s SHED+SESSION@HOST \"send [--no-enter] [--expect COMMAND] [TEXT...]\"",
            "ssh shed@HOST send SHED SESSION [--no-enter] [--expect COMMAND] [TEXT...]"
        },
        footer = {"ssh -s demo+agent@HOST \"send 'run the tests again'\"", "ssh -s demo+agent@HOST send <prompt.md"})
final class SendCommand extends SessionVerb {
    /// What a program's stdin takes before anybody reads its output; a longer text belongs into a file.
    private static final int MAX_BYTES = 128 * 1024;

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "[SESSION] [TEXT...]",
            description = "the session, left out where the address has it, and the text; from stdin when there is none")
    List<String> words = List.of();

    @Option(names = "--no-enter", description = "do not press Enter")
    boolean noEnter;

    @Option(
            names = "--expect",
            paramLabel = "COMMAND",
            description = "type only if this program is in the foreground (see `peek --json`)")
    Optional<String> expected;

    private final Sheds sheds;
    private final Panes panes;

    SendCommand(Sheds sheds, Panes panes) {
        this.sheds = sheds;
        this.panes = panes;
    }

    record Sent(String name, String shedName, String pane, int bytes, boolean enter, boolean screenChanged) {}

    @Override
    ExitStatus run(CommandContext context) throws IOException, InterruptedException {
        var addressed = addressed(context.address());
        var session = addressed.orElseGet(this::namedFirst);
        var text = text(context, addressed.isPresent() ? words : words.subList(1, words.size()));
        var typed = panes.type(sheds.find(name), session, new Keys(text, !noEnter, expected));
        context.print(json ? Json.line(sent(session, text, typed)) : told(session, text, typed));
        return ExitStatus.SUCCESS;
    }

    private SessionName namedFirst() {
        if (words.isEmpty()) {
            throw usage("SESSION is missing: which one is never assumed");
        }
        return SessionName.parse(words.getFirst());
    }

    private ByteString text(CommandContext context, List<String> given) throws IOException {
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
        return text;
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

    private Sent sent(SessionName session, ByteString text, Typed typed) {
        return new Sent(session.value(), name.value(), typed.pane(), text.length(), !noEnter, typed.screenChanged());
    }

    private String told(SessionName session, ByteString text, Typed typed) {
        return "sent " + text.length() + " bytes to " + name + "+" + session
                + (typed.screenChanged() ? "\n" : "; its screen has not changed\n");
    }
}
