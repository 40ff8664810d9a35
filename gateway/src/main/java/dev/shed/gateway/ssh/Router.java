package dev.shed.gateway.ssh;

import dev.shed.gateway.command.CommandContext;
import dev.shed.gateway.command.CommandTable;
import dev.shed.gateway.container.ByteString;
import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.LoginName;
import dev.shed.gateway.name.LoginName.ToShed;
import java.io.IOException;

/// Decides what a request means: who is addressed, and what is asked of it (docs/spec.md, section "Requests").
final class Router implements ChannelHandler {
    private static final String SFTP = "sftp";

    private final CommandTable commands;
    private final ShedLogin sheds;

    Router(CommandTable commands, ShedLogin sheds) {
        this.commands = commands;
        this.sheds = sheds;
    }

    @Override
    public ExitStatus handle(Login login, ChannelRequest asked, ChannelStreams streams)
            throws IOException, InterruptedException {
        // Parsed first: a name that breaks its rule is refused before anything is run.
        var address = login.address(asked);
        var forced = login.identity().grant().command().map(command -> forced(command, asked));
        var request = forced.orElse(asked);
        return switch (address) {
            case LoginName.Lobby lobby -> lobby(login, lobby, request, streams);
            case ToShed shed -> shed(new ShedLogin.Call(login, shed, request, streams), forced.isPresent());
        };
    }

    /// `command=` in authorized_keys takes the place of whatever the client asks for, which it finds in the variable
    /// SSH_ORIGINAL_COMMAND (sshd(8)).
    private static ChannelRequest forced(String command, ChannelRequest asked) {
        var original = switch (asked) {
            case ChannelRequest.Shell _ -> "";
            case ChannelRequest.Exec exec -> exec.command().toString();
            case ChannelRequest.Subsystem subsystem -> subsystem.name();
        };
        return new ChannelRequest.Exec(asked.setup().with("SSH_ORIGINAL_COMMAND", original), ByteString.of(command));
    }

    private ExitStatus lobby(Login login, LoginName lobby, ChannelRequest request, ChannelStreams streams)
            throws IOException {
        var line = switch (request) {
            case ChannelRequest.Shell _ -> "help";
            case ChannelRequest.Exec exec -> exec.command().toString();
            case ChannelRequest.Subsystem subsystem -> subsystem.name();
        };
        return verb(login, lobby, line, streams);
    }

    private ExitStatus shed(ShedLogin.Call call, boolean forced) throws IOException, InterruptedException {
        return switch (call.request()) {
            case ChannelRequest.Subsystem subsystem when subsystem.name().equals(SFTP) -> sheds.sftp(call);
            case ChannelRequest.Subsystem subsystem ->
                verb(call.login(), call.address(), subsystem.name(), call.streams());
            case ChannelRequest.Exec exec when forced -> sheds.exec(call, exec.command());
            case ChannelRequest.Exec exec -> exec(call, exec.command());
            case ChannelRequest.Shell _ when call.wantsSession() -> sheds.attach(call);
            case ChannelRequest.Shell _ -> sheds.shell(call);
        };
    }

    private ExitStatus exec(ShedLogin.Call call, ByteString command) throws IOException, InterruptedException {
        if (LoginName.parse(call.login().userName()) instanceof ToShed named
                && named.session().isPresent()) {
            throw new ShedException(new Failure.Usage(
                    "commands inside a session cannot be run yet",
                    "ssh " + named.shed() + "@HOST COMMAND runs it in the shed, outside tmux"));
        }
        return sheds.exec(call, command);
    }

    private ExitStatus verb(Login login, LoginName address, String line, ChannelStreams streams) throws IOException {
        int columns = streams.terminal() ? streams.size().columns() : WindowSize.DEFAULT.columns();
        var context = new CommandContext(
                login.identity(),
                address,
                streams.terminal(),
                columns,
                streams.out(),
                streams.err(),
                streams.in().asStream());
        return commands.run(context, line);
    }
}
