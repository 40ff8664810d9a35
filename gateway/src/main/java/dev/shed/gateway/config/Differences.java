package dev.shed.gateway.config;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Finds the keys in which two configurations differ. The record components have the keys' names in camel
/// case, which a test checks.
final class Differences {
    private Differences() {}

    static List<String> between(GatewayConfig one, GatewayConfig other) {
        var keys = new ArrayList<String>();
        collect("", one, other, keys);
        return List.copyOf(keys);
    }

    private static void collect(String prefix, Record one, Record other, List<String> keys) {
        for (var component : one.getClass().getRecordComponents()) {
            var left = value(component, one);
            var right = value(component, other);
            var key = prefix + key(component.getName());
            if (left instanceof Record part && right instanceof Record rest) {
                collect(key + ".", part, rest, keys);
            } else if (!left.equals(right)) {
                keys.add(key);
            }
        }
    }

    /// Converts `maxAuthTries` to `max-auth-tries`. A record cannot have a component `notify`.
    private static String key(String name) {
        return name.equals("notifications")
                ? "notify"
                : name.replaceAll("(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }

    private static Object value(RecordComponent component, Record of) {
        try {
            return component.getAccessor().invoke(of);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the accessors of a public record are public", e);
        }
    }
}
