package dev.shed.gateway.command;

import dev.shed.gateway.access.AccessPolicy;
import dev.shed.gateway.access.Grant;
import dev.shed.gateway.access.Grant.Role;
import dev.shed.gateway.access.Identity;
import dev.shed.gateway.access.PermittedHints;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.event.Events;
import dev.shed.gateway.failure.CommandStyle;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.failure.PublicAddress;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.LoginName;
import dev.shed.gateway.query.SessionQuery;
import dev.shed.gateway.shed.Workspace;
import dev.shed.gateway.shed.lifecycle.TestSheds;
import dev.shed.gateway.shed.session.AttachedClients;
import dev.shed.gateway.shed.session.Panes;
import dev.shed.gateway.shed.session.Sessions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/// Somebody who calls verbs of a gateway over a fake engine, at 12:00 on 25 January 2026.
final class Caller {
    static final Instant NOW = Instant.parse("2026-01-25T12:00:00Z");

    private final FakeRuntime runtime;
    private final AttachedClients attachedClients = new AttachedClients();
    private CommandTable table;
    private Grant grant = Grant.ALL;
    private Identity.Validity validity = new Identity.Validity(Optional.empty(), Optional.empty());
    private boolean terminal;
    private String typed = "";
    private Optional<String> columns = Optional.empty();
    private Optional<String> client = Optional.empty();
    private Optional<PublicAddress> publicAddress = Optional.empty();
    private String term = "xterm";
    private String noColour = "";

    Caller(FakeRuntime runtime, Path directory) {
        this.runtime = runtime;
        var sheds = TestSheds.of(runtime, directory);
        var sessions = new Sessions(runtime, new Workspace("/workspace"), Sessions.Relays.RUN);
        var query = new SessionQuery(sessions, runtime.hints());
        this.table = new CommandTable(new CommandTable.Parts(
                sheds,
                sessions,
                query,
                new Panes(runtime),
                attachedClients,
                new AccessPolicy(),
                Clock.fixed(NOW, ZoneOffset.UTC),
                new Versions("0.1.0", runtime::version),
                new Events(runtime, runtime, Clock.systemUTC(), "caller"),
                TestReport.of(sheds, query, Clock.fixed(NOW, ZoneOffset.UTC)),
                new NearestNames(sheds::list, new AccessPolicy()),
                directory.resolve("recordings")));
    }

    /// What came of a call; a failure is written to `err` as the caller of the table does it.
    record Outcome(int status, String out, String err) {}

    void demoWithTwoSessions() {
        runtime.with("demo")
                .tmux("demo")
                .with("debug", NOW.minus(Duration.ofMinutes(30)), 0, 2)
                .with("default", NOW.minus(Duration.ofHours(2)), 1, 1);
    }

    AttachedClients attachedClients() {
        return attachedClients;
    }

    CommandTable table() {
        return table;
    }

    Caller as(Role role, String... sheds) {
        grant = new Grant(role, List.of(sheds), true, true, true, List.of(), Optional.empty());
        return this;
    }

    /// From now on the key's line has `verbs=`.
    Caller limitedTo(String... verbs) {
        grant = new Grant(Role.ADMIN, List.of(), List.of(verbs), true, true, true, List.of(), Optional.empty());
        return this;
    }

    /// From now on the key's line allows that.
    Caller holding(Grant what, Identity.Validity when) {
        grant = what;
        validity = when;
        return this;
    }

    /// From now on verbs are those of another table.
    Caller calling(CommandTable other) {
        table = other;
        return this;
    }

    /// From now on the client says that its terminal is so wide.
    Caller narrow(String width) {
        columns = Optional.of(width);
        return this;
    }

    /// From now on there is a terminal, and `keys` are typed.
    Caller typing(String keys) {
        terminal = true;
        typed = keys;
        return this;
    }

    /// From now on there is a terminal of that kind, and `NO_COLOR` has this value.
    Caller on(String kind, String value) {
        terminal = true;
        term = kind;
        noColour = value;
        return this;
    }

    /// From now on it is the client `shed` that calls.
    Caller withClient(String word) {
        client = Optional.of(word);
        return this;
    }

    /// From now on the gateway's address is known.
    Caller reaching(String address) {
        publicAddress = PublicAddress.parse(address);
        return this;
    }

    private CommandStyle style() {
        return new CommandStyle(client, publicAddress);
    }

    /// From now on `text` comes on stdin.
    Caller sending(String text) {
        typed = text;
        return this;
    }

    /// What is advised after a command that has ended with a status.
    Optional<String> advice(String address, String command, int status) {
        var to = (LoginName.ToShed) LoginName.parse(address);
        return table.advice(identity(), new EndedCommand(to, command, ExitStatus.of(status)), style());
    }

    private Identity identity() {
        return new Identity("alice@laptop", "SHA256:abc", grant, validity);
    }

    Outcome lobby(String line) {
        return at("shed", line);
    }

    Outcome at(String address, String line) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var context = new CommandContext(
                identity(),
                LoginName.parse(address),
                new FakeChannel(runtime, terminal, columns, typed, out, err, style()).on(term, noColour));
        var status = run(context, line, err);
        return new Outcome(status.code(), out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private ExitStatus run(CommandContext context, String line, ByteArrayOutputStream err) {
        try {
            return table.run(context, line);
        } catch (ShedException e) {
            var failure = PermittedHints.of(context.identity(), e.failure());
            err.writeBytes(FailureText.of(failure, "\n", style()).getBytes(StandardCharsets.UTF_8));
            return e.failure().exitStatus();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
