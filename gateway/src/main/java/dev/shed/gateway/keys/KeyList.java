package dev.shed.gateway.keys;

import dev.shed.gateway.access.Grant;
import dev.shed.gateway.access.KeyLine;
import dev.shed.gateway.access.KeyLine.Refused;
import dev.shed.gateway.access.KeyLine.Usable;
import dev.shed.gateway.access.TokenRules;
import dev.shed.gateway.text.Json;
import dev.shed.gateway.text.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Prints the keys of a file and their rights.
record KeyList(List<KeyLine> keys) {
    /// @param refused why the gateway ignores the line; null if it does not. If it is set, all other
    /// components except `line` are null.
    record Row(
            int line,
            @Nullable String fingerprint,
            @Nullable String comment,
            @Nullable String role,
            @Nullable List<String> limits,
            @Nullable String refused) {
        static Row of(KeyLine key) {
            return switch (key) {
                case Usable usable ->
                    new Row(
                            key.number(),
                            usable.identity().fingerprint(),
                            usable.identity().comment(),
                            usable.identity().grant().role().name().toLowerCase(Locale.ROOT),
                            options(usable),
                            null);
                case Refused(int number, String reason) -> new Row(number, null, null, null, null, reason);
            };
        }
    }

    record Listing(List<Row> keys) {}

    String text(boolean json) {
        var rows = keys.stream().map(Row::of).toList();
        return json ? Json.line(new Listing(rows)) : table(rows);
    }

    private static String table(List<Row> rows) {
        var table = new TextTable("LINE", "FINGERPRINT", "ROLE", "COMMENT", "LIMITS");
        for (var row : rows) {
            table.row(List.of(
                    Integer.toString(row.line()),
                    orDash(row.fingerprint()),
                    orDash(row.role()),
                    orDash(row.comment()),
                    row.refused() == null ? orDash(joined(row.limits())) : "not used: " + row.refused()));
        }
        return table.toString();
    }

    private static String joined(@Nullable List<String> limits) {
        return limits == null ? "" : String.join(" ", limits);
    }

    private static String orDash(@Nullable String text) {
        return text == null || text.isEmpty() ? "-" : text;
    }

    /// The options of a line besides the role.
    private static List<String> options(Usable key) {
        var identity = key.identity();
        var grant = identity.grant();
        var limits = new ArrayList<String>();
        if (key.isAuthority()) {
            limits.add("cert-authority");
        }
        list(limits, "principals", key.principals());
        list(limits, "sheds", grant.sheds());
        list(limits, "verbs", grant.verbs());
        identity.validity().from().ifPresent(from -> limits.add("from=" + from));
        identity.validity().expiry().ifPresent(end -> limits.add("expires=" + end));
        grant.command().ifPresent(command -> limits.add("command=" + command));
        permissions(limits, grant);
        list(limits, "permitopen", grant.permitOpen());
        list(limits, "permitlisten", grant.permitListen());
        token(limits, key.token());
        return List.copyOf(limits);
    }

    private static void permissions(List<String> limits, Grant grant) {
        if (!grant.pty()) {
            limits.add("no-pty");
        }
        if (!grant.portForwarding()) {
            limits.add("no-port-forwarding");
        }
        if (!grant.agentForwarding()) {
            limits.add("no-agent-forwarding");
        }
    }

    private static void token(List<String> limits, TokenRules token) {
        if (token.verify()) {
            limits.add("verify-required");
        }
        if (!token.touch()) {
            limits.add("no-touch-required");
        }
    }

    private static void list(List<String> limits, String name, List<String> values) {
        if (!values.isEmpty()) {
            limits.add(name + "=" + String.join(",", values));
        }
    }
}
