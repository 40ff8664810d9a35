package dev.shed.gateway.ssh.forward;

import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.ssh.forward.RemoteForwards.Answer;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.RequestHandler;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All global requests of a client (RFC 4254, section 4): forwarding requests, which wait for a container, and MINA's
/// others, which are answered at once if no forwarding request is waiting.
final class GlobalRequests implements RequestHandler<ConnectionService> {
    private static final Logger LOG = LoggerFactory.getLogger(GlobalRequests.class);

    private final Forwards forwards;
    private final RemoteForwards remote;
    private final List<RequestHandler<ConnectionService>> others;

    GlobalRequests(Forwards forwards, RemoteForwards remote, List<RequestHandler<ConnectionService>> others) {
        this.forwards = forwards;
        this.remote = remote;
        this.others = List.copyOf(others);
    }

    @Override
    public Result process(ConnectionService service, String request, boolean wantReply, Buffer buffer)
            throws Exception {
        boolean forwarding = RemoteForwards.names().contains(request);
        var client = forwards.of(service.getSession());
        if (!forwarding && client.requests().answered().isDone()) {
            return other(service, request, wantReply, buffer);
        }
        var copy = new ByteArrayBuffer(buffer.getCompactData());
        client.requests().add(() -> {
            if (forwarding) {
                forward(client, request, wantReply, copy);
            } else {
                otherLater(service, request, wantReply, copy);
            }
        });
        return Result.Replied;
    }

    private void forward(ClientForwards client, String request, boolean wantReply, Buffer buffer) {
        var session = client.session();
        switch (remote.serve(client, request, buffer)) {
            case Answer.Failed(String why) -> {
                explain(session, request, why);
                reply(session, wantReply, SshConstants.SSH_MSG_REQUEST_FAILURE, OptionalInt.empty());
            }
            case Answer.Done(OptionalInt port, Runnable told) -> {
                reply(session, wantReply, SshConstants.SSH_MSG_REQUEST_SUCCESS, port);
                told.run();
            }
        }
    }

    private Result other(ConnectionService service, String request, boolean wantReply, Buffer buffer) throws Exception {
        for (var handler : others) {
            var result = handler.process(service, request, wantReply, buffer);
            if (result != Result.Unsupported) {
                return result;
            }
        }
        return Result.Unsupported;
    }

    private void otherLater(ConnectionService service, String request, boolean wantReply, Buffer buffer) {
        var result = Result.ReplyFailure;
        try {
            result = other(service, request, wantReply, buffer);
        } catch (Exception e) {
            LOG.atWarn().addKeyValue("request", request).setCause(e).log("request not served");
        }
        if (result != Result.Replied) {
            byte answer = result == Result.ReplySuccess
                    ? SshConstants.SSH_MSG_REQUEST_SUCCESS
                    : SshConstants.SSH_MSG_REQUEST_FAILURE;
            reply(service.getSession(), wantReply, answer, OptionalInt.empty());
        }
    }

    /// Sends the reason as a debug message, which `ssh -v` shows, because the reply has no field for it.
    private static void explain(Session session, String request, String why) {
        try {
            session.sendDebugMessage(true, FailureText.printable(request + " refused: " + why), "");
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("the client is gone");
        }
    }

    private static void reply(Session session, boolean wanted, byte answer, OptionalInt port) {
        if (!wanted) {
            return;
        }
        var buffer = session.createBuffer(answer, Integer.BYTES);
        port.ifPresent(buffer::putUInt);
        try {
            session.writePacket(buffer);
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("the client is gone");
        }
    }
}
