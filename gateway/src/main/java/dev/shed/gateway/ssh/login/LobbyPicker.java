package dev.shed.gateway.ssh.login;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shed.gateway.access.AccessPolicy;
import dev.shed.gateway.access.VerbWords;
import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.audit.AuditLog;
import dev.shed.gateway.command.CommandContext;
import dev.shed.gateway.command.CommandTable;
import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.LoginName;
import dev.shed.gateway.name.LoginName.ToShed;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.picker.Console;
import dev.shed.gateway.picker.LiveInventory;
import dev.shed.gateway.picker.Picker;
import dev.shed.gateway.picker.PickerAudit;
import dev.shed.gateway.query.SessionQuery;
import dev.shed.gateway.shed.lifecycle.Sheds;
import dev.shed.gateway.shed.session.Panes;
import dev.shed.gateway.shed.session.Sessions;
import dev.shed.gateway.ssh.connection.Login;
import dev.shed.gateway.ssh.session.ChannelStreams;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/// The lobby's shell on a terminal: the session picker on a channel.
public final class LobbyPicker {
    /// The dependencies of the picker.
    public record Parts(
            AccessPolicy policy,
            Sheds sheds,
            Sessions sessions,
            SessionQuery sessionQuery,
            Panes panes,
            CommandTable commands,
            AuditLog audit,
            Clock clock) {}

    private final Parts parts;

    public LobbyPicker(Parts parts) {
        this.parts = parts;
    }

    ExitStatus run(VerbChannel channel) throws IOException, InterruptedException {
        parts.policy().requireVerb(channel.login().identity(), VerbWords.PICKER);
        var pickerAudit = new AuditJournal(parts.audit(), channel.login());
        var sources = new LiveInventory.Sources(
                parts.sheds(), parts.sessions(), parts.sessionQuery(), parts.panes(), parts.policy());
        var inventory = new LiveInventory(sources, channel.login().identity(), pickerAudit);
        new Picker(new ChannelConsole(channel, parts.commands(), pickerAudit), inventory, parts.clock()).run();
        return ExitStatus.SUCCESS;
    }

    private record AuditJournal(AuditLog audit, Login login) implements PickerAudit {
        @Override
        public void tell(Action action, String outcome) {
            audit.record(new AuditEvent.PickerDeed(
                    login.origin(),
                    login.actor(),
                    new AuditEvent.Deed(
                            login.userName(), action.shed(), action.session(), action.kind(), action.name()),
                    outcome));
        }

        @Override
        public void requireWritable() {
            audit.requireWritable();
        }
    }

    /// Attaching runs the same code as a login to the session, on the same channel.
    private record ChannelConsole(VerbChannel channel, CommandTable commands, PickerAudit pickerAudit)
            implements Console {
        private ChannelStreams streams() {
            return channel.streams();
        }

        @Override
        public int read(Duration wait) throws IOException, InterruptedException {
            if (!streams().in().awaitInput(wait)) {
                return NOTHING;
            }
            int octet = streams().in().asStream().read();
            return octet < 0 ? END : octet;
        }

        @Override
        public void write(String text) throws IOException {
            streams().out().write(text.getBytes(UTF_8));
            streams().out().flush();
        }

        @Override
        public WindowSize size() {
            return streams().size();
        }

        /// As no-color.org says: not if `NO_COLOR` is set and not empty.
        @Override
        public boolean hasColour() {
            return channel.request()
                    .setup()
                    .variable("NO_COLOR")
                    .filter(value -> !value.isEmpty())
                    .isEmpty();
        }

        @Override
        public void attach(String shed, String session) throws IOException, InterruptedException {
            keep(new PickerAudit.Action("attach", shed, session, ""), () -> {
                var address = new ToShed(ShedName.parse(shed), Optional.of(SessionName.parse(session)));
                channel.sheds().attach(new ShedLogin.Call(channel.login(), address, channel.request(), streams()));
            });
        }

        /// Runs the verb as if its line had been given to `ssh -t shed@HOST`.
        @Override
        public void call(String verb, String shed) throws IOException, InterruptedException {
            keep(new PickerAudit.Action(verb, shed, "", ""), () -> {
                var context = new CommandContext(channel.login().identity(), new LoginName.Lobby(), channel);
                commands.run(context, verb + " " + ShedName.parse(shed));
            });
        }

        private interface Doing {
            void run() throws IOException, InterruptedException;
        }

        private void keep(PickerAudit.Action action, Doing doing) throws IOException, InterruptedException {
            pickerAudit.tell(action, "begun");
            var outcome = "peer-gone";
            try {
                pickerAudit.requireWritable();
                doing.run();
                outcome = streams().isPeerGone() ? outcome : "done";
            } catch (ShedException e) {
                outcome = e.failure().code();
                throw e;
            } finally {
                pickerAudit.tell(action, outcome);
            }
        }
    }
}
