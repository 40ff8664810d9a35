package dev.shed.gateway.container.porter;

import dev.shed.gateway.container.docker.LiveShed;
import dev.shed.gateway.name.ShedName;
import java.nio.file.Path;
import java.time.Duration;

/// A gateway that starts two processes and is there to be killed.
final class DoomedGateway {
    private DoomedGateway() {}

    public static void main(String[] arguments) throws Exception {
        var access = PorterSheds.access("porter-it", Path.of(arguments[0]));
        var container = access.engine().find(ShedName.parse(arguments[1])).orElseThrow();
        var shed = new LiveShed(access, container);
        access.runtime().start(shed.argv("sleep", arguments[2]));
        access.runtime().start(shed.terminal("xterm", "sleep " + arguments[2]));
        Thread.sleep(Duration.ofMinutes(5));
    }
}
