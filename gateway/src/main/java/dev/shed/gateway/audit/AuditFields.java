package dev.shed.gateway.audit;

import java.util.LinkedHashMap;
import java.util.Map;

/// Fields that several audit events have, in the order of the log line.
final class AuditFields {
    private AuditFields() {}

    static Map<String, Object> actor(AuditEvent.Actor actor) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("identity", actor.identity());
        fields.put("fingerprint", actor.fingerprint());
        return fields;
    }

    static Map<String, Object> deed(AuditEvent.Actor actor, AuditEvent.Deed deed) {
        var fields = actor(actor);
        fields.put("login", deed.login());
        fields.put("shed", deed.shed());
        fields.put("session", deed.session());
        fields.put("kind", deed.kind());
        return fields;
    }

    static Map<String, Object> resumed(AuditEvent.SessionResumed event) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("shed", event.shed());
        fields.put("session", event.session());
        fields.put("agent", event.agent());
        fields.put("conversation", event.conversation());
        fields.put("outcome", event.outcome());
        return fields;
    }

    static Map<String, Object> forward(AuditEvent.Actor actor, AuditEvent.Forward forward) {
        var fields = actor(actor);
        fields.put("channel", forward.channel());
        fields.put("login", forward.login());
        fields.put("shed", forward.shed());
        fields.put("kind", forward.kind());
        fields.put("target", forward.target());
        return fields;
    }

    static Map<String, Object> subject(AuditEvent.Actor actor, AuditEvent.Subject subject) {
        var fields = actor(actor);
        fields.put("channel", subject.channel());
        fields.put("login", subject.login());
        fields.put("shed", subject.shed());
        fields.put("session", subject.session());
        fields.put("kind", subject.kind());
        fields.put("verb", subject.verb());
        return fields;
    }
}
