package dev.shed.gateway.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// An event in the audit log. docs/spec.md, section "Audit log", specifies the field names.
public sealed interface AuditEvent {
    /// The connection of an event.
    ///
    /// @param conn the connection's id, such as `conn-7`
    /// @param peer address and port of the client
    record Origin(String conn, String peer) {
        /// The origin of events that concern the log itself.
        static final Origin NONE = new Origin("", "");
    }

    /// The identity of a client.
    ///
    /// @param identity the key's comment
    /// @param fingerprint the key's SHA-256 fingerprint
    record Actor(String identity, String fingerprint) {}

    /// The request of a channel.
    ///
    /// @param channel the channel's id, such as `conn-7/ch-0`
    /// @param login the SSH user name
    /// @param shed the shed in the login name; empty for the lobby and for an invalid login name
    /// @param session the session in the login name, or empty
    /// @param kind `shell`, `exec` or `subsystem`
    /// @param verb the subsystem, or the lobby's verb with its arguments; empty for a command in a container
    record Subject(String channel, String login, String shed, String session, String kind, String verb) {}

    Origin origin();

    /// The event's own fields in the order of the log line, after `event`, `conn` and `peer`.
    Map<String, Object> fields();

    /// The name of the event, such as `channel-ended`.
    String name();

    /// Written first by each gateway. Connections and channels that began before it and have no end ended
    /// with the previous gateway.
    record GatewayStarted(String version) implements AuditEvent {
        @Override
        public Origin origin() {
            return Origin.NONE;
        }

        @Override
        public String name() {
            return "gateway-started";
        }

        @Override
        public Map<String, Object> fields() {
            return Map.of("version", version);
        }
    }

    /// Written last by a gateway that was stopped. A gateway that was killed writes none.
    ///
    /// @param open how many connections, channels and forwards had not ended in time
    record GatewayStopped(long open) implements AuditEvent {
        @Override
        public Origin origin() {
            return Origin.NONE;
        }

        @Override
        public String name() {
            return "gateway-stopped";
        }

        @Override
        public Map<String, Object> fields() {
            return Map.of("open", open);
        }
    }

    record ConnectionOpened(Origin origin) implements AuditEvent {
        @Override
        public String name() {
            return "connection-opened";
        }

        @Override
        public Map<String, Object> fields() {
            return Map.of();
        }
    }

    /// Written instead of all other events for a connection that was rejected before the login.
    ///
    /// @param reason begins with `dropped: `
    record ConnectionDropped(Origin origin, String reason) implements AuditEvent {
        @Override
        public String name() {
            return "connection-dropped";
        }

        @Override
        public Map<String, Object> fields() {
            return Map.of("outcome", reason);
        }
    }

    /// The certificate of a login.
    ///
    /// @param keyId the key id in the certificate
    /// @param serial its serial number
    /// @param authority the fingerprint of the authority's key
    record Certificate(String keyId, String serial, String authority) {}

    record AuthAccepted(Origin origin, String login, Actor actor, Optional<Certificate> certificate)
            implements AuditEvent {
        /// A login with a plain key.
        public AuthAccepted(Origin origin, String login, Actor actor) {
            this(origin, login, actor, Optional.empty());
        }

        @Override
        public String name() {
            return "auth-accepted";
        }

        @Override
        public Map<String, Object> fields() {
            var fields = AuditFields.actor(actor);
            fields.put("login", login);
            certificate.ifPresent(signed -> {
                fields.put("key_id", signed.keyId());
                fields.put("serial", signed.serial());
                fields.put("authority", signed.authority());
            });
            return fields;
        }
    }

    /// Written when the gateway ends a connection because its key would no longer be accepted with the same
    /// rights.
    record AuthEnded(Origin origin, Actor actor, String reason) implements AuditEvent {
        @Override
        public String name() {
            return "auth-ended";
        }

        @Override
        public Map<String, Object> fields() {
            var fields = AuditFields.actor(actor);
            fields.put("outcome", reason);
            return fields;
        }
    }

    /// Written once for each connection that ends without a login.
    ///
    /// @param fingerprint of the last key that was offered
    record AuthRefused(Origin origin, String login, String fingerprint, String reason) implements AuditEvent {
        @Override
        public String name() {
            return "auth-refused";
        }

        @Override
        public Map<String, Object> fields() {
            var fields = new LinkedHashMap<String, Object>();
            fields.put("login", login);
            fields.put("fingerprint", fingerprint);
            fields.put("outcome", reason);
            return fields;
        }
    }

    record ChannelStarted(Origin origin, Actor actor, Subject subject) implements AuditEvent {
        @Override
        public String name() {
            return "channel-started";
        }

        @Override
        public Map<String, Object> fields() {
            return AuditFields.subject(actor, subject);
        }
    }

    /// Written exactly once for each started channel, however it ended.
    record ChannelEnded(Origin origin, Actor actor, Subject subject, Ending ending) implements AuditEvent {
        @Override
        public String name() {
            return "channel-ended";
        }

        @Override
        public Map<String, Object> fields() {
            var fields = AuditFields.subject(actor, subject);
            fields.put("outcome", ending.outcome);
            fields.put("exit", ending.exit);
            fields.put("duration_ms", ending.duration.toMillis());
            fields.put("bytes_in", ending.bytesIn);
            fields.put("bytes_out", ending.bytesOut);
            return fields;
        }
    }

    /// How a channel ended.
    ///
    /// @param outcome `exit`, `signal`, `peer-gone` or the code of the failure
    /// @param exit the exit status that was sent; -1 if the client had disconnected
    record Ending(String outcome, int exit, Duration duration, long bytesIn, long bytesOut) {}

    /// A forward.
    ///
    /// @param channel the forward's id, such as `conn-7/ch-3`
    /// @param login the SSH user name
    /// @param shed the shed in the login name; empty for the lobby and for an invalid login name
    /// @param kind the channel's type or the request's name, without `@openssh.com`
    /// @param target the destination; for a listener its address; for an accepted connection its origin
    record Forward(String channel, String login, String shed, String kind, String target) {}

    record ForwardOpened(Origin origin, Actor actor, Forward forward) implements AuditEvent {
        @Override
        public String name() {
            return "forward-opened";
        }

        @Override
        public Map<String, Object> fields() {
            return AuditFields.forward(actor, forward);
        }
    }

    /// A forward that was refused.
    ///
    /// @param reason why, as text
    record ForwardRefused(Origin origin, Actor actor, Forward forward, String reason) implements AuditEvent {
        @Override
        public String name() {
            return "forward-refused";
        }

        @Override
        public Map<String, Object> fields() {
            var fields = AuditFields.forward(actor, forward);
            fields.put("outcome", reason);
            return fields;
        }
    }

    /// Written exactly once for each forward that was opened.
    record ForwardClosed(Origin origin, Actor actor, Forward forward, Duration duration, long bytesIn, long bytesOut)
            implements AuditEvent {
        @Override
        public String name() {
            return "forward-closed";
        }

        @Override
        public Map<String, Object> fields() {
            var fields = AuditFields.forward(actor, forward);
            fields.put("duration_ms", duration.toMillis());
            fields.put("bytes_in", bytesIn);
            fields.put("bytes_out", bytesOut);
            return fields;
        }
    }

    /// An action in the session picker, or an answer to an agent.
    ///
    /// @param login the SSH user name
    /// @param session as it was listed or typed
    /// @param kind `attach`, `kill`, `rename`, `create`, `start` or `stop`
    /// @param name the new name of a rename; otherwise empty
    record Deed(String login, String shed, String session, String kind, String name) {}

    /// Written when an action has succeeded or failed. For `attach` it is written twice: when it begins and
    /// when it ends.
    ///
    /// @param outcome `begun`, `done`, `peer-gone` or the code of the failure
    record PickerDeed(Origin origin, Actor actor, Deed deed, String outcome) implements AuditEvent {
        @Override
        public String name() {
            return "picker-deed";
        }

        @Override
        public Map<String, Object> fields() {
            var fields = AuditFields.deed(actor, deed);
            fields.put("name", deed.name());
            fields.put("outcome", outcome);
            return fields;
        }
    }

    /// Written when an answer to a question of an agent was given, or could not be.
    ///
    /// @param answer its `kind` is `approve`, `deny` or `answer`, its `name` the question's id
    /// @param question what was asked; one printable line
    /// @param outcome `done` or the code of the failure
    record QuestionAnswered(Origin origin, Actor actor, Deed answer, String question, String outcome)
            implements AuditEvent {
        @Override
        public String name() {
            return "question-answered";
        }

        @Override
        public Map<String, Object> fields() {
            var fields = AuditFields.deed(actor, answer);
            fields.put("id", answer.name());
            fields.put("question", question);
            fields.put("outcome", outcome);
            return fields;
        }
    }

    /// Written when the gateway has resumed an agent after a start of its shed, or could not.
    ///
    /// @param session the agent's session
    /// @param conversation what the agent calls its conversation
    /// @param outcome `done` or the code of the failure
    record SessionResumed(String shed, String session, String agent, String conversation, String outcome)
            implements AuditEvent {
        @Override
        public Origin origin() {
            return Origin.NONE;
        }

        @Override
        public String name() {
            return "session-resumed";
        }

        @Override
        public Map<String, Object> fields() {
            return AuditFields.resumed(this);
        }
    }

    record ConnectionClosed(Origin origin, Duration duration) implements AuditEvent {
        @Override
        public String name() {
            return "connection-closed";
        }

        @Override
        public Map<String, Object> fields() {
            return Map.of("duration_ms", duration.toMillis());
        }
    }

    /// Written in place of the lines beyond the limit for connections without a login and for refused
    /// forwards.
    ///
    /// @param counts how many lines, by the name of the event
    record LinesSuppressed(Map<String, Long> counts) implements AuditEvent {
        @Override
        public Origin origin() {
            return Origin.NONE;
        }

        @Override
        public String name() {
            return "lines-suppressed";
        }

        @Override
        public Map<String, Object> fields() {
            return Map.of("counts", counts);
        }
    }

    /// Written after lines could not be written, in their place.
    ///
    /// @param since when the first of them was to be written
    record LinesLost(long count, Instant since) implements AuditEvent {
        @Override
        public Origin origin() {
            return Origin.NONE;
        }

        @Override
        public String name() {
            return "lines-lost";
        }

        @Override
        public Map<String, Object> fields() {
            var fields = new LinkedHashMap<String, Object>();
            fields.put("count", count);
            fields.put("since", since.toString());
            return fields;
        }
    }
}
