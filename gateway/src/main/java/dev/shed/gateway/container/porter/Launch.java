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
/// @param mark the gateway's
/// @param grace how long hung-up processes have
/// @param made what the container was made with
/// @param onlyUser whom the porter is started as, and then serves alone (empty text: root); empty for a porter that is
/// root and can become any user
record Launch(String mark, Duration grace, ExecDefaults made, Optional<String> onlyUser) {
    /// Root, to a porter.
    private static final String ROOT = "";

    Launch asOnly(String user) {
        return new Launch(mark, grace, made, Optional.of(user));
    }

    /// Whom the engine starts it as.
    String user() {
        return onlyUser.filter(user -> !user.isEmpty()).orElse(BareExec.ROOT);
    }

    /// Whom the container's processes run as.
    String user(UserResolver users, Container container, UserResolver.Trial trial)
            throws IOException, InterruptedException {
        if (onlyUser.isPresent()) {
            return onlyUser.get();
        }
        return users.of(container, trial).or(made::user).orElse(ROOT);
    }

    /// The whole command line.
    List<String> argv(String program, String... words) {
        // The mark comes first: that is where the next life of the gateway looks for it.
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
