package dev.shed.cli.forward;

/// A forward that is set up.
///
/// @param local the port here
/// @param listener who is behind it
record Forward(int local, Listener listener) {
    /// As `-L` wants it.
    String words() {
        return LocalPorts.ADDRESS + ":" + local + ":" + listener.destination();
    }

    String url() {
        return "http://" + LocalPorts.ADDRESS + ":" + local;
    }

    int port() {
        return listener.port();
    }
}
