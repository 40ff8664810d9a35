package dev.shed.gateway.picker;

import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.name.ShedName;
import java.time.Instant;
import java.util.Optional;

/// A line of the list: a session, or a shed without sessions.
///
/// @param session the session's name, which tmux restricts little; empty for a shed without sessions
/// @param status of the session, such as `attached` or `working, detached`; otherwise of the shed, `running`,
/// `stopped` …
/// @param urgent whether somebody is needed there
/// @param active when the session last had output
record Item(
        ShedName shed,
        Optional<String> session,
        String status,
        boolean urgent,
        Optional<Instant> active,
        Instant created,
        int windows) {
    /// The item's address, safe to print.
    String address() {
        return session.map(name -> address(shed, name)).orElseGet(shed::value);
    }

    /// The address of a session, safe to print.
    static String address(ShedName shed, String session) {
        return shed + "+" + FailureText.printable(session);
    }

    boolean sameAs(Item other) {
        return shed.equals(other.shed) && session.equals(other.session);
    }
}
