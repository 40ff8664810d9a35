package dev.shed.cli.forward;

/// A forward that is open.
///
/// @param local the port on this machine
/// @param listener its destination
record Forward(int local, Listener listener) {
    /// The argument of ssh's `-L`.
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
