package dev.shed.gateway.container.porter;

import dev.shed.gateway.container.ContainerSocket;
import dev.shed.gateway.container.SocketRefusedException;
import dev.shed.gateway.container.porter.frame.FrameDecoder;
import dev.shed.gateway.container.porter.frame.FrameReader;
import dev.shed.gateway.container.porter.frame.Frames;
import dev.shed.gateway.container.porter.frame.Hello;
import dev.shed.gateway.container.porter.frame.Link;
import dev.shed.gateway.failure.FailureText;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;

/// A socket that a porter connects with the gateway, over the data connection that it has for itself.
final class PorterSocket implements ContainerSocket {
    private final Link link;
    private final boolean dialled;

    private PorterSocket(Link link, boolean dialled) {
        this.link = link;
        this.dialled = dialled;
    }

    /// One that the porter was asked for; its first frame will be the answer.
    static PorterSocket dialled(Link link) {
        return new PorterSocket(link, true);
    }

    /// One that a listener accepted.
    static PorterSocket accepted(Link link) {
        return new PorterSocket(link, false);
    }

    @Override
    public void receive(Receiver receiver) throws IOException {
        var answer = new Answer(dialled, link.greeted(), receiver);
        if (!dialled) {
            receiver.connected();
        }
        var decoder = new FrameDecoder(answer);
        link.receive((source, offset, length) -> {
            int framed = decoder.accept(source, offset, length);
            if (framed < length) {
                receiver.data(source, offset + framed, length - framed);
            }
            return true;
        });
        if (!answer.connected) {
            throw new SocketRefusedException("the container went away");
        }
    }

    @Override
    public void send(byte[] source, int offset, int length) throws IOException {
        link.send(ByteBuffer.wrap(source, offset, length));
    }

    @Override
    public void endOutput() throws IOException {
        link.endOutput();
    }

    @Override
    public void close() {
        link.close();
    }

    private static final class Answer implements FrameDecoder.Receiver {
        private final Receiver receiver;
        private boolean greeted;
        private boolean connected;

        Answer(boolean awaited, boolean greeted, Receiver receiver) {
            this.receiver = receiver;
            this.greeted = greeted;
            this.connected = !awaited;
        }

        @Override
        public boolean expectsFrames() {
            return !connected;
        }

        @Override
        public void output(int type, byte[] source, int offset, int length) throws IOException {
            throw new ProtocolException("output before the connection");
        }

        @Override
        public void frame(int type, FrameReader payload) throws IOException {
            switch (type) {
                case Frames.HELLO -> greeted(payload);
                case Frames.CONNECTED -> connected(payload);
                case Frames.FAILED -> throw refusal(payload);
                default -> throw new ProtocolException("a frame of the type " + type);
            }
        }

        private void greeted(FrameReader payload) throws ProtocolException {
            if (greeted || Hello.of(payload).kind() != Hello.DATA) {
                throw new ProtocolException("a greeting that has no place there");
            }
            greeted = true;
        }

        private void connected(FrameReader payload) throws IOException {
            payload.string();
            payload.u32();
            payload.end();
            connected = true;
            receiver.connected();
        }
    }

    /// Why a porter could not do what it was asked for.
    static SocketRefusedException refusal(FrameReader failed) throws ProtocolException {
        failed.u32();
        failed.u8();
        var text = failed.text();
        failed.end();
        return new SocketRefusedException(FailureText.printable(text));
    }
}
