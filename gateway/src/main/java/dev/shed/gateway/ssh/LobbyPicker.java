package dev.shed.gateway.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.LoginName.ToShed;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.picker.Console;
import dev.shed.gateway.picker.Journal;
import dev.shed.gateway.picker.LiveInventory;
import dev.shed.gateway.picker.Picker;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/// The lobby's shell on a terminal: the session picker on a channel.
final class LobbyPicker {
    private final ShedLogin sheds;
    private final SshEndpoint.Parts parts;

    LobbyPicker(ShedLogin sheds, SshEndpoint.Parts parts) {
        this.sheds = sheds;
        this.parts = parts;
    }

    ExitStatus run(Login login, ChannelRequest request, ChannelStreams streams)
            throws IOException, InterruptedException {
        Journal journal = (deed, outcome) -> parts.audit().record(event(login, deed, outcome));
        var inventory = new LiveInventory(parts.sheds(), parts.sessions(), parts.policy(), login.identity(), journal);
        new Picker(new ChannelConsole(sheds, login, request, streams, journal), inventory, parts.clock()).run();
        return ExitStatus.SUCCESS;
    }

    private static AuditEvent event(Login login, Journal.Deed deed, String outcome) {
        return new AuditEvent.PickerDeed(
                login.origin(),
                login.actor(),
                new AuditEvent.Deed(login.userName(), deed.shed(), deed.session(), deed.kind(), deed.name()),
                outcome);
    }

    /// Attaching is the login that it would be from outside, on the same channel.
    private record ChannelConsole(
            ShedLogin sheds, Login login, ChannelRequest request, ChannelStreams streams, Journal journal)
            implements Console {
        @Override
        public int read(Duration wait) throws IOException, InterruptedException {
            if (!streams.in().awaitInput(wait)) {
                return NOTHING;
            }
            int octet = streams.in().asStream().read();
            return octet < 0 ? END : octet;
        }

        @Override
        public void write(String text) throws IOException {
            streams.out().write(text.getBytes(UTF_8));
            streams.out().flush();
        }

        @Override
        public WindowSize size() {
            return streams.size();
        }

        @Override
        public void attach(String shed, String session) throws IOException, InterruptedException {
            var deed = new Journal.Deed("attach", shed, session, "");
            journal.tell(deed, "begun");
            var outcome = "peer-gone";
            try {
                var address = new ToShed(ShedName.parse(shed), Optional.of(SessionName.parse(session)));
                sheds.attach(new ShedLogin.Call(login, address, request, streams));
                outcome = streams.isPeerGone() ? outcome : "done";
            } catch (ShedException e) {
                outcome = e.failure().code();
                throw e;
            } finally {
                journal.tell(deed, outcome);
            }
        }
    }
}
