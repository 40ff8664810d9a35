package dev.shed.gateway.config;

/// The audit log.
///
/// @param whenFull how to treat a request whose line cannot be written: `continue` or `refuse`
public record Audit(String whenFull) {
    public Audit {
        Rule.WHEN_FULL.require("audit.when-full", whenFull);
    }

    public boolean refusesWhenFull() {
        return whenFull.equals("refuse");
    }
}
