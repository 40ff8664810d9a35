package dev.shed.gateway.event;

import dev.shed.gateway.agent.Status;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Something that happened to a shed or to one of its sessions. Components that do not apply are null.
///
/// @param session the session's name at that time
/// @param formerName what a renamed session was called before
/// @param client the terminal of the client that attached or detached, within the shed
/// @param reason the reason, for users
/// @param exitCode the exit code of the shed's main process
/// @param status the status of the session now
public record EventDetails(
        Kind kind,
        @Nullable String session,
        @Nullable String formerName,
        @Nullable String client,
        @Nullable String reason,
        @Nullable Integer exitCode,
        @Nullable Status status) {
    /// The kinds of events.
    public enum Kind {
        /// this gateway has begun to create it
        SHED_CREATING,
        /// it is finished
        SHED_CREATED,
        SHED_STARTED,
        /// somebody stopped it
        SHED_STOPPED,
        /// it ended by itself
        SHED_DIED,
        SHED_DELETED,
        SESSION_CREATED,
        SESSION_ATTACHED,
        SESSION_DETACHED,
        SESSION_RENAMED,
        SESSION_BELL,
        SESSION_BUSY,
        SESSION_IDLE,
        SESSION_STATUS,
        /// an agent in it asked already when the shed began to be watched: no change, so only who wants to know is told
        SESSION_ASKED,
        SESSION_CLOSED,
        /// from here to the next event of the shed nobody followed it
        GAP;

        /// As it is called in JSON: `shed-created` and so on.
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    static EventDetails shed(Kind kind) {
        return new EventDetails(kind, null, null, null, null, null, null);
    }

    /// The main process ended.
    static EventDetails ended(Kind kind, @Nullable String reason, int exitCode) {
        return new EventDetails(kind, null, null, null, reason, exitCode, null);
    }

    static EventDetails session(Kind kind, String session) {
        return new EventDetails(kind, session, null, null, null, null, null);
    }

    /// @param why the evidence
    static EventDetails session(Kind kind, String session, String why) {
        return new EventDetails(kind, session, null, null, why, null, null);
    }

    static EventDetails client(Kind kind, String session, String client) {
        return new EventDetails(kind, session, null, client, null, null, null);
    }

    static EventDetails renamed(String from, String to) {
        return new EventDetails(Kind.SESSION_RENAMED, to, from, null, null, null, null);
    }

    static EventDetails status(String session, Status status) {
        return new EventDetails(Kind.SESSION_STATUS, session, null, null, null, null, status);
    }

    static EventDetails asked(String session, Status status) {
        return new EventDetails(Kind.SESSION_ASKED, session, null, null, null, null, status);
    }

    boolean isAbout(String name) {
        return name.equals(session);
    }
}
