package dev.shed.cli.forward;

import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.text.Printable;
import java.util.Optional;
import java.util.regex.Pattern;

/// A port of the shed that a person wants here: `8080`, or `LOCAL:8080`.
///
/// @param local where it must be here; wherever there is room, when empty
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

    /// As `-L` wants it, without looking whether there is room.
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
