package dev.shed.gateway.command;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.shed.gateway.agent.Status;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.shed.session.AttachedClients;
import dev.shed.gateway.shed.session.AttachedClients.Who;
import dev.shed.gateway.text.Json;
import dev.shed.gateway.tmux.Activity;
import dev.shed.gateway.tmux.TmuxClient;
import dev.shed.gateway.tmux.TmuxSession;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A session as `sessions --json` shows it.
///
/// @param cwd the working directory of `command`, the program in the foreground of the active pane
/// @param statusWords the column STATUS of the table
/// @param urgent whether somebody is needed there
/// @param panes those with an agent, or whose program has failed
/// @param group the session group that it is in; null for none
/// @param socket the tmux socket of its server; null for the usual one
/// @param evidence what `status` and `activity` were taken from; null when nobody asked
record SessionRow(
        String name,
        String shedName,
        String createdAt,
        boolean attached,
        int windowCount,
        String activity,
        String activityAt,
        @JsonUnwrapped StatusFields status,
        @JsonIgnore String statusWords,
        @JsonIgnore boolean urgent,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String evidence,
        String command,
        String cwd,
        String title,
        List<String> windows,
        List<Client> clients,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<PaneRow> panes,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String group,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String socket) {
    /// What a pane with an agent is doing.
    ///
    /// @param pane tmux's name of it
    record PaneRow(String pane, @JsonUnwrapped StatusFields status) {}

    /// Somebody who is attached.
    ///
    /// @param identity null for somebody whom this gateway did not let in
    record Client(
            @Nullable String identity,
            @Nullable String fingerprint,
            @Nullable String peer,
            @JsonProperty("read_only") boolean readOnly,
            String attachedAt,
            String activeAt,
            int columns,
            int rows,
            String terminal,
            @JsonProperty("control_mode") boolean controlMode) {
        /// `alice@laptop from 10.0.0.7:50122 (read-only)`, `/dev/pts/3 by hand (control mode)`.
        String words() {
            var who = identity == null ? terminal + " by hand" : identity + " from " + peer;
            return who + (readOnly ? " (read-only)" : "") + (controlMode ? " (control mode)" : "");
        }
    }

    /// What it takes to make rows.
    record Maker(AttachedClients attachedClients, Instant now, boolean explain) {
        SessionRow row(Shed shed, TmuxSession session) {
            var activity = Activity.of(session.signs(), now);
            var status = session.status(now);
            return new SessionRow(
                    session.name(),
                    shed.name().value(),
                    Json.time(session.created()),
                    session.attached(),
                    session.windows().size(),
                    activity.state().word(),
                    Json.time(activity.at()),
                    StatusFields.of(status),
                    session.statusWords(),
                    status.isUrgent(),
                    explain ? evidence(status, activity) : null,
                    session.front().command(),
                    session.front().directory(),
                    session.front().title(),
                    session.windows(),
                    session.clients().stream()
                            .map(client -> client(shed, client))
                            .toList(),
                    session.paneStatus().stream()
                            .map(pane -> new PaneRow(pane.id(), StatusFields.of(pane.status())))
                            .toList(),
                    orNull(session.group()),
                    orNull(session.socket()));
        }

        private static String evidence(Status status, Activity activity) {
            return status.isReported() ? status.text() + "; " + activity.evidence() : activity.evidence();
        }

        private Client client(Shed shed, TmuxClient client) {
            var who = attachedClients.at(shed.container().id(), client.terminal());
            return new Client(
                    who.map(Who::identity).orElse(null),
                    who.map(Who::fingerprint).orElse(null),
                    who.map(Who::peer).orElse(null),
                    client.readOnly(),
                    Json.time(client.attached()),
                    Json.time(client.active()),
                    client.columns(),
                    client.rows(),
                    client.terminal(),
                    client.controlMode());
        }

        private static @Nullable String orNull(String text) {
            return text.isEmpty() ? null : text;
        }
    }
}
