package dev.shed.gateway.startup;

import java.net.InetAddress;
import java.time.Duration;

/// A connection that has not logged in.
public interface PendingLogin {
    /// Who is at the other end.
    InetAddress source();

    /// For how long nothing has come from it.
    Duration silence();

    /// For how long it has been there.
    Duration age();

    /// Whether anything has come from it at all.
    boolean hasSpoken();

    /// Whether it has asked about a key that gets in: only the signature is missing, for which a person may have to
    /// type a passphrase or touch a token.
    boolean awaitsSignature();

    /// Ends it; returns at once.
    void end(String reason);
}
