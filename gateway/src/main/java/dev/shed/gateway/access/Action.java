package dev.shed.gateway.access;

import dev.shed.gateway.access.Grant.Role;

/// The actions that need a permission. An action that is not listed cannot be permitted.
public enum Action {
    SEE(Role.VIEWER, "see"),
    WATCH(Role.VIEWER, "watch a session of"),
    ANSWER(Role.RESPONDER, "answer questions of"),
    ATTACH(Role.USER, "attach to"),
    TYPE(Role.USER, "type into sessions of"),
    RUN(Role.USER, "run commands in"),
    SHELL(Role.USER, "start a shell in"),
    TRANSFER(Role.USER, "transfer files to or from"),
    RESUME(Role.USER, "resume agents in"),
    FORWARD(Role.USER, "forward connections to"),
    KILL_SESSION(Role.USER, "end sessions of"),
    RENAME_SESSION(Role.USER, "rename sessions of"),
    START(Role.USER, "start"),
    STOP(Role.USER, "stop"),
    RESTART(Role.USER, "restart"),
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

    /// The lowest role that permits the action.
    public Role least() {
        return least;
    }

    /// The action as a verb phrase to be followed by a shed's name.
    public String words() {
        return words;
    }

    /// The action as a verb phrase that is not about a certain shed.
    public String inGeneral() {
        return this == MONITOR ? words : words + " sheds";
    }
}
