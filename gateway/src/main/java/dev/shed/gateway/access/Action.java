package dev.shed.gateway.access;

import dev.shed.gateway.access.Grant.Role;

/// What somebody may want to do. What is not listed here cannot be allowed.
public enum Action {
    SEE(Role.VIEWER, "see"),
    WATCH(Role.VIEWER, "watch a session of"),
    ANSWER(Role.RESPONDER, "answer questions of"),
    ATTACH(Role.USER, "attach to"),
    TYPE(Role.USER, "type into sessions of"),
    RUN(Role.USER, "run commands in"),
    FORWARD(Role.USER, "forward connections to"),
    KILL_SESSION(Role.USER, "end sessions of"),
    RENAME_SESSION(Role.USER, "rename sessions of"),
    START(Role.USER, "start"),
    STOP(Role.USER, "stop"),
    READ_RECORDINGS(Role.ADMIN, "read the recordings of"),
    CREATE(Role.ADMIN, "create"),
    DELETE(Role.ADMIN, "delete"),
    MONITOR(Role.ADMIN, "see the status of the gateway");

    private final Role least;
    private final String words;

    Action(Role least, String words) {
        this.least = least;
        this.words = words;
    }

    /// The least role that may do it.
    public Role least() {
        return least;
    }

    /// The action as a verb phrase that a shed's name completes.
    public String words() {
        return words;
    }

    /// What somebody may not do who may not do it to any shed.
    public String inGeneral() {
        return this == MONITOR ? words : words + " sheds";
    }
}
