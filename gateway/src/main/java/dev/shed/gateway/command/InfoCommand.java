package dev.shed.gateway.command;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.shed.gateway.container.ContainerDetails;
import dev.shed.gateway.container.ContainerDetails.Ending;
import dev.shed.gateway.container.ContainerDetails.Mount;
import dev.shed.gateway.container.ContainerDetails.Network;
import dev.shed.gateway.container.ContainerSpec.Limits;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.query.SessionQuery;
import dev.shed.gateway.shed.Repository;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.shed.Workspace;
import dev.shed.gateway.shed.lifecycle.Sheds;
import dev.shed.gateway.text.Json;
import dev.shed.gateway.text.Quantities;
import dev.shed.gateway.text.RelativeTime;
import dev.shed.gateway.text.TextTable;
import dev.shed.gateway.tmux.PlainText;
import dev.shed.gateway.tmux.TmuxSession;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/// `info`: all that is known about one shed.
@Command(
        name = "info",
        description = "show details of a shed",
        customSynopsis = {"ssh -s SHED@HOST info", "ssh shed@HOST info SHED"},
        footer = "ssh -s demo@HOST info")
final class InfoCommand extends ShedVerb {
    private static final int NANO_DIGITS = 9;

    private final Sheds sheds;
    private final SessionQuery sessionQuery;
    private final Clock clock;

    InfoCommand(Sheds sheds, SessionQuery sessionQuery, Clock clock) {
        this.sheds = sheds;
        this.sessionQuery = sessionQuery;
        this.clock = clock;
    }

    /// The fields of the JSON, in addition to those of `list`.
    ///
    /// @param directory where sessions start, if not in the workspace's root
    /// @param sessions the names of the sessions that an address can select; null if they are unknown
    record Facts(
            @JsonUnwrapped ShedRow shed,
            @JsonUnwrapped Times times,
            @Nullable String owner,
            @Nullable String directory,
            @Nullable String workspaceVolume,
            @Nullable String homeVolume,
            @Nullable List<String> sessions,
            @JsonUnwrapped Machine machine,
            @JsonUnwrapped Place place) {}

    /// @param exitCode the exit status of the last end, whatever caused it
    record Times(
            @Nullable String startedAt,
            @Nullable String stoppedAt,
            @Nullable Integer exitCode,
            boolean outOfMemory,
            int restarts) {}

    /// The fields of an engine with several machines; all null otherwise.
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Place(
            @Nullable String node,
            @Nullable String phase,
            @Nullable String waiting) {
        static Place of(ContainerDetails details) {
            return details.placement()
                    .map(place -> new Place(
                            place.node().isEmpty() ? null : place.node(),
                            place.phase(),
                            place.waiting().orElse(null)))
                    .orElse(new Place(null, null, null));
        }
    }

    /// @param cpus maximum number of processors; null for no limit
    /// @param memory maximum memory in bytes; null for no limit
    /// @param processes how processes are started in it; null if none was started yet
    record Machine(
            String container,
            @Nullable BigDecimal cpus,
            @Nullable Long memory,
            String restartPolicy,
            List<Mount> mounts,
            List<Network> networks,
            @Nullable String processes,
            Map<String, String> labels) {}

    @Override
    ExitStatus run(CommandContext context) throws IOException {
        var shed = sheds.find(name);
        // Queried first, because this determines how processes are started.
        var answer = sessionQuery.ask(shed);
        var info = info(shed, sheds.details(shed), answer);
        context.print(json ? Json.line(info) : table(info));
        return ExitStatus.SUCCESS;
    }

    private Facts info(Shed shed, ContainerDetails details, SessionQuery.Answer answer) {
        var labels = shed.container().labels();
        var ending = details.life().ending();
        var reason = ending.filter(_ -> !shed.stoppedOnPurpose());
        return new Facts(
                ShedRow.of(shed, ShedRow.count(answer), reason),
                new Times(
                        details.life().started().map(Json::time).orElse(null),
                        ending.flatMap(Ending::at).map(Json::time).orElse(null),
                        ending.map(Ending::exitCode).orElse(null),
                        ending.map(Ending::outOfMemory).orElse(false),
                        details.restarts()),
                labels.get("shed.owner"),
                labels.get(Workspace.LABEL),
                shed.container().workspaceVolume().orElse(null),
                shed.container().homeVolume().orElse(null),
                sessions(answer),
                machine(shed, details),
                Place.of(details));
    }

    private Machine machine(Shed shed, ContainerDetails details) {
        return new Machine(
                shed.container().id(),
                cpus(details.limits()),
                box(details.limits().memory()),
                details.restartPolicy(),
                details.mounts(),
                details.networks(),
                sheds.starter(shed).orElse(null),
                labels(shed));
    }

    private static Map<String, String> labels(Shed shed) {
        var labels = new TreeMap<>(shed.container().labels());
        labels.replaceAll((_, value) -> Repository.shown(value));
        return labels;
    }

    private static @Nullable List<String> sessions(SessionQuery.Answer answer) {
        return switch (answer) {
            case SessionQuery.Answer.Listed listed ->
                listed.sessions().stream()
                        .filter(session -> session.socket().isEmpty())
                        .map(TmuxSession::name)
                        .toList();
            case SessionQuery.Answer.Failed _ -> null;
        };
    }

    private static @Nullable BigDecimal cpus(Limits limits) {
        var nano = box(limits.nanoCpus());
        return nano == null
                ? null
                : new BigDecimal(BigDecimal.valueOf(nano, NANO_DIGITS)
                        .stripTrailingZeros()
                        .toPlainString());
    }

    private static @Nullable Long box(OptionalLong value) {
        return value.isPresent() ? value.getAsLong() : null;
    }

    private String table(Facts info) {
        var table = new TextTable("shed", info.shed().name());
        about(table, info);
        place(table, info.place());
        machine(table, info.machine(), info.times().restarts());
        return table.toString();
    }

    private void about(TextTable table, Facts info) {
        table.row("status", info.shed().statusWords());
        table.row("created", when(info.shed().createdAt()));
        table.row("started", when(info.times().startedAt()));
        if (info.times().stoppedAt() != null) {
            table.row("stopped", when(info.times().stoppedAt()));
        }
        table.row("image", info.shed().image());
        table.row("repo", orDash(info.shed().repo()));
        table.row("owner", orDash(info.owner()));
        table.row("directory", orDash(info.directory()));
        table.row("workspace", orDash(info.workspaceVolume()));
        table.row("home", orDash(info.homeVolume()));
        table.row("sessions", info.sessions() == null ? "-" : listed(info.sessions()));
    }

    private static void place(TextTable table, Place place) {
        if (place.phase() != null) {
            table.row("node", orDash(place.node()));
            table.row("phase", place.phase());
        }
        if (place.waiting() != null) {
            table.row("waits", PlainText.of(place.waiting()));
        }
    }

    private static void machine(TextTable table, Machine machine, int restarts) {
        table.row("cpus", machine.cpus() == null ? "no limit" : machine.cpus().toPlainString());
        table.row("memory", machine.memory() == null ? "no limit" : Quantities.shown(machine.memory()));
        table.row("restarts", machine.restartPolicy() + ", " + restarts + " so far");
        for (var mount : machine.mounts()) {
            table.row("mount", mount.source() + " at " + mount.target() + (mount.readOnly() ? ", read-only" : ""));
        }
        for (var network : machine.networks()) {
            table.row("network", network.name() + (network.address().isEmpty() ? "" : ", " + network.address()));
        }
        table.row("processes", machine.processes() == null ? "-" : "started by " + machine.processes());
        table.row("container", machine.container());
    }

    private static String listed(List<String> names) {
        return names.isEmpty() ? "none" : String.join(", ", names);
    }

    private static String orDash(@Nullable String text) {
        return Objects.requireNonNullElse(text, "-");
    }

    private String when(@Nullable String time) {
        return time == null ? "never" : RelativeTime.of(Instant.parse(time), clock.instant()) + " (" + time + ")";
    }
}
