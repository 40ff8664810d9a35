package dev.shed.gateway.doctor;

import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;

/// The names of hosts in the configuration: that they can be resolved.
///
/// @param hosts by the keys that name them
public record NamesCheck(Map<String, String> hosts, Resolver resolver) implements Check {
    /// Resolves a name.
    @FunctionalInterface
    public interface Resolver {
        Object resolve(String name) throws UnknownHostException;
    }

    @Override
    public String about() {
        return "names";
    }

    @Override
    public List<Finding> examine() {
        var findings = hosts.entrySet().stream()
                .map(entry -> examine(entry.getKey(), entry.getValue()))
                .toList();
        return findings.isEmpty() ? List.of(Finding.ok("the configuration has no names of hosts")) : findings;
    }

    private Finding examine(String key, String host) {
        try {
            resolver.resolve(host);
            return Finding.ok(key + ": " + host + " can be resolved");
        } catch (UnknownHostException _) {
            // Only the gateway's own address keeps it from starting.
            var message = key + ": " + host + " cannot be resolved on this host";
            String[] cure = {"getent hosts " + host, "cat /etc/resolv.conf"};
            return key.equals("listen.address") ? Finding.error(message, cure) : Finding.warning(message, cure);
        }
    }
}
