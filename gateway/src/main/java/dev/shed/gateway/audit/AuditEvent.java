package dev.shed.gateway.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Something that somebody did. The field names are a promise of docs/spec.md, section "Audit log".
public sealed interface AuditEvent {
    /// Which connection it happened on.
    ///
    /// @param conn the connection's id, such as `conn-7`
    /// @param peer address and port of the client
    record Origin(String conn, String peer) {
        /// Of what concerns the log itself.
        static final Origin NONE = new Origin("", "");
    }

    /// Who did it.
    ///
    /// @param identity the key's comment
    /// @param fingerprint the key's SHA-256 fingerprint
    record Actor(String identity, String fingerprint) {}

    /// What a channel was asked to do.
    ///
    /// @param channel the channel's id, such as `conn-7/ch-0`
    /// @param login the SSH user name
    /// @param shed the shed that the login leads to; empty for the lobby and for a name that breaks its rule
    /// @param session the session that was named, or empty
    /// @param kind `shell`, `exec` or `subsystem`
    /// @param verb the subsystem, or the lobby's verb, with its arguments; empty for a command in a container
    record Subject(String channel, String login, String shed, String session, String kind, String verb) {}

    Origin origin();

    /// The event's own fields in the order of the log line, after `event`, `conn` and `peer`.
    Map<String, Object> fields();

    /// The name of the event, such as `channel-ended`.
    String name();

    /// Written first by each gateway. Whatever began before it and has no end ended with the gateway before.
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

    /// Written last by a gateway that was told to stop. One that was killed writes none.
    ///
    /// @param open how much has begun and did not end in the time that there was
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

    /// Written instead of all others for a connection that was not let in.
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

    /// Who vouches for a key that came with a certificate.
    ///
    /// @param keyId what the authority calls the certificate
    /// @param serial its number
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
            var fields = actorFields(actor);
            fields.put("login", login);
            certificate.ifPresent(signed -> {
                fields.put("key_id", signed.keyId());
                fields.put("serial", signed.serial());
                fields.put("authority", signed.authority());
            });
            return fields;
        }
    }

    /// Written when the gateway ends a connection whose key would not get in any more as it did.
    record AuthEnded(Origin origin, Actor actor, String reason) implements AuditEvent {
        @Override
        public String name() {
            return "auth-ended";
        }

        @Override
        public Map<String, Object> fields() {
            var fields = actorFields(actor);
            fields.put("outcome", reason);
            return fields;
        }
    }

    /// Written once per connection that ends without a login, with the last key that it offered.
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
            return subjectFields(actor, subject);
        }
    }

    /// Written exactly once for each started channel, whatever ended it.
    record ChannelEnded(Origin origin, Actor actor, Subject subject, Ending ending) implements AuditEvent {
        @Override
        public String name() {
            return "channel-ended";
        }

        @Override
        public Map<String, Object> fields() {
            var fields = subjectFields(actor, subject);
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
    /// @param exit the exit status sent; -1 when there was nobody to send it to
    record Ending(String outcome, int exit, Duration duration, long bytesIn, long bytesOut) {}

    /// What is forwarded.
    ///
    /// @param channel the forward's id, such as `conn-7/ch-3`
    /// @param login the SSH user name
    /// @param shed the shed that the login leads to; empty for the lobby and for a name that breaks its rule
    /// @param kind the channel's type or the request's name, without `@openssh.com`
    /// @param target what is connected to, or where it listens; who connected, for one that was accepted
    record Forward(String channel, String login, String shed, String kind, String target) {}

    record ForwardOpened(Origin origin, Actor actor, Forward forward) implements AuditEvent {
        @Override
        public String name() {
            return "forward-opened";
        }

        @Override
        public Map<String, Object> fields() {
            return forwardFields(actor, forward);
        }
    }

    /// A forward that was not made.
    ///
    /// @param reason why, for people
    record ForwardRefused(Origin origin, Actor actor, Forward forward, String reason) implements AuditEvent {
        @Override
        public String name() {
            return "forward-refused";
        }

        @Override
        public Map<String, Object> fields() {
            var fields = forwardFields(actor, forward);
            fields.put("outcome", reason);
            return fields;
        }
    }

    /// Written exactly once for each that was opened.
    record ForwardClosed(Origin origin, Actor actor, Forward forward, Duration duration, long bytesIn, long bytesOut)
            implements AuditEvent {
        @Override
        public String name() {
            return "forward-closed";
        }

        @Override
        public Map<String, Object> fields() {
            var fields = forwardFields(actor, forward);
            fields.put("duration_ms", duration.toMillis());
            fields.put("bytes_in", bytesIn);
            fields.put("bytes_out", bytesOut);
            return fields;
        }
    }

    /// What is done from the lobby's list of sessions.
    ///
    /// @param login the SSH user name
    /// @param session as it was listed or typed
    /// @param kind `attach`, `kill`, `rename`, `create`, `start` or `stop`
    /// @param name the new name; empty for what gives none
    record Deed(String login, String shed, String session, String kind, String name) {}

    /// Written when it has been carried out or has failed; for an attachment once when it begins and once
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
            var fields = actorFields(actor);
            fields.put("login", deed.login());
            fields.put("shed", deed.shed());
            fields.put("session", deed.session());
            fields.put("kind", deed.kind());
            fields.put("name", deed.name());
            fields.put("outcome", outcome);
            return fields;
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

    /// Written instead of the lines that strangers and refused forwards have beyond their limit.
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

    /// Written where lines are missing, because they could not be written.
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

    private static Map<String, Object> actorFields(Actor actor) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("identity", actor.identity());
        fields.put("fingerprint", actor.fingerprint());
        return fields;
    }

    private static Map<String, Object> forwardFields(Actor actor, Forward forward) {
        var fields = actorFields(actor);
        fields.put("channel", forward.channel());
        fields.put("login", forward.login());
        fields.put("shed", forward.shed());
        fields.put("kind", forward.kind());
        fields.put("target", forward.target());
        return fields;
    }

    private static Map<String, Object> subjectFields(Actor actor, Subject subject) {
        var fields = actorFields(actor);
        fields.put("channel", subject.channel());
        fields.put("login", subject.login());
        fields.put("shed", subject.shed());
        fields.put("session", subject.session());
        fields.put("kind", subject.kind());
        fields.put("verb", subject.verb());
        return fields;
    }
}
