package dev.shed.gateway.container.porter;

import dev.shed.gateway.container.ContainerSocket;
import dev.shed.gateway.container.SocketRefusedException;
import dev.shed.gateway.container.porter.frame.FrameDecoder;
import dev.shed.gateway.container.porter.frame.Link;
import java.io.IOException;
import java.nio.ByteBuffer;

/// A socket in a container whose bytes a porter copies over a data connection. The connection carries
/// nothing else.
final class PorterSocket implements ContainerSocket {
    private final Link link;
    private final boolean dialled;

    private PorterSocket(Link link, boolean dialled) {
        this.link = link;
        this.dialled = dialled;
    }

    /// A socket that the porter was asked to connect. The first frame will be the answer.
    static PorterSocket dialled(Link link) {
        return new PorterSocket(link, true);
    }

    /// A socket that a listener accepted.
    static PorterSocket accepted(Link link) {
        return new PorterSocket(link, false);
    }

    @Override
    public void receive(Receiver receiver) throws IOException {
        if (dialled) {
            receiveAnswered(receiver);
        } else {
            receiver.connected();
            link.receive((source, offset, length) -> {
                receiver.data(source, offset, length);
                receiver.pause();
                return true;
            });
        }
    }

    private void receiveAnswered(Receiver receiver) throws IOException {
        var answer = new DialAnswer(receiver::connected);
        var decoder = new FrameDecoder(answer);
        link.receive((source, offset, length) -> {
            int framed = decoder.accept(source, offset, length);
            if (framed < length) {
                receiver.data(source, offset + framed, length - framed);
                receiver.pause();
            }
            return true;
        });
        if (!answer.isConnected()) {
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
}
