package dev.shed.gateway.ssh.raw;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.WireGateway;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.sshd.client.ClientFactoryManager;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.client.session.ClientSessionImpl;
import org.apache.sshd.client.session.SessionFactory;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/// A client that sends exactly what a test tells it, and keeps every message of the connection protocol (RFC
/// 4254) as it came. MINA's client is below it for the transport alone. [ChannelRules] looks at all that goes
/// either way.
public final class RawClient implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /// As OpenSSH's client announces them.
    private static final int WINDOW = 2 * 1024 * 1024;

    private static final int PACKET = 32 * 1024;

    private final SshClient client = SshClient.setUpDefaultClient();
    private final ClientSession session;
    private final ChannelRules rules = new ChannelRules();
    private final AtomicLong nextChannel = new AtomicLong(100);
    private final BlockingQueue<Message> global = new LinkedBlockingQueue<>();
    private final List<String> debugMessages = new CopyOnWriteArrayList<>();
    private final Map<Long, BlockingQueue<Message>> channels = new ConcurrentHashMap<>();

    /// What tests send in a message: numbers are `uint32`.
    private static void put(Buffer buffer, Object field) {
        switch (field) {
            case Integer number -> buffer.putUInt(number);
            case Long number -> buffer.putUInt(number);
            case String text -> buffer.putString(text);
            case Boolean flag -> buffer.putBoolean(flag);
            case byte[] bytes -> buffer.putBytes(bytes);
            default -> throw new IllegalArgumentException("no field: " + field);
        }
    }

    private RawClient(WireGateway gateway, String userName, KeyPair key) throws IOException {
        client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
        client.setSessionFactory(new SessionFactory(client) {
            @Override
            protected ClientSessionImpl doCreateSession(IoSession socket) throws Exception {
                return new RawSession(getClient(), socket);
            }
        });
        client.start();
        session = client.connect(userName, "127.0.0.1", gateway.port())
                .verify(PATIENCE)
                .getSession();
        session.addPublicKeyIdentity(key);
        session.auth().verify(PATIENCE);
    }

    public static RawClient login(WireGateway gateway, String userName) throws IOException {
        return login(gateway, userName, gateway.key());
    }

    /// A login with another key than the gateway's usual one.
    public static RawClient login(WireGateway gateway, String userName, KeyPair key) throws IOException {
        return new RawClient(gateway, userName, key);
    }

    /// Asks for a channel.
    ///
    /// @return its number at this end, which the gateway's messages carry
    public long open(String type, Object... details) throws IOException {
        return open(type, WINDOW, PACKET, details);
    }

    public long open(String type, int window, int packet, Object... details) throws IOException {
        long number = nextChannel.getAndIncrement();
        var buffer = buffer(SshConstants.SSH_MSG_CHANNEL_OPEN, type, number, window, packet);
        for (var detail : details) {
            put(buffer, detail);
        }
        write(buffer);
        return number;
    }

    /// Asks for a `session` channel and waits until it is there.
    ///
    /// @return the gateway's number of it
    public long openSession() throws IOException, InterruptedException {
        return confirmed(open("session"));
    }

    /// Waits for the confirmation of a channel.
    ///
    /// @return the gateway's number of it
    public long confirmed(long number) throws InterruptedException {
        return next(number).require("OPEN_CONFIRMATION").body().getUInt();
    }

    /// Sends any message.
    public void send(int type, Object... fields) throws IOException {
        write(buffer((byte) type, fields));
    }

    private Buffer buffer(byte type, Object... fields) {
        var buffer = session.createBuffer(type, 256);
        for (var field : fields) {
            put(buffer, field);
        }
        return buffer;
    }

    private void write(Buffer buffer) throws IOException {
        rules.sending(Message.sent(buffer));
        session.writePacket(buffer);
    }

    /// The next message about a channel of this number at this end.
    public Message next(long number) throws InterruptedException {
        return next(queue(number), "channel " + number);
    }

    /// The next message that is about no channel, or that opens one.
    public Message nextGlobal() throws InterruptedException {
        return next(global, "the connection");
    }

    private Message next(BlockingQueue<Message> queue, String what) throws InterruptedException {
        var message = queue.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("nothing about " + what + "; open: " + session.isOpen());
        }
        return message;
    }

    /// Reads on until a message of this name comes.
    public Message until(long number, String name) throws InterruptedException {
        var message = next(number);
        while (!message.name().equals(name)) {
            message = next(number);
        }
        return message;
    }

    /// Whether the connection lives: it is asked something and answers.
    public boolean lives() throws IOException, InterruptedException {
        send(SshConstants.SSH_MSG_GLOBAL_REQUEST, "keepalive@openssh.com", true);
        return nextGlobal().name().startsWith("REQUEST_");
    }

    /// Whether more has come about a channel than was looked at.
    public boolean hasMore(long number) {
        return !queue(number).isEmpty();
    }

    private BlockingQueue<Message> queue(long number) {
        return channels.computeIfAbsent(number, _ -> new LinkedBlockingQueue<>());
    }

    /// What the gateway has told in SSH_MSG_DEBUG.
    public List<String> debugMessages() {
        return List.copyOf(debugMessages);
    }

    /// Fails unless the connection lives and all that came on it was in order.
    public void assertInOrder() throws IOException, InterruptedException {
        assertThat(lives()).isTrue();
        assertThat(rules.violations()).isEmpty();
    }

    @Override
    public void close() {
        client.stop();
    }

    private final class RawSession extends ClientSessionImpl {
        RawSession(ClientFactoryManager manager, IoSession socket) throws Exception {
            super(manager, socket);
        }

        @Override
        protected void doHandleMessage(Buffer buffer) throws Exception {
            int type = buffer.rawByte(buffer.rpos()) & 0xff;
            if (type == SshConstants.SSH_MSG_DEBUG) {
                var message = new ByteArrayBuffer(buffer.getCompactData());
                message.getUByte();
                message.getBoolean();
                debugMessages.add(message.getString());
            } else if (type < SshConstants.SSH_MSG_GLOBAL_REQUEST) {
                super.doHandleMessage(buffer);
            } else {
                keep(Message.received(new ByteArrayBuffer(buffer.getCompactData())));
            }
        }

        private void keep(Message message) {
            rules.received(message);
            if (!isAnswered(message)) {
                (message.channel() < 0 ? global : queue(message.channel())).add(message);
            }
        }

        /// What the gateway asks by itself.
        private boolean isAnswered(Message message) {
            if (!message.name().equals("GLOBAL_REQUEST")) {
                return false;
            }
            message.body().getString();
            if (message.body().getBoolean()) {
                try {
                    send(SshConstants.SSH_MSG_REQUEST_FAILURE);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            return true;
        }
    }
}
