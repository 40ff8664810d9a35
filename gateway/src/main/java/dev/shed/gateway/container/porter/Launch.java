package dev.shed.gateway.container.porter;

import dev.shed.gateway.container.BareExec;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ExecDefaults;
import dev.shed.gateway.container.UserResolver;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// How the porter of one container is started (docs/porter-protocol.md, section 1).
///
/// @param mark the gateway's mark
/// @param grace the time from SIGHUP to SIGKILL
/// @param made the container's settings for processes
/// @param onlyUser the user that the porter is started as (empty text: root), and whose processes alone it
/// can start; empty if the porter is root and can change to any user
record Launch(String mark, Duration grace, ExecDefaults made, Optional<String> onlyUser) {
    /// The name for root in requests to a porter.
    private static final String ROOT = "";

    Launch asOnly(String user) {
        return new Launch(mark, grace, made, Optional.of(user));
    }

    /// The user for the engine's exec.
    String user() {
        return onlyUser.filter(user -> !user.isEmpty()).orElse(BareExec.ROOT);
    }

    /// The user that the container's processes run as.
    String user(UserResolver users, Container container, UserResolver.Trial trial)
            throws IOException, InterruptedException {
        if (onlyUser.isPresent()) {
            return onlyUser.get();
        }
        return users.of(container, trial).or(made::user).orElse(ROOT);
    }

    /// The complete command line.
    List<String> argv(String program, String... words) {
        // The mark comes first, where a restarted gateway looks for it.
        var all = new ArrayList<>(List.of(program, "--mark", mark));
        all.addAll(List.of(words));
        all.addAll(List.of("--sockets", Container.SOCKETS, "--grace", Long.toString(grace.toMillis())));
        made.home().filter(home -> !home.isEmpty()).ifPresent(home -> all.addAll(List.of("--home", home)));
        if (!made.groups().isEmpty()) {
            all.addAll(List.of("--groups", String.join(",", made.groups())));
        }
        onlyUser.ifPresent(_ -> all.add("--as-is"));
        return all;
    }
}
