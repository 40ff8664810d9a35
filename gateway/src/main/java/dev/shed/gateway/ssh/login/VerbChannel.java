package dev.shed.gateway.ssh.login;

import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.audit.AuditLog;
import dev.shed.gateway.command.Channel;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.failure.CommandStyle;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.PublicAddress;
import dev.shed.gateway.name.LoginName;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.ssh.connection.Login;
import dev.shed.gateway.ssh.session.ChannelRequest;
import dev.shed.gateway.ssh.session.ChannelStreams;
import dev.shed.gateway.ssh.session.ClientEnvironment;
import dev.shed.gateway.ssh.session.PeerGoneException;
import dev.shed.gateway.ssh.session.StreamBridge;
import dev.shed.gateway.stream.BlockOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The channel as verbs use it.
record VerbChannel(
        Login login,
        ChannelRequest request,
        ChannelStreams streams,
        ShedLogin sheds,
        StreamBridge bridge,
        AuditLog audit,
        Optional<PublicAddress> publicAddress)
        implements Channel {
    private static final Logger LOG = LoggerFactory.getLogger(VerbChannel.class);

    @Override
    public InputStream in() {
        return streams.in().asStream();
    }

    @Override
    public OutputStream out() {
        return new Output(streams, streams.out());
    }

    @Override
    public OutputStream err() {
        return new Output(streams, streams.err());
    }

    @Override
    public void endWithClient(boolean yes) {
        streams.endWithClient(yes);
    }

    @Override
    public void endless() {
        streams.endless();
    }

    @Override
    public Optional<ExecSpec.Terminal> terminal() {
        return request.setup().terminal().map(asked -> asked.withSize(streams.size()));
    }

    @Override
    public void answered(Answered answer) {
        var deed = new AuditEvent.Deed(login.userName(), answer.shed(), answer.session(), answer.kind(), answer.id());
        audit.record(new AuditEvent.QuestionAnswered(
                login.origin(), login.actor(), deed, answer.question(), answer.outcome()));
    }

    @Override
    public void typed(ShedName shed, String session) {
        sheds.typed(login, shed, session);
    }

    @Override
    public CommandStyle commandStyle() {
        return request.setup().commandStyle(publicAddress);
    }

    @Override
    public Optional<String> columns() {
        return request.setup().variable(ClientEnvironment.COLUMNS);
    }

    @Override
    public Map<String, String> environment() {
        return request.setup().environment(login);
    }

    @Override
    public ExitStatus logIn(ShedName shed) throws IOException, InterruptedException {
        var address = new LoginName.ToShed(shed, Optional.empty());
        return sheds.console(new ShedLogin.Call(login, address, request, streams));
    }

    @Override
    public ExitStatus run(ExecSpec spec, OutputStream toOut, OutputStream toErr)
            throws IOException, InterruptedException {
        return bridge.run(login, spec, streams, new StreamBridge.Outputs(toOut, toErr));
    }

    /// The output of a verb. If the verb continues after the client has vanished, its output is dropped.
    private static final class Output extends BlockOutput {
        private final ChannelStreams streams;
        private final OutputStream client;

        Output(ChannelStreams streams, OutputStream client) {
            this.streams = streams;
            this.client = client;
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            try {
                client.write(source, offset, length);
            } catch (PeerGoneException e) {
                if (streams.endsWithClient()) {
                    throw e;
                }
                LOG.atDebug().setCause(e).log("output dropped");
            }
        }
    }
}
