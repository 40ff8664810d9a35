package dev.shed.gateway.command;

import dev.shed.gateway.access.AccessPolicy;
import dev.shed.gateway.access.Grant;
import dev.shed.gateway.access.Identity;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.failure.CommandStyle;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.LoginName;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.text.ShellWords;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Fuzz target: the line of a verb, up to where it would be run. The first byte says where it is called: `s` on a shed,
/// `t` on a session, otherwise in the lobby.
public final class VerbLineFuzz {
    private static final FakeRuntime RUNTIME = new FakeRuntime();
    private static final String SECRET = "hunter2";
    private static final CommandTable TABLE = new CommandTable(
            new AccessPolicy(),
            closed(new Caller(RUNTIME, Path.of("/nonexistent")).table().entries()));

    private static final LoginName.ToShed DEMO = new LoginName.ToShed(ShedName.parse("demo"), Optional.empty());
    private static final Identity FUZZ = new Identity("fuzz", "SHA256:fuzz", Grant.ALL);

    private VerbLineFuzz() {}

    /// Nobody may call any of them, which is found out when the line has been read.
    private static List<Entry> closed(List<Entry> entries) {
        return entries.stream()
                .map(entry -> new Entry(entry.verb(), entry.scope(), Optional.empty(), entry.command()))
                .toList();
    }

    /// Reads one input; throws what no input may lead to.
    public static void fuzzerTestOneInput(byte[] input) throws IOException, InterruptedException {
        if (input.length == 0) {
            return;
        }
        var address = address(input[0]);
        var line = new String(input, 1, input.length - 1, StandardCharsets.UTF_8);
        TABLE.answers(line);
        TABLE.advice(FUZZ, new EndedCommand(DEMO, line, ExitStatus.of(127)), CommandStyle.PLAIN);
        LoggedVerb.of(address instanceof LoginName.ToShed to ? Optional.of(to) : Optional.empty(), line);
        keepsSecrets(line);
        run(address, line);
    }

    private static LoginName address(byte where) {
        return LoginName.parse(
                switch (where) {
                    case 's' -> "demo";
                    case 't' -> "demo+work";
                    default -> "shed";
                });
    }

    /// What is behind `--env NAME=` is never written down, whatever else the line says.
    private static void keepsSecrets(String rest) {
        boolean saysItself = rest.contains(SECRET)
                || ShellWords.of(rest, Integer.MAX_VALUE - 1).toString().contains(SECRET);
        if (!saysItself
                && TABLE.loggable("create x --env A=" + SECRET + " " + rest).contains(SECRET)) {
            throw new AssertionError("a secret in the audit log: " + rest);
        }
    }

    private static void run(LoginName address, String line) throws IOException, InterruptedException {
        try {
            TABLE.run(new CommandContext(FUZZ, address, channel()), line);
        } catch (ShedException e) {
            if (FailureText.of(e.failure(), "").chars().anyMatch(Character::isISOControl)) {
                throw new AssertionError("a message that moves the cursor", e);
            }
        }
    }

    private static Channel channel() {
        return new FakeChannel(
                RUNTIME,
                false,
                Optional.empty(),
                "",
                OutputStream.nullOutputStream(),
                OutputStream.nullOutputStream(),
                CommandStyle.PLAIN);
    }
}
