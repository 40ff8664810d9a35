package dev.shed.gateway.container.porter;

import dev.shed.gateway.container.SocketRefusedException;
import dev.shed.gateway.container.porter.frame.FrameDecoder;
import dev.shed.gateway.container.porter.frame.FrameReader;
import dev.shed.gateway.container.porter.frame.Frames;
import dev.shed.gateway.failure.FailureText;
import java.io.IOException;
import java.net.ProtocolException;

/// What a porter answers when it was asked for a connection (docs/porter-protocol.md, section 6).
final class DialAnswer implements FrameDecoder.Receiver {
    private final Then then;
    private boolean connected;

    /// What is done when it is connected.
    interface Then {
        void connected() throws IOException;
    }

    DialAnswer(Then then) {
        this.then = then;
    }

    boolean isConnected() {
        return connected;
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
            case Frames.CONNECTED -> connected(payload);
            case Frames.FAILED -> throw refusal(payload);
            default -> throw new ProtocolException("a frame of the type " + type);
        }
    }

    private void connected(FrameReader payload) throws IOException {
        payload.string();
        payload.u32();
        payload.end();
        connected = true;
        then.connected();
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
