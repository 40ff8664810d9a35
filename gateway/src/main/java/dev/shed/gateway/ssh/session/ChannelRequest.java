package dev.shed.gateway.ssh.session;

import dev.shed.gateway.container.ByteString;
import dev.shed.gateway.container.ExecSpec.Terminal;
import dev.shed.gateway.failure.CommandStyle;
import dev.shed.gateway.failure.PublicAddress;
import dev.shed.gateway.name.LoginName;
import dev.shed.gateway.ssh.connection.Login;
import dev.shed.gateway.ssh.forward.Forwarding;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The request that makes a channel run something (RFC 4254, section 6.5), with the set-up that preceded it.
/// After the request, only the window size can change.
public sealed interface ChannelRequest {
    /// The settings that the client requested before.
    ///
    /// @param environment the variables that were accepted
    /// @param terminal the PTY, if one was requested and allowed
    /// @param agent the client's agent, if agent forwarding was requested and allowed
    record Setup(Map<String, String> environment, Optional<Terminal> terminal, Optional<Forwarding.Agent> agent) {
        public Setup {
            environment = Map.copyOf(environment);
        }

        /// Returns a copy with one more variable.
        public Setup with(String name, String value) {
            var more = new HashMap<>(environment);
            more.put(name, value);
            return new Setup(more, terminal, agent);
        }

        /// Returns a copy without the variables that only the gateway reads.
        public Setup withoutOurs() {
            var others = new HashMap<>(environment);
            others.keySet().removeIf(name -> name.startsWith("SHED_"));
            return new Setup(others, terminal, agent);
        }

        /// The variables of a process: those that the client set and those that sshd would add. Variables for
        /// the gateway are left out, and so is `COLUMNS`, which would be wrong after the terminal is resized.
        public Map<String, String> environment(Login login) {
            var variables = new HashMap<>(environment);
            variables.keySet().removeIf(name -> name.startsWith("SHED_") || name.equals(ClientEnvironment.COLUMNS));
            variables.putIfAbsent("LANG", "C.UTF-8");
            variables.putAll(login.variables());
            return variables;
        }

        /// How commands are written for the client.
        ///
        /// @param address of the gateway, if it is known
        public CommandStyle commandStyle(Optional<PublicAddress> address) {
            return new CommandStyle(variable("SHED_CLIENT"), address);
        }

        public Optional<String> variable(String name) {
            return Optional.ofNullable(environment.get(name));
        }
    }

    Setup setup();

    /// The address that the request is for: the user name combined with the variable SHED_SESSION. Fails with
    /// `INVALID_NAME` if either is invalid.
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
    /// @param command the bytes exactly as sent
    record Exec(Setup setup, ByteString command) implements ChannelRequest {
        @Override
        public String kind() {
            return "exec";
        }
    }

    /// A request for a subsystem.
    ///
    /// @param name the client's words after `-s`, with arguments, exactly as sent
    record Subsystem(Setup setup, ByteString name) implements ChannelRequest {
        @Override
        public String kind() {
            return "subsystem";
        }
    }
}
