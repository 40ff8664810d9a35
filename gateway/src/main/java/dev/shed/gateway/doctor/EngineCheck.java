package dev.shed.gateway.doctor;

import dev.shed.gateway.container.EngineProbe;
import dev.shed.gateway.failure.ShedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// The container engine: its socket, whether it answers, and its API.
///
/// @param allowed whether this user may write to a socket
public record EngineCheck(Path socket, Predicate<Path> allowed, EngineProbe probe) implements Check {
    /// The oldest version of the API that shed was tested with: that of Docker Engine 20.10.
    private static final String OLDEST = "1.41";

    private static final Pattern VERSION = Pattern.compile("1\\.([0-9]{1,4})");

    @Override
    public String about() {
        return "engine";
    }

    @Override
    public List<Finding> examine() {
        return List.of(Files.exists(socket) ? atSocket() : missing());
    }

    private Finding missing() {
        return Finding.error(
                "there is no socket " + socket + "; the engine is not running, or engine.host names another one",
                probe.cures().absent());
    }

    private Finding atSocket() {
        if (!allowed.test(socket)) {
            return Finding.error(
                    "this user has no permission to use " + socket,
                    probe.cures().forbidden(socket, System.getProperty("user.name")));
        }
        try {
            var engine = probe.engine();
            return isOld(engine.api()) ? old(engine) : Finding.ok(said(engine) + " answers at " + socket);
        } catch (ShedException e) {
            return Finding.error(e.failure().message(), probe.cures().failing());
        }
    }

    private Finding old(EngineProbe.Engine engine) {
        return Finding.error(
                said(engine) + " is too old; shed needs API " + OLDEST,
                probe.cures().old());
    }

    private static String said(EngineProbe.Engine engine) {
        return engine.name() + " (API " + engine.api() + ")";
    }

    private static boolean isOld(String api) {
        var version = VERSION.matcher(api);
        var oldest = VERSION.matcher(OLDEST);
        // An unknown form is that of another engine; requests will show what it understands.
        return version.matches()
                && oldest.matches()
                && Integer.parseInt(version.group(1)) < Integer.parseInt(oldest.group(1));
    }
}
