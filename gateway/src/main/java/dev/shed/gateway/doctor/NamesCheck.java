package dev.shed.gateway.doctor;

import dev.shed.gateway.text.ShellWords;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

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
            return key.equals("listen.address")
                    ? Finding.error(message, cure(key, host))
                    : Finding.warning(message, cure(key, host));
        }
    }

    private static List<String> cure(String key, String host) {
        var name = ShellWords.quoted(host);
        var look = Stream.of(
                "# what this host knows of it, and which servers it asks for names:",
                "getent hosts " + name,
                "cat /etc/resolv.conf");
        var other = switch (key) {
            case "listen.address" ->
                Stream.of("# or set listen.address to one of these, 0.0.0.0 or :: :", "ip -brief address");
            case "create.forge" ->
                Stream.of(
                        "# where only a proxy can reach it, sheds need the proxy; in the configuration:",
                        "# create: {forge: https://" + host + "/, env-file: FILE}, with https_proxy=URL in FILE");
            default -> Stream.<String>empty();
        };
        return Stream.concat(look, other).toList();
    }
}
