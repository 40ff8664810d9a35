package dev.shed.cli.call;

/// The version of this client.
public final class Version {
    public static final String OWN = "0.1.0";

    private Version() {}
}
