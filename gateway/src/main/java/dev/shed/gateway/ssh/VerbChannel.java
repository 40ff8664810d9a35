package dev.shed.gateway.ssh;

import dev.shed.gateway.command.Channel;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.name.LoginName;
import dev.shed.gateway.name.ShedName;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.Optional;

/// What a verb sees of the channel that it is called on.
record VerbChannel(Login login, ChannelRequest request, ChannelStreams streams, ShedLogin sheds, StreamBridge bridge)
        implements Channel {
    @Override
    public InputStream in() {
        return streams.in().asStream();
    }

    @Override
    public OutputStream out() {
        return streams.out();
    }

    @Override
    public OutputStream err() {
        return streams.err();
    }

    @Override
    public Optional<ExecSpec.Terminal> terminal() {
        return request.setup().terminal().map(asked -> asked.withSize(streams.size()));
    }

    @Override
    public Map<String, String> environment() {
        return login.environment(request.setup());
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
}
