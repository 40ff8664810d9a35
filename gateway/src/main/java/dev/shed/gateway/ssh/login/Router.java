package dev.shed.gateway.ssh.login;

import dev.shed.gateway.audit.AuditLog;
import dev.shed.gateway.command.CommandContext;
import dev.shed.gateway.command.CommandTable;
import dev.shed.gateway.command.EndedCommand;
import dev.shed.gateway.command.NearestNames;
import dev.shed.gateway.container.ByteString;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.PublicAddress;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.LoginName;
import dev.shed.gateway.name.LoginName.ToShed;
import dev.shed.gateway.ssh.connection.Login;
import dev.shed.gateway.ssh.session.ChannelHandler;
import dev.shed.gateway.ssh.session.ChannelRequest;
import dev.shed.gateway.ssh.session.ChannelStreams;
import dev.shed.gateway.ssh.session.StreamBridge;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decides which shed or session a request addresses, and what serves it (docs/spec.md, section "Requests").
public final class Router implements ChannelHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Router.class);

    private static final ByteString SFTP = ByteString.of("sftp");

    private final CommandTable commands;
    private final ShedLogin sheds;
    private final StreamBridge bridge;
    private final LobbyPicker pickers;
    private final AuditLog audit;
    private final NearestNames nearestNames;
    private final Optional<PublicAddress> publicAddress;

    /// What the requests are passed to.
    public record Parts(
            CommandTable commands,
            ShedLogin sheds,
            StreamBridge bridge,
            LobbyPicker pickers,
            AuditLog audit,
            NearestNames nearestNames,
            Optional<PublicAddress> publicAddress) {}

    public Router(Parts parts) {
        this.commands = parts.commands();
        this.sheds = parts.sheds();
        this.bridge = parts.bridge();
        this.pickers = parts.pickers();
        this.audit = parts.audit();
        this.nearestNames = parts.nearestNames();
        this.publicAddress = parts.publicAddress();
    }

    @Override
    public ExitStatus handle(Login login, ChannelRequest asked, ChannelStreams streams)
            throws IOException, InterruptedException {
        // Parsed first, so an invalid name is refused before anything runs.
        var address = asked.address(login);
        var forced = login.identity().grant().command().map(command -> forced(command, asked));
        var request = forced.orElse(asked);
        var channel = new VerbChannel(login, request, streams, sheds, bridge, audit, publicAddress);
        return switch (address) {
            case LoginName.Lobby _ when wantsPicker(request) -> pickers.run(channel);
            case LoginName.Lobby lobby -> verb(channel, lobby, text(line(request)));
            case ToShed shed ->
                request instanceof ChannelRequest.Subsystem subsystem
                                && !subsystem.name().equals(SFTP)
                        ? verb(channel, shed, text(subsystem.name()))
                        : advised(new ShedLogin.Call(login, shed, request, streams), forced.isPresent());
        };
    }

    @Override
    public void expect(Login login) {
        try {
            if (LoginName.parse(login.userName()) instanceof ToShed to) {
                sheds.expect(to.shed());
            }
        } catch (ShedException e) {
            LOG.atDebug().addKeyValue("login", login.userName()).log("login name breaks its rule");
        }
    }

    /// `command=` in authorized_keys replaces the client's request, which is passed in the variable
    /// SSH_ORIGINAL_COMMAND (sshd(8)). The command starts in the home directory: in another directory it
    /// might run a program that the client put there.
    private static ChannelRequest forced(String command, ChannelRequest asked) {
        var original = switch (asked) {
            case ChannelRequest.Shell _ -> "";
            case ChannelRequest.Exec exec -> exec.command().toString();
            case ChannelRequest.Subsystem subsystem -> subsystem.name().toString();
        };
        return new ChannelRequest.Exec(
                asked.setup().withoutOurs().with("SSH_ORIGINAL_COMMAND", original), ByteString.of(command));
    }

    /// Whether the request is a shell on a terminal that can be drawn on. Other shells get the help text.
    private static boolean wantsPicker(ChannelRequest request) {
        return request instanceof ChannelRequest.Shell
                && request.setup().terminal().filter(ShedLogin.Call::canDraw).isPresent();
    }

    /// The line of the verb that a request calls in the lobby.
    private static ByteString line(ChannelRequest request) {
        return switch (request) {
            case ChannelRequest.Shell _ -> ByteString.of("help");
            case ChannelRequest.Exec exec -> exec.command();
            case ChannelRequest.Subsystem subsystem -> subsystem.name();
        };
    }

    /// Decodes the line of a verb. Bytes that are not UTF-8 are refused, because decoding would replace
    /// them.
    private static String text(ByteString line) {
        var text = line.toString();
        if (!ByteString.of(text).equals(line)) {
            throw new ShedException(Failure.usage(
                    "the call of the verb is not UTF-8",
                    "ssh -s SHED+SESSION@HOST send <FILE, for text in another encoding"));
        }
        return text;
    }

    private ExitStatus advised(ShedLogin.Call call, boolean forced) throws IOException, InterruptedException {
        try {
            return shed(call, forced);
        } catch (ShedException e) {
            var address = call.address();
            throw nearestNames.advised(
                    e, call.login().identity(), address.shed(), name -> NearestNames.login(address, name));
        }
    }

    private ExitStatus shed(ShedLogin.Call call, boolean forced) throws IOException, InterruptedException {
        return switch (call.request()) {
            case ChannelRequest.Subsystem _ -> sheds.sftp(call);
            case ChannelRequest.Exec exec when forced -> sheds.exec(call, exec.command());
            case ChannelRequest.Exec exec
            when call.address().session().isPresent() ->
                withAdvice(
                        call,
                        exec.command(),
                        sheds.execInSession(call, call.address().sessionOrDefault(), exec.command()));
            case ChannelRequest.Exec exec -> withAdvice(call, exec.command(), sheds.exec(call, exec.command()));
            case ChannelRequest.Shell _ when call.wantsSession() -> sheds.attach(call);
            case ChannelRequest.Shell _ -> sheds.shell(call);
        };
    }

    /// Tells the user of a command that has ended if a verb of that name was probably meant.
    private ExitStatus withAdvice(ShedLogin.Call call, ByteString command, ExitStatus status) throws IOException {
        var style = call.request().setup().commandStyle(publicAddress);
        var ended = new EndedCommand(call.address(), command.toString(), status);
        var advice = commands.advice(call.login().identity(), ended, style);
        if (advice.isPresent()) {
            call.streams().notice(advice.get());
        }
        return status;
    }

    private ExitStatus verb(VerbChannel channel, LoginName address, String line)
            throws IOException, InterruptedException {
        return commands.run(new CommandContext(channel.login().identity(), address, channel), line);
    }
}
