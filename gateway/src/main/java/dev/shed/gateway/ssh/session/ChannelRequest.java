package dev.shed.gateway.ssh.session;

import dev.shed.gateway.container.ByteString;
import dev.shed.gateway.container.ExecSpec.Terminal;
import dev.shed.gateway.name.LoginName;
import dev.shed.gateway.ssh.connection.Login;
import dev.shed.gateway.ssh.forward.Forwarding;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The request that makes a channel run something (RFC 4254, section 6.5), with everything that was set up before it.
/// After that only the window size changes.
public sealed interface ChannelRequest {
    /// What the client asked for beforehand.
    ///
    /// @param environment the variables that were accepted
    /// @param terminal the PTY, if one was asked for and allowed
    /// @param agent the client's agent, if it was offered and allowed
    record Setup(Map<String, String> environment, Optional<Terminal> terminal, Optional<Forwarding.Agent> agent) {
        public Setup {
            environment = Map.copyOf(environment);
        }

        /// The same with one more variable.
        public Setup with(String name, String value) {
            var more = new HashMap<>(environment);
            more.put(name, value);
            return new Setup(more, terminal, agent);
        }

        /// The same without the variables that only the gateway reads.
        public Setup withoutOurs() {
            var others = new HashMap<>(environment);
            others.keySet().removeIf(name -> name.startsWith("SHED_"));
            return new Setup(others, terminal, agent);
        }

        /// The variables of a process: what the client set, and what sshd would add. Our own variables have done their
        /// work, and `COLUMNS` would stay what it is when the terminal becomes another size.
        public Map<String, String> environment(Login login) {
            var variables = new HashMap<>(environment);
            variables.keySet().removeIf(name -> name.startsWith("SHED_") || name.equals(ClientEnvironment.COLUMNS));
            variables.putIfAbsent("LANG", "C.UTF-8");
            variables.putAll(login.variables());
            return variables;
        }

        public Optional<String> variable(String name) {
            return Optional.ofNullable(environment.get(name));
        }
    }

    Setup setup();

    /// Where the request leads: the user name, with the variable SHED_SESSION taken into account;
    /// `INVALID_NAME` when one of them breaks its rule.
    default LoginName address(Login login) {
        return LoginName.parse(login.userName()).with(setup().variable("SHED_SESSION"));
    }

    /// The kind of request as RFC 4254 names it.
    String kind();

    record Shell(Setup setup) implements ChannelRequest {
        @Override
        public String kind() {
            return "shell";
        }
    }

    /// A request to run a command.
    ///
    /// @param command exactly as sent
    record Exec(Setup setup, ByteString command) implements ChannelRequest {
        @Override
        public String kind() {
            return "exec";
        }
    }

    /// A request for a subsystem.
    ///
    /// @param name everything after the client's `-s`, arguments and all, exactly as sent
    record Subsystem(Setup setup, ByteString name) implements ChannelRequest {
        @Override
        public String kind() {
            return "subsystem";
        }
    }
}
