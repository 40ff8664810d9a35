package dev.shed.gateway.startup;

import java.net.InetAddress;
import java.time.Duration;

/// A connection that has not logged in.
public interface PendingLogin {
    /// The address of the client.
    InetAddress source();

    /// How long nothing has been received from it.
    Duration silence();

    /// How long the connection has existed.
    Duration age();

    /// Whether anything has been received from it.
    boolean hasSpoken();

    /// Whether it has offered an acceptable key. Only the signature is missing, for which its user may have
    /// to type a passphrase or touch a token.
    boolean awaitsSignature();

    /// Disconnects it. Returns at once.
    void end(String reason);
}
