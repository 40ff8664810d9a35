package dev.shed.gateway.notify;

import dev.shed.gateway.agent.Agent;
import dev.shed.gateway.agent.Status;
import dev.shed.gateway.agent.Status.State;
import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.name.ShedName;

/// What somebody is told: the status of one session.
///
/// @param session one printable line of at most 64 characters
record Notification(ShedName shed, String session, Status status) {
    /// The longest name that the gateway gives to a session. Other names come from the container.
    private static final int MAX_NAME = 64;

    Notification {
        session = shown(session);
    }

    private static String shown(String name) {
        int length = name.codePointCount(0, name.length());
        return FailureText.printable(name.substring(0, name.offsetByCodePoints(0, Math.min(MAX_NAME, length))));
    }

    /// Whether it is about the session of that name in the shed.
    boolean isAbout(String name) {
        return shown(name).equals(session);
    }

    /// The address of the session, as in `myproj+claude`.
    String address() {
        return shed + "+" + session;
    }

    /// Whether a login can name the session.
    boolean isAddressable() {
        return session.matches("[a-zA-Z0-9][a-zA-Z0-9_-]*");
    }

    /// One printable line, as `myproj+claude needs approval`.
    String title() {
        return address() + " " + words();
    }

    /// One printable line: what is asked, or why it failed, and by which agent.
    String text() {
        var who = status.agent().map(Agent::word).orElse("session");
        return who + ": " + status.message().orElseGet(this::words);
    }

    /// How urgent it is, from 1 to 5 as in ntfy.
    int priority() {
        return state() == State.DONE ? 3 : 4;
    }

    /// The name of a symbol, as in ntfy.
    String tag() {
        return switch (state()) {
            case NEEDS_APPROVAL -> "warning";
            case NEEDS_INPUT -> "question";
            case FAILED -> "x";
            case DONE -> "white_check_mark";
            case WORKING, UNKNOWN, IDLE -> "information_source";
        };
    }

    /// The status as one word.
    String word() {
        return state().word();
    }

    State state() {
        return status.state();
    }

    private String words() {
        return state() == State.DONE ? "is done" : word().replace('-', ' ');
    }
}
