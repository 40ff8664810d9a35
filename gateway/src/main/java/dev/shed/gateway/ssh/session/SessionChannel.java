package dev.shed.gateway.ssh.session;

import dev.shed.gateway.container.ByteString;
import dev.shed.gateway.container.ExecSpec.Terminal;
import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.ssh.connection.ChannelOutput;
import dev.shed.gateway.ssh.connection.Connection;
import dev.shed.gateway.ssh.connection.Login;
import dev.shed.gateway.ssh.forward.ChannelWrites;
import dev.shed.gateway.ssh.forward.Forwarding;
import dev.shed.gateway.ssh.forward.OpenRefusal;
import dev.shed.gateway.ssh.forward.PacketSize;
import dev.shed.gateway.ssh.session.ChannelRequest.Setup;
import dev.shed.gateway.ssh.socket.ClientSocket;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.sshd.client.future.DefaultOpenFuture;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.Closeable;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.RequestHandler.Result;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.jspecify.annotations.Nullable;

/// A `session` channel (RFC 4254, section 6). It collects the client's set-up requests. The first request to
/// run something freezes the set-up and starts a [ChannelTask]; later set-up requests are refused.
public final class SessionChannel extends ChannelSession {
    /// The dependencies that all channels share.
    ///
    /// @param dependencies for serving the requests
    /// @param isVerb whether the name of a subsystem calls a verb, or is so near to one that it is answered
    /// @param forwarding handles the agents that clients offer
    /// @param maxChannels how many channels a connection may have open
    public record Services(
            ChannelTask.Dependencies dependencies, Predicate<String> isVerb, Forwarding forwarding, int maxChannels) {}

    private static final ByteString SFTP = ByteString.of("sftp");

    private static final Pattern SIGNAL = Pattern.compile("[A-Z][A-Z0-9]{1,15}");

    private final Services services;
    private final ClientEnvironment environment = new ClientEnvironment();
    private final InputQueue input = new InputQueue(this);
    private final ChannelWrites writes = new ChannelWrites(this);

    private @Nullable Terminal terminal;
    private @Nullable ChannelStreams streams;
    private boolean started;

    /// Counts the holders of this channel's place in its connection: the channel and, once it is started, its
    /// task.
    private final AtomicInteger holders = new AtomicInteger();

    public SessionChannel(Services services) {
        this.services = services;
    }

    @Override
    public OpenFuture open(long recipient, long window, long packetSize, Buffer buffer) {
        return super.open(recipient, window, PacketSize.of(packetSize), buffer);
    }

    @Override
    protected OpenFuture doInit(Buffer buffer) {
        var connection = connection();
        if (connection.isEnding()) {
            OpenRefusal.send(this, SshConstants.SSH_OPEN_ADMINISTRATIVELY_PROHIBITED, "the gateway is stopping");
            return new DefaultOpenFuture(this, this);
        }
        if (connection.openChannel(services.maxChannels())) {
            holders.incrementAndGet();
            addCloseFutureListener(_ -> leavePlace(connection));
            services.dependencies().handler().expect(Login.of(getServerSession()));
            return super.doInit(buffer);
        }
        OpenRefusal.send(this, SshConstants.SSH_OPEN_RESOURCE_SHORTAGE, "too many channels on this connection");
        return new DefaultOpenFuture(this, this);
    }

    @Override
    public IoWriteFuture writePacket(Buffer buffer) throws IOException {
        return writes.run(() -> super.writePacket(buffer));
    }

    /// No message may follow the channel's close, so a request that crossed the close gets no reply.
    @Override
    protected IoWriteFuture sendResponse(Buffer buffer, String request, Result result, boolean wantReply)
            throws IOException {
        return writes.run(() -> super.sendResponse(buffer, request, result, wantReply && mayWrite()));
    }

    @Override
    protected Closeable getInnerCloseable() {
        return builder().sequential(writes, super.getInnerCloseable()).build();
    }

    private void leavePlace(Connection connection) {
        if (holders.decrementAndGet() == 0) {
            connection.closeChannel();
        }
    }

    @Override
    protected Result handleEnvParsed(String name, String value) {
        return reply(!started && environment.set(name, value));
    }

    /// Overrides MINA's method, which would decode the modes. They are passed to the container undecoded.
    @Override
    protected Result handlePtyReq(Buffer buffer, boolean wantReply) {
        var term = buffer.getString();
        long columns = buffer.getUInt();
        long rows = buffer.getUInt();
        var size = WindowSize.fromWire(rows, columns, buffer.getUInt(), buffer.getUInt());
        var modes = ByteString.of(buffer.getBytes());
        if (started || terminal != null || !connection().identity().grant().pty()) {
            return Result.ReplyFailure;
        }
        terminal = new Terminal(term, size, modes);
        return Result.ReplySuccess;
    }

    @Override
    protected Result handleWindowChangeParsed(int columns, int rows, int width, int height) {
        var size = WindowSize.fromWire(rows, columns, width, height);
        if (terminal == null) {
            return Result.ReplyFailure;
        }
        if (streams == null) {
            terminal = terminal.withSize(size);
        } else {
            streams.resize(size);
        }
        return Result.ReplySuccess;
    }

    @Override
    protected Result handleShellParsed(String request) throws IOException {
        return begin(request, new ChannelRequest.Shell(setup()));
    }

    /// Overrides MINA's method, which would decode the command. A command may contain any byte but NUL.
    @Override
    protected Result handleExec(String request, Buffer buffer, boolean wantReply) throws IOException {
        var command = ByteString.of(buffer.getBytes());
        if (started || command.contains((byte) 0)) {
            return Result.ReplyFailure;
        }
        return begin(request, new ChannelRequest.Exec(setup(), command));
    }

    /// Overrides MINA's method, which would decode the name and lose bytes that are not UTF-8.
    @Override
    protected Result handleSubsystem(String request, Buffer buffer, boolean wantReply) throws IOException {
        var name = ByteString.of(buffer.getBytes());
        if (!name.equals(SFTP) && !services.isVerb().test(name.toString())) {
            return Result.ReplyFailure;
        }
        return begin(request, new ChannelRequest.Subsystem(setup(), name));
    }

    /// Handles a signal request (RFC 4254, section 6.9).
    @Override
    protected Result handleSignalParsed(String name) {
        if (streams != null && SIGNAL.matcher(name).matches()) {
            streams.signal(name);
        }
        return reply(started);
    }

    @Override
    protected Result handleBreakParsed(long milliseconds) {
        return Result.ReplyFailure;
    }

    /// MINA's agent forwarding would open sockets on the gateway's host; ours opens them in the shed.
    @Override
    protected Result handleAgentForwardingParsed(String request) {
        return reply(!started && services.forwarding().offerAgent(getServerSession()));
    }

    /// MINA's X11 forwarding would run xauth on the gateway's host.
    @Override
    protected Result handleX11Forwarding(String request, Buffer buffer, boolean wantReply) {
        return Result.ReplyFailure;
    }

    @Override
    public void handleEof() throws IOException {
        input.complete();
        super.handleEof();
    }

    @Override
    protected void doWriteData(byte[] data, int offset, long length) throws IOException {
        if (terminal != null) {
            ClientSocket.of(getServerSession()).typed();
        }
        super.doWriteData(data, offset, length);
    }

    /// Clients have no reason to send extended data. It is dropped, and the window is enlarged again.
    @Override
    protected void doWriteExtendedData(byte[] data, int offset, long length) throws IOException {
        getLocalWindow().release(length);
    }

    private Setup setup() {
        return new Setup(
                environment.variables(),
                Optional.ofNullable(terminal),
                services.forwarding().agent(getServerSession()));
    }

    private Result begin(String requestType, ChannelRequest request) throws IOException {
        started = true;
        setDataReceiver(input);
        commandInstance = new TaskCommand(request);
        return prepareChannelCommand(requestType, commandInstance);
    }

    private Connection connection() {
        return Connection.of(getServerSession());
    }

    /// Like MINA's method, but sends the exit status before the end-of-file. A client whose own input has
    /// ended answers our end-of-file with a close. After a close nothing can be sent, so the status would
    /// sometimes be lost. All three messages go out in one write, so the client is woken once.
    @Override
    protected void closeShell(int status, boolean immediately) throws IOException {
        ClientSocket.of(getServerSession()).together(() -> end(status, immediately));
    }

    private void end(int status, boolean immediately) throws IOException {
        if (!isClosing()) {
            sendExitStatus(status);
            sendEndOfFile();
        }
        commandExitFuture.setClosed();
        close(immediately);
    }

    /// After MINA's `sendEof` the close waits until the end-of-file was written. So it would be a write of its own, and
    /// the client, which ends with it, would be woken twice.
    private void sendEndOfFile() throws IOException {
        var buffer = getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_EOF, Integer.BYTES);
        buffer.putUInt(getRecipient());
        writePacket(buffer);
    }

    private void sendExit(ExitCallback callback, ExitStatus status) throws IOException {
        switch (status) {
            case ExitStatus.Code(int code) -> callback.onExit(code);
            case ExitStatus.Signalled signalled -> {
                sendExitSignal(signalled);
                callback.onExit(signalled.code());
            }
        }
    }

    /// Sends the signal that ended the process (RFC 4254, section 6.10). MINA supports only exit-status, and
    /// sends none once `exitStatusSent` is set.
    private void sendExitSignal(ExitStatus.Signalled signalled) throws IOException {
        if (exitStatusSent.getAndSet(true)) {
            return;
        }
        var buffer = getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_REQUEST, 64);
        buffer.putUInt(getRecipient());
        buffer.putString("exit-signal");
        buffer.putBoolean(false);
        buffer.putString(signalled.name());
        buffer.putBoolean(signalled.coreDumped());
        buffer.putString("");
        buffer.putString("");
        writePacket(buffer);
    }

    private static Result reply(boolean success) {
        return success ? Result.ReplySuccess : Result.ReplyFailure;
    }

    /// Adapts a [ChannelTask] to MINA's interface for commands.
    private final class TaskCommand implements Command {
        private final ChannelRequest request;
        private ExitCallback callback = (_, _, _) -> {};
        private @Nullable ChannelTask task;

        TaskCommand(ChannelRequest request) {
            this.request = request;
        }

        @Override
        public void setInputStream(InputStream in) {
            throw new IllegalStateException("input comes through the data receiver");
        }

        /// MINA's stream is not used: it would fill packets before there is room for them ([ChannelOutput]).
        @Override
        public void setOutputStream(OutputStream unused) {}

        @Override
        public void setErrorStream(OutputStream unused) {}

        @Override
        public void setExitCallback(ExitCallback callback) {
            this.callback = callback;
        }

        /// Runs on an I/O thread, so it starts the task and returns.
        @Override
        public void start(ChannelSession channel, Environment env) {
            var session = getServerSession();
            var size = request.setup().terminal().map(Terminal::size).orElse(WindowSize.DEFAULT);
            var queue = connection().queuedOutput();
            var connected = new ChannelStreams(
                    input,
                    ChannelOutput.data(SessionChannel.this, queue),
                    ChannelOutput.stderr(SessionChannel.this, queue),
                    request.setup().terminal().isPresent(),
                    size);
            streams = connected;
            var connection = connection();
            holders.incrementAndGet();
            task = new ChannelTask(
                    services.dependencies(),
                    connection,
                    Login.of(session),
                    request,
                    services.forwarding().requestsAnswered(session),
                    new ChannelTask.Client(
                            connected, status -> sendExit(callback, status), () -> leavePlace(connection)));
            task.start();
        }

        @Override
        public void destroy(ChannelSession channel) {
            if (task != null) {
                task.peerGone();
            }
        }
    }
}
