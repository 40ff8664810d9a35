package dev.shed.gateway.picker;

import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.name.ShedName;
import java.time.Instant;
import java.util.Optional;

/// A line to choose: a session, or a shed that has none.
///
/// @param session the session's name, whatever tmux allows; empty for a shed without sessions
/// @param status of the session, as `attached` or `detached, working`; else of the shed, `running`, `stopped` …
/// @param active when the session had output last
record Item(
        ShedName shed,
        Optional<String> session,
        String status,
        Optional<Instant> active,
        Instant created,
        int windows) {
    /// As it is addressed, safe to show.
    String address() {
        return session.map(name -> address(shed, name)).orElseGet(shed::value);
    }

    /// How a session is addressed, safe to show.
    static String address(ShedName shed, String session) {
        return shed + "+" + FailureText.printable(session);
    }

    boolean sameAs(Item other) {
        return shed.equals(other.shed) && session.equals(other.session);
    }
}
