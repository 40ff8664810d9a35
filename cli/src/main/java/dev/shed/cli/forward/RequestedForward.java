package dev.shed.cli.forward;

import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.text.Printable;
import java.util.Optional;
import java.util.regex.Pattern;

/// A port of the shed to forward: `8080`, or `LOCAL:8080`.
///
/// @param local the local port; empty for any free one
/// @param remote the port in the shed
public record RequestedForward(Optional<Integer> local, int remote) {
    private static final Pattern FORM = Pattern.compile("(?:(?<local>[0-9]{1,5}):)?(?<remote>[0-9]{1,5})");

    public static RequestedForward parse(String text) {
        var form = FORM.matcher(text);
        if (!form.matches()) {
            throw CliFailure.usage(
                    "'" + Printable.of(text) + "' is neither PORT nor LOCAL:PORT",
                    "shed forward myproj 8080",
                    "shed forward myproj 3000:8080");
        }
        return new RequestedForward(
                Optional.ofNullable(form.group("local")).map(RequestedForward::port), port(form.group("remote")));
    }

    /// The argument of `shed forward`.
    public String argument() {
        return local.map(port -> port + ":").orElse("") + remote;
    }

    /// The argument of ssh's `-L`, without checking that the local port is free.
    public String words() {
        return LocalPorts.ADDRESS + ":" + local.orElseGet(() -> LocalPorts.wanted(remote)) + ":localhost:" + remote;
    }

    private static int port(String digits) {
        int port = Integer.parseInt(digits);
        if (!Listener.isPort(port)) {
            throw CliFailure.usage("a port is a number from 1 to " + Listener.LAST_PORT + ", not " + port);
        }
        return port;
    }
}
