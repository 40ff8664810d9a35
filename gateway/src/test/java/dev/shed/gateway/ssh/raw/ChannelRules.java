package dev.shed.gateway.ssh.raw;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What RFC 4254 lets a server send, and when; and where sshd promises more, that. It sees all messages of a
/// connection, in both directions, and keeps what was wrong.
public final class ChannelRules {
    // All guarded by this.
    private final List<String> violations = new ArrayList<>();
    private final Map<Long, Channel> byClient = new HashMap<>();
    private final Map<Long, Channel> byGateway = new HashMap<>();
    private int globalRequests;

    /// One channel, as both ends have told of it so far.
    private static final class Channel {
        private boolean confirmed;
        private boolean refused;
        private boolean eof;
        private boolean closed;
        private boolean clientClosed;
        private int requests;
        private long window;
        private long packet;
    }

    /// Everything that the gateway should not have sent.
    public synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    private void wrong(Message message, String why) {
        violations.add(message + ": " + why);
    }

    synchronized void sending(Message message) {
        var body = message.peek();
        switch (message.name()) {
            case "OPEN" -> {
                body.getString();
                var channel = new Channel();
                byClient.put(body.getUInt(), channel);
                channel.window = body.getUInt();
                channel.packet = body.getUInt();
            }
            case "OPEN_CONFIRMATION" -> {
                var channel = byGateway.get(message.channel());
                channel.confirmed = true;
                byClient.put(body.getUInt(), channel);
                channel.window = body.getUInt();
                channel.packet = body.getUInt();
            }
            case "OPEN_FAILURE" -> byGateway.get(message.channel()).refused = true;
            case "REQUEST" -> {
                body.getString();
                if (body.getBoolean() && byGateway.containsKey(message.channel())) {
                    byGateway.get(message.channel()).requests++;
                }
            }
            case "WINDOW_ADJUST" -> byGateway.get(message.channel()).window += body.getUInt();
            case "CLOSE" -> {
                if (byGateway.containsKey(message.channel())) {
                    byGateway.get(message.channel()).clientClosed = true;
                }
            }
            case "GLOBAL_REQUEST" -> {
                body.getString();
                globalRequests += body.getBoolean() ? 1 : 0;
            }
            default -> {}
        }
    }

    synchronized void received(Message message) {
        switch (message.name()) {
            case "GLOBAL_REQUEST" -> {}
            case "REQUEST_SUCCESS", "REQUEST_FAILURE" -> {
                globalRequests--;
                if (globalRequests < 0) {
                    wrong(message, "an answer that nobody asked for");
                }
            }
            case "OPEN" -> {
                var body = message.peek();
                body.getString();
                byGateway.put(body.getUInt(), new Channel());
            }
            default -> received(message, byClient.get(message.channel()));
        }
    }

    private void received(Message message, Channel channel) {
        if (channel == null) {
            wrong(message, "a channel that never was");
        } else if (channel.refused || channel.closed) {
            wrong(message, "after the channel's end");
        } else if (!channel.confirmed) {
            answered(message, channel);
        } else {
            flowing(message, channel);
        }
    }

    private void answered(Message message, Channel channel) {
        switch (message.name()) {
            case "OPEN_CONFIRMATION" -> {
                channel.confirmed = true;
                byGateway.put(message.peek().getUInt(), channel);
            }
            case "OPEN_FAILURE" -> channel.refused = true;
            default -> wrong(message, "before the channel is open");
        }
    }

    private void flowing(Message message, Channel channel) {
        switch (message.name()) {
            case "DATA", "EXTENDED_DATA" -> data(message, channel);
            case "EOF" -> {
                if (channel.eof) {
                    wrong(message, "a second one");
                }
                channel.eof = true;
            }
            case "CLOSE" -> {
                if (!channel.eof && !channel.clientClosed) {
                    wrong(message, "without an EOF");
                }
                channel.closed = true;
            }
            case "SUCCESS", "FAILURE" -> {
                channel.requests--;
                if (channel.requests < 0) {
                    wrong(message, "an answer that nobody asked for");
                }
            }
            case "OPEN_CONFIRMATION", "OPEN_FAILURE" -> wrong(message, "a second answer");
            default -> {}
        }
    }

    private void data(Message message, Channel channel) {
        var body = message.peek();
        if (message.name().equals("EXTENDED_DATA")) {
            body.getUInt();
        }
        long length = body.getUInt();
        channel.window -= length;
        if (channel.eof) {
            wrong(message, "after the EOF");
        }
        if (length == 0) {
            wrong(message, "nothing in it");
        }
        if (channel.window < 0) {
            wrong(message, "beyond the window");
        }
        if (length > channel.packet) {
            wrong(message, "more than a packet may have");
        }
    }
}
