package dev.shed.gateway.agent;

import dev.shed.gateway.agent.Status.Source;
import dev.shed.gateway.agent.Status.State;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A pane, and what its foreground tells.
///
/// @param session tmux's number of the session, as `$7`
/// @param name the name of the session
/// @param id tmux's name of the pane, as `%3`
/// @param failure how its program has failed, if it has ended so and the pane is still there
/// @param title what its program calls itself
/// @param foreground the process in its foreground
/// @param told whether it was found out what the foreground does; if not, only its command is known
public record AgentPane(
        String session,
        String name,
        String id,
        Optional<String> failure,
        String title,
        Foreground foreground,
        boolean told) {
    /// Best first.
    private static final List<StatusSource> SOURCES =
            List.of(new OscSource(), new QuestionSource(), new RecordSource(), new TitleSource(), new HookSource());

    /// Those that are there for exactly as long as the agent asks. No report, which may be that of another program in
    /// the pane, says that it does not ask.
    private static final List<StatusSource> LEVELS = List.of(new QuestionSource(), new RecordSource());

    /// One of which only its command is known.
    public static AgentPane of(String name, String command, String title) {
        return new AgentPane("", name, "", Optional.empty(), title, Foreground.of(List.of(command)), true);
    }

    /// How a program has failed that has ended; empty if it has not failed, or the end is not known.
    static Optional<String> failure(String exitStatus, String endedBy) {
        return Optional.of(endedBy)
                .filter(signal -> !signal.isEmpty())
                .map(signal -> "ended by signal " + signal)
                .or(() -> Optional.of(exitStatus)
                        .filter(status -> !status.isEmpty() && !status.equals("0"))
                        .map(status -> "exit " + status));
    }

    /// The same, in a shed that did not tell what its agents do.
    public AgentPane untold() {
        return new AgentPane(session, name, id, failure, title, foreground, false);
    }

    /// What it is doing; empty when no agent runs in it, nothing has failed, and no program in it has told
    /// anything: then its output tells.
    public Optional<Status> status() {
        return failure.map(AgentPane::failed)
                .or(() -> told ? toldStatus() : Optional.of(Status.unknown(foreground.agent())))
                .map(status -> status.about(foreground.conversation()));
    }

    private Optional<Status> toldStatus() {
        return foreground.agent().map(this::status).or(this::toldByScript);
    }

    /// A report to the terminal and a record may be those of the same script: the news counts.
    private Optional<Status> toldByScript() {
        var hook = foreground.hook();
        return foreground
                .report()
                .filter(report -> hook.filter(told -> told.isAfter(report)).isEmpty())
                .map(report -> report.status(Optional.empty(), Source.OSC))
                .or(() -> hook.map(told -> told.status(Optional.empty(), Source.HOOK)));
    }

    private Status status(Agent agent) {
        return told(LEVELS, agent)
                .filter(Status::needsSomebody)
                .findFirst()
                .or(() -> told(SOURCES, agent).findFirst())
                .orElseGet(() -> Status.unknown(Optional.of(agent)));
    }

    private Stream<Status> told(List<StatusSource> sources, Agent agent) {
        return sources.stream().flatMap(source -> source.status(agent, this).stream());
    }

    private static Status failed(String why) {
        return new Status(State.FAILED, Optional.of(why), Optional.empty(), Optional.empty(), Source.EXIT);
    }
}
